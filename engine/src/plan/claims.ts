import type { Finding } from "../diagnostic.ts";
import { joinPointer } from "../pointer.ts";
import type { TypedDag, TypedNode } from "../types.ts";

/** Where the runtime keeps applied plans, epochs and leases, in the target's own database. */
const ENGINE_COLLECTION = "_engine";

/** Finds topics and collections that two nodes claim, or that are the engine's own. */
export function claimFindings(typed: TypedDag, deadLetters: string): Finding[] {
  return [
    ...claimedTwice(typed, topicName, "topic"),
    ...readsDeadLetters(typed, deadLetters),
    ...claimedTwice(typed, collectionName, "collection"),
    ...writesOwnCollection(typed),
  ];
}

const topicName = ({ part }: TypedNode) => (part.kind === "topic" ? { name: part.topic.name, path: ["topic"] } : undefined);
const collectionName = ({ part }: TypedNode) =>
  part.kind === "sink" && part.collection ? { name: part.collection.name, path: ["collection"] } : undefined;

function claimedTwice(
  typed: TypedDag,
  nameOf: (node: TypedNode) => { name: string; path: string[] } | undefined,
  what: string,
): Finding[] {
  const owner = new Map<string, string>();
  return typed.nodes.flatMap((node): Finding[] => {
    const claim = nameOf(node);
    if (claim === undefined) return [];
    const first = owner.get(claim.name);
    owner.set(claim.name, first ?? node.node.id);
    if (first === undefined) return [];
    const message = `The ${what} \`${claim.name}\` is already used by \`${first}\`.`;
    return [
      {
        code: `plan/duplicate-${what}`,
        pointer: joinPointer(node.node.pointer, "config", ...claim.path),
        message,
        hint: `give this one another ${what}`,
      },
    ];
  });
}

function readsDeadLetters(typed: TypedDag, name: string): Finding[] {
  return typed.nodes.flatMap(({ node, part }): Finding[] => {
    if (part.kind !== "topic" || part.topic.name !== name) return [];
    return [
      {
        code: "plan/dead-letter-topic",
        pointer: joinPointer(node.pointer, "config", "topic"),
        message: `The topic \`${name}\` is where this pipeline's own dead letters go.`,
        hint: "give this one another topic",
      },
    ];
  });
}

function writesOwnCollection(typed: TypedDag): Finding[] {
  return typed.nodes.flatMap(({ node, part }): Finding[] => {
    if (part.kind !== "sink" || part.collection?.name !== ENGINE_COLLECTION) return [];
    return [
      {
        code: "plan/engine-collection",
        pointer: joinPointer(node.pointer, "config", "collection"),
        message: `The collection \`${ENGINE_COLLECTION}\` is where the engine keeps what it must remember.`,
        hint: "give this one another name",
      },
    ];
  });
}
