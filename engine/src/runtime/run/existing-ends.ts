import { setTimeout as delay } from "node:timers/promises";
import type { Ends } from "../counters.ts";
import type { KafkaCluster } from "../kafka-cluster.ts";

/** Until when the topics of others are read. */
export interface ReadingRequest {
  /** topic → partition → where this run begins to read. */
  from: Ends;
  kafka: Pick<KafkaCluster, "endOffsets">;
  /** What they hold now is enough. */
  once: boolean;
  /** So many records of each are enough. */
  records?: number;
  /** The run is asked to end. */
  signal: AbortSignal;
}

const LOOK_EVERY_MS = 500;

/**
 * Resolves when enough records stand in the topics of others, with the ends that the run must reach, or when it is asked to end, with none: what they hold
 * by then counts. A Kafka that is away is asked again: who follows the run ends it where it stays away.
 */
export async function enoughToRead({ from, kafka, once, records, signal }: ReadingRequest): Promise<Ends> {
  const topics = Object.keys(from);
  const isEnough = (ends: Ends) =>
    once || (records !== undefined && topics.every((topic) => between(from[topic], ends[topic]) >= records));
  while (topics.length > 0 && !signal.aborted) {
    const ends = once || records !== undefined ? await kafka.endOffsets(topics).catch(() => undefined) : undefined;
    if (ends !== undefined && isEnough(ends)) return ends;
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
  return {};
}

function between(from: Ends[string] = {}, to: Ends[string] = {}): number {
  return Object.entries(to).reduce((sum, [partition, end]) => sum + Math.max(0, end - (from[partition] ?? 0)), 0);
}
