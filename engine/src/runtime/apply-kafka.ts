import kafkajs, { type Admin } from "kafkajs";
import type { TopicPlan } from "../nodes/node-kind.ts";
import type { Change } from "./change.ts";

const { ConfigResourceTypes } = kafkajs;

/** Kafka's number for a setting made on the topic itself (DescribeConfigs, `config_source`). */
const DYNAMIC_TOPIC_CONFIG = 1;

/** Compares the planned topics with the cluster. Reads only. */
export async function topicChanges(admin: Admin, plans: TopicPlan[]): Promise<Change[]> {
  const existing = new Set(await admin.listTopics());
  const perTopic = await Promise.all(
    plans.map((plan) => (existing.has(plan.name) ? alterations(admin, plan) : [creation(admin, plan)])),
  );
  return perTopic.flat();
}

function creation(admin: Admin, plan: TopicPlan): Change {
  const topics = [
    {
      topic: plan.name,
      numPartitions: plan.partitions,
      replicationFactor: plan.replication,
      configEntries: Object.entries(configOf(plan)).map(([name, value]) => ({ name, value })),
    },
  ];
  return {
    action: "create",
    kind: "topic",
    name: plan.name,
    detail: `${plan.partitions} partition${plan.partitions === 1 ? "" : "s"}, kept ${showDays(plan.retentionMs)}`,
    perform: async () => {
      await admin.createTopics({ topics, waitForLeaders: true });
    },
  };
}

function configOf(plan: TopicPlan): Record<string, string> {
  return { "retention.ms": String(plan.retentionMs), "max.message.bytes": String(plan.maxMessageBytes) };
}

async function alterations(admin: Admin, plan: TopicPlan): Promise<Change[]> {
  const [metadata, current] = await Promise.all([
    admin.fetchTopicMetadata({ topics: [plan.name] }),
    topicConfig(admin, plan.name),
  ]);
  const partitions = metadata.topics[0]?.partitions.length ?? 0;
  const changes = [partitionChange(admin, plan, partitions), ...configChanges(admin, plan, current)].filter(
    (change) => change !== undefined,
  );
  return changes.length > 0 ? changes : [{ action: "keep", kind: "topic", name: plan.name, detail: `${partitions} partitions` }];
}

function partitionChange(admin: Admin, plan: TopicPlan, partitions: number): Change | undefined {
  if (partitions === plan.partitions) return undefined;
  const detail = `partitions ${partitions} → ${plan.partitions}`;
  if (partitions > plan.partitions) {
    const hint = `set \`partitions: ${partitions}\`: Kafka cannot take partitions away without the records in them`;
    return { action: "refuse", kind: "topic", name: plan.name, detail, hint };
  }
  return {
    action: "update",
    kind: "topic",
    name: plan.name,
    detail: `${detail}; from now on a key may fall into another partition than before`,
    perform: async () => {
      await admin.createPartitions({ topicPartitions: [{ topic: plan.name, count: plan.partitions }] });
    },
  };
}

function configChanges(admin: Admin, plan: TopicPlan, current: TopicConfig): Change[] {
  const wanted = Object.entries(configOf(plan)).filter(([name, value]) => current.all[name] !== value);
  const changes = wanted.map(([name, value]): Change => {
    const now = current.all[name] ?? "?";
    const detail = `${name} ${now} → ${value}`;
    const shrinks = name === "retention.ms" && (Number(now) < 0 || Number(value) < Number(now));
    if (shrinks) {
      const hint = "keep the longer retention, or shorten it yourself with kafka-configs: Kafka would delete records at once";
      return { action: "refuse", kind: "topic", name: plan.name, detail, hint };
    }
    // AlterConfigs replaces all settings of the topic, so those that stand are sent along.
    return {
      action: "update",
      kind: "topic",
      name: plan.name,
      detail,
      perform: () => alterConfig(admin, plan.name, { ...current.own, ...configOf(plan) }),
    };
  });
  return changes.filter(
    (change) =>
      !(change.detail.startsWith("max.message.bytes") && Number(current.all["max.message.bytes"]) > plan.maxMessageBytes),
  );
}

interface TopicConfig {
  all: Record<string, string>;
  /** Set on the topic itself, not inherited from the broker. */
  own: Record<string, string>;
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

async function alterConfig(admin: Admin, topic: string, config: Record<string, string>): Promise<void> {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries }] });
}

function showDays(ms: number): string {
  return ms % 86_400_000 === 0 ? `${ms / 86_400_000} d` : `${ms / 3_600_000} h`;
}
