import type { TopicPlan } from "../nodes/node-kind.ts";
import type { TypedDag } from "../types.ts";
import type { Plan } from "./plan.ts";

const DAY = 86_400_000;
const HEADER_BYTES = 65_536;
/** How large librdkafka makes a batch of records. */
const PRODUCER_BATCH_BYTES = 1_048_576;

/** Every topic takes the largest record of the source that fills it, with room for its headers. */
export function topics(typed: TypedDag): TopicPlan[] {
  const parts = new Map(typed.nodes.map(({ node, part }) => [node.id, part]));
  return typed.nodes.flatMap(({ node, part }) => {
    if (part.kind !== "topic" || part.own === undefined) return [];
    const sources = node.from.map((input) => parts.get(input.node));
    const largest = Math.max(0, ...sources.map((source) => (source?.kind === "source" ? source.largestRecord : 0)));
    const { key: _key, ...own } = part.own;
    return [{ name: part.name, ...own, maxMessageBytes: largest + HEADER_BYTES }];
  });
}

/** The topics that are there already. */
export function existingTopics(typed: TypedDag): Pick<Plan, "existingTopics"> {
  const read = typed.nodes.flatMap(({ node, part }) =>
    part.kind === "topic" && part.existing ? [{ node: node.id, name: part.name, start: part.existing.start }] : [],
  );
  return read.length === 0 ? {} : { existingTopics: read };
}

/** Bytes of the largest record, with its headers, that a query can read. */
function largestMessage(typed: TypedDag): number {
  const existing = typed.nodes.flatMap(({ part }) =>
    part.kind === "topic" && part.existing ? [part.existing.largestRecord + HEADER_BYTES] : [],
  );
  return Math.max(0, ...topics(typed).map((topic) => topic.maxMessageBytes), ...existing);
}

/** What a sink makes of a record may be larger than the record. It must be no smaller than a batch of a Kafka client. */
export function sinkTopics(typed: TypedDag): TopicPlan[] {
  const largest = Math.max(PRODUCER_BATCH_BYTES, largestMessage(typed));
  const planned = typed.nodes.flatMap(({ part }) => (part.kind === "sink" && part.topics ? part.topics : []));
  return planned.map((topic) => ({ ...topic, maxMessageBytes: largest + HEADER_BYTES }));
}

/** Dead letters are kept twice as long as the records they came from, at least 14 days, so that there is time to mend and replay. */
export function deadLetterTopic(name: string, typed: TypedDag): TopicPlan {
  const data = topics(typed);
  return {
    name,
    partitions: 1,
    replication: Math.max(1, ...data.map((topic) => topic.replication)),
    retentionMs: Math.max(14 * DAY, ...data.map((topic) => 2 * topic.retentionMs)),
    maxMessageBytes: largestMessage(typed) + HEADER_BYTES,
  };
}
