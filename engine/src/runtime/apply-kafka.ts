import kafkajs, { type Admin } from "kafkajs";
import { showDuration } from "../duration.ts";
import type { TopicPlan } from "../nodes/node-kind.ts";
import type { Plan } from "../plan/plan.ts";
import type { Change } from "./change.ts";
import { EnvironmentProblem } from "./environment-problem.ts";
import { createTopic } from "./kafka.ts";

const { ConfigResourceTypes } = kafkajs;

/** Kafka's number for a setting made on the topic itself (DescribeConfigs, `config_source`). */
const DYNAMIC_TOPIC_CONFIG = 1;

/** What a topic is in its pipeline, beyond its settings. */
interface Part {
  keyed: boolean;
  /** No setting of the spec names its retention, so nobody asked for letters to be deleted: a longer one stays. */
  deadLetters: boolean;
}

/** Compares the planned topics with the cluster. Reads only. */
export async function topicChanges(admin: Admin, plan: Pick<Plan, "topics" | "sources" | "deadLetters">): Promise<Change[]> {
  const existing = new Set(await admin.listTopics());
  const perTopic = plan.topics.map((topic) => {
    const keyed = plan.sources.some((source) => source.topic === topic.name && source.key !== undefined);
    const part = { keyed, deadLetters: topic.name === plan.deadLetters };
    return existing.has(topic.name) ? alterations(admin, topic, part) : [creation(admin, topic)];
  });
  return (await Promise.all(perTopic)).flat();
}

function creation(admin: Admin, plan: TopicPlan): Change {
  const configEntries = Object.entries(settingsOf(plan)).map(([name, value]) => ({ name, value }));
  const wish = {
    topic: plan.name,
    numPartitions: plan.partitions,
    replicationFactor: plan.replication,
    configEntries,
  };
  return {
    action: "create",
    kind: "topic",
    name: plan.name,
    detail: `${partitionsText(plan.partitions)}, kept ${showDuration(plan.retentionMs)}`,
    async perform() {
      try {
        await createTopic(admin, wish);
      } catch (error) {
        throw notCreated(plan, error);
      }
    },
  };
}

function notCreated(plan: TopicPlan, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const inner = "errors" in error && Array.isArray(error.errors) ? (error.errors[0] as { type?: string } | undefined) : undefined;
  if (inner?.type !== "INVALID_REPLICATION_FACTOR") return error;
  const message = `The topic ${plan.name} asks for ${plan.replication} copies, and the cluster has fewer brokers.`;
  return new EnvironmentProblem("kafka/too-few-brokers", message, "lower `replication`, or add brokers to the cluster");
}

type Settings = Record<string, string>;

function settingsOf(plan: TopicPlan): Settings {
  return { "retention.ms": String(plan.retentionMs), "max.message.bytes": String(plan.maxMessageBytes) };
}

async function alterations(admin: Admin, plan: TopicPlan, part: Part): Promise<Change[]> {
  const [metadata, current] = await Promise.all([
    admin.fetchTopicMetadata({ topics: [plan.name] }),
    topicConfig(admin, plan.name),
  ]);
  const found = metadata.topics[0]?.partitions ?? [];
  const changes = [
    partitionChange(admin, plan, found.length, part.keyed),
    cleanupChange(plan, current.all),
    await retentionChange(admin, plan, current, part.deadLetters),
    sizeChange(admin, plan, current),
  ].filter((change) => change !== undefined);
  if (changes.length > 0) return changes;
  const copies = found[0]?.replicas.length ?? plan.replication;
  // Moving copies between brokers is the cluster's business, and harms nothing that a run needs.
  const note =
    copies === plan.replication ? "" : `; ${copies} copies, not ${plan.replication}: kafka-reassign-partitions moves them`;
  return [{ action: "keep", kind: "topic", name: plan.name, detail: partitionsText(found.length) + note }];
}

function partitionChange(admin: Admin, plan: TopicPlan, partitions: number, keyed: boolean): Change | undefined {
  if (partitions === plan.partitions) return undefined;
  const change = { kind: "topic", name: plan.name } as const;
  const detail = `partitions ${partitions} → ${plan.partitions}`;
  if (partitions > plan.partitions) {
    const hint = `set \`partitions: ${partitions}\`: Kafka cannot take partitions away without the records in them`;
    return { ...change, action: "refuse", detail, hint };
  }
  return {
    ...change,
    action: "update",
    detail: keyed ? `${detail}; a key may fall into another partition than before, which ends its order once` : detail,
    async perform() {
      await admin.createPartitions({ topicPartitions: [{ topic: plan.name, count: plan.partitions }] });
    },
  };
}

function cleanupChange(plan: TopicPlan, all: Settings): Change | undefined {
  const policy = all["cleanup.policy"] ?? "delete";
  if (policy === "delete") return undefined;
  const hint = "name another topic, or set cleanup.policy=delete with kafka-configs";
  const detail = `its cleanup.policy is ${policy}: Kafka drops older records of a key, perhaps before they are read`;
  return { action: "refuse", kind: "topic", name: plan.name, detail, hint };
}

async function retentionChange(admin: Admin, plan: TopicPlan, current: TopicConfig, longerStays: boolean) {
  const now = Number(current.all["retention.ms"]);
  const shorter = now < 0 || plan.retentionMs < now;
  if (now === plan.retentionMs || (shorter && longerStays)) return undefined;
  const detail = `retention ${now < 0 ? "for ever" : showDuration(now)} → ${showDuration(plan.retentionMs)}`;
  const lost = shorter ? await recordsBefore(admin, plan.name, Date.now() - plan.retentionMs) : 0;
  if (lost === 0) return settingChange(admin, plan, current, "retention.ms", detail);
  const set = `kafka-configs --alter --topic ${plan.name} --add-config retention.ms=${plan.retentionMs}`;
  return {
    action: "refuse",
    kind: "topic",
    name: plan.name,
    detail: `${detail}: Kafka would delete ${lost.toLocaleString("en-US")} records at once`,
    hint: `keep the longer retention, or delete them yourself: ${set}`,
  } as const;
}

/** A topic that takes larger records than it must stays so. */
function sizeChange(admin: Admin, plan: TopicPlan, current: TopicConfig): Change | undefined {
  const now = Number(current.all["max.message.bytes"]);
  if (now >= plan.maxMessageBytes) return undefined;
  return settingChange(admin, plan, current, "max.message.bytes", `max.message.bytes ${now} → ${plan.maxMessageBytes}`);
}

function settingChange(admin: Admin, plan: TopicPlan, { own }: TopicConfig, name: string, detail: string): Change {
  return {
    action: "update",
    kind: "topic",
    name: plan.name,
    detail,
    perform() {
      // AlterConfigs replaces all settings of the topic, so those that stand are sent along; the next change finds this one there.
      own[name] = settingsOf(plan)[name] ?? "";
      return alterConfig(admin, plan.name, own);
    },
  };
}

/** How many records of the topic are older than the moment. */
async function recordsBefore(admin: Admin, topic: string, moment: number): Promise<number> {
  const [ends, younger] = await Promise.all([admin.fetchTopicOffsets(topic), admin.fetchTopicOffsetsByTimestamp(topic, moment)]);
  const first = new Map(younger.map(({ partition, offset }) => [partition, Number(offset)]));
  return ends.reduce((sum, { partition, low }) => sum + Math.max(0, (first.get(partition) ?? 0) - Number(low)), 0);
}

interface TopicConfig {
  all: Settings;
  /** Set on the topic itself, not inherited from the broker. */
  own: Settings;
}

async function topicConfig(admin: Admin, topic: string): Promise<TopicConfig> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
  });
  const entries = resources[0]?.configEntries ?? [];
  const pairs = (chosen: typeof entries) => Object.fromEntries(chosen.map((entry) => [entry.configName, entry.configValue]));
  return { all: pairs(entries), own: pairs(entries.filter((entry) => Number(entry.configSource) === DYNAMIC_TOPIC_CONFIG)) };
}

async function alterConfig(admin: Admin, topic: string, config: Settings): Promise<void> {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries }] });
}

/** `1 partition`, `2 partitions`. */
export function partitionsText(count: number): string {
  return `${count} partition${count === 1 ? "" : "s"}`;
}
