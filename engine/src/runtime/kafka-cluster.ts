import type { Admin } from "kafkajs";
import { EnvironmentProblem } from "./environment-problem.ts";
import { kafkaClient } from "./kafka.ts";
import { fetchTopicIds } from "./kafka-topic-ids.ts";
import type { KafkaAddress } from "./services.ts";

/** A connected cluster. */
export interface KafkaCluster {
  admin: Admin;
  clusterId: string;
  /** topic → Kafka's own id of it, which a topic of the same name created anew does not share. Empty for a broker before 2.8. */
  topicIds(topics: string[]): Promise<Record<string, string>>;
  /** topic → partition → next offset; a partition without a record that Kafka still keeps is left out. */
  endOffsets(topics: string[]): Promise<Record<string, Record<string, number>>>;
  close(): Promise<void>;
}

/** Connects, and says plainly where nothing answers. */
export async function connectKafka(address: KafkaAddress): Promise<KafkaCluster> {
  const admin = kafkaClient(address).admin();
  try {
    await admin.connect();
    const { clusterId } = await admin.describeCluster();
    return {
      admin,
      clusterId,
      topicIds: (topics) => fetchTopicIds(address, topics),
      endOffsets: (topics) => endOffsets(admin, topics),
      close: () => admin.disconnect(),
    };
  } catch (error) {
    await admin.disconnect().catch(() => {});
    const why = error instanceof Error ? error.message : String(error);
    throw new EnvironmentProblem(
      "kafka/unreachable",
      `Kafka does not answer at ${address.bootstrap}: ${why}`,
      "start it, or choose another target with --target",
    );
  }
}

async function endOffsets(admin: Admin, topics: string[]): Promise<Record<string, Record<string, number>>> {
  const pairs = await Promise.all(
    topics.map(async (topic) => {
      const offsets = await admin.fetchTopicOffsets(topic);
      const filled = offsets.filter(({ low, high }) => Number(high) > Number(low));
      return [topic, Object.fromEntries(filled.map(({ partition, high }) => [String(partition), Number(high)]))] as const;
    }),
  );
  return Object.fromEntries(pairs);
}
