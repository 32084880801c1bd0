import type { Admin } from "kafkajs";
import { didYouMean } from "../diagnostic.ts";
import type { ExistingTopicPlan, Plan } from "../plan/plan.ts";
import { partitionsText } from "./apply-kafka.ts";
import type { Change } from "./change.ts";
import type { Ends } from "./counters.ts";
import type { Counts } from "./events.ts";
import { fetchOffsets } from "./kafka.ts";
import type { KafkaCluster } from "./kafka-cluster.ts";
import type { EngineState } from "./state.ts";

/** Says of the topics that a pipeline only reads whether they are there. */
export async function existingTopicChanges(admin: Admin, plan: Pick<Plan, "existingTopics" | "topics">): Promise<Change[]> {
  const { existingTopics: wanted = [] } = plan;
  if (wanted.length === 0) return [];
  const there = await admin.listTopics();
  return Promise.all(
    wanted.map(async ({ name }): Promise<Change> => {
      if (!there.includes(name)) return missing(name, there);
      const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
      const detail = `${partitionsText(topics[0]?.partitions.length ?? 0)}, only read`;
      return { action: "keep", kind: "topic", name, detail };
    }),
  );
}

function missing(name: string, there: readonly string[]): Change {
  return {
    action: "refuse",
    kind: "topic",
    name,
    detail: "there is no such topic, and what is only read is not created",
    hint: didYouMean(name, there) ?? "see that this is the right cluster, and that the engine's user may describe the topic",
    isMissing: true,
  };
}

/** All topics that a plan reads or writes. */
export function allTopics({ topics, existingTopics = [] }: Pick<Plan, "topics" | "existingTopics">): string[] {
  return [...topics, ...existingTopics].map(({ name }) => name);
}

/**
 * Where every query without a checkpoint begins to read the topics of others: at the place that was meant by `start` on the first run, so that sinks which
 * are added later begin there too; behind it where Kafka no longer keeps that place.
 */
export async function startsOf(
  plan: Plan,
  kafka: KafkaCluster,
  state: EngineState,
  epochs: Record<string, string>,
): Promise<Ends> {
  const found = (plan.existingTopics ?? []).map(async (topic) => {
    const { name, start } = topic;
    const key = { cluster: kafka.clusterId, pipeline: plan.pipeline, topic: name };
    const meant = await state.start(key, { start, epoch: epochs[name] ?? "" }, () => offsetsNow(kafka.admin, topic));
    const kept = await fetchOffsets(kafka.admin, name);
    const offsets = Object.entries(kept).map(([partition, { earliest }]) => [
      partition,
      Math.max(earliest, meant[partition] ?? 0),
    ]);
    return [name, Object.fromEntries(offsets) as Counts] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}

/** partition → the offset that `start` means at this moment. */
async function offsetsNow(admin: Admin, { name, start }: ExistingTopicPlan): Promise<Counts> {
  if (start !== "earliest" && start !== "latest") {
    const found = await admin.fetchTopicOffsetsByTimestamp(name, Date.parse(start));
    return Object.fromEntries(found.map(({ partition, offset }) => [String(partition), Number(offset)]));
  }
  const ranges = await fetchOffsets(admin, name);
  return Object.fromEntries(Object.entries(ranges).map(([partition, range]) => [partition, range[start]]));
}
