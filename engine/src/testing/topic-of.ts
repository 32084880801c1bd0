import type { TopicPart } from "../nodes/node-kind.ts";
import type { TypedDag } from "../types.ts";

/** The topic that holds the records of a source: the one it fills, or reads where it is there already. */
export function topicOf({ nodes }: TypedDag, source: string): TopicPart {
  const found = nodes.find(({ node, part }) => part.kind === "topic" && (node.from[0]?.node ?? node.id) === source);
  if (found?.part.kind !== "topic") throw new Error(`${source} fills no topic`);
  return found.part;
}
