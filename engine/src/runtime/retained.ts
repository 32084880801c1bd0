import { kafkaConfig } from "./kafka.ts";
import { createRawCluster, type RawCluster } from "./kafka-internals.ts";
import { endsOf, type PartitionEnds, readRange } from "./kafka-read.ts";
import type { KafkaAddress } from "./services.ts";

/**
 * The moment (ms since 1970) from which Kafka still keeps every record of the topics: the latest of the timestamps of the first records of
 * those partitions that have lost some to their retention. Undefined where none has lost any.
 */
export async function retainedSince(address: KafkaAddress, topics: readonly string[]): Promise<number | undefined> {
  const cluster = createRawCluster(kafkaConfig(address));
  try {
    await cluster.connect();
    for (const topic of topics) await cluster.addTargetTopic(topic);
    await cluster.refreshMetadata();
    const moments: number[] = [];
    // One after the other: kafkajs forgets one of two connections that are made to a broker at once.
    for (const topic of topics)
      for (const partition of await endsOf(cluster, topic))
        if (partition.earliest > 0) moments.push(await firstTimestamp(cluster, topic, partition));
    return moments.length === 0 ? undefined : Math.max(...moments);
  } finally {
    await cluster.disconnect().catch(() => {});
  }
}

/** Of a partition that has lost all it had nothing older than this moment is left. */
async function firstTimestamp(
  cluster: RawCluster,
  topic: string,
  { partition, earliest, latest }: PartitionEnds,
): Promise<number> {
  let first: number | undefined;
  if (latest > earliest) {
    await readRange(cluster, topic, partition, earliest, earliest + 1, ({ timestamp }) => {
      first = Number(timestamp);
    });
  }
  return first ?? Date.now();
}
