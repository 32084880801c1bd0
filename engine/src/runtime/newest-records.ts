import { kafkaConfig } from "./kafka.ts";
import type { KafkaCluster } from "./kafka-cluster.ts";
import { connectKafka } from "./kafka-cluster.ts";
import { createRawCluster, type RawCluster, type RawRecord } from "./kafka-internals.ts";
import { endsOf, readRange } from "./kafka-read.ts";
import type { KafkaAddress } from "./services.ts";

/** A record with the partition it stands in. */
export type PlacedRecord = RawRecord & { partition: number };

/** The `most` newest records of each topic, oldest first; of one that is not there nothing. Throws an EnvironmentProblem where Kafka does not answer. */
export async function newestRecords(
  address: KafkaAddress,
  topics: readonly string[],
  most: number,
): Promise<Map<string, PlacedRecord[] | undefined>> {
  const kafka = await connectKafka(address);
  const there = new Set(await kafka.admin.listTopics().finally(() => closeQuietly(kafka)));
  const cluster = createRawCluster(kafkaConfig(address));
  try {
    await cluster.connect();
    for (const topic of topics) if (there.has(topic)) await cluster.addTargetTopic(topic);
    await cluster.refreshMetadata();
    const found = new Map<string, PlacedRecord[] | undefined>();
    // One after the other: kafkajs forgets one of two connections that are made to a broker at once.
    for (const topic of topics) found.set(topic, there.has(topic) ? await newestOf(cluster, topic, most) : undefined);
    return found;
  } finally {
    await cluster.disconnect().catch(() => {});
  }
}

const closeQuietly = (kafka: KafkaCluster) => kafka.close().catch(() => {});

async function newestOf(cluster: RawCluster, topic: string, most: number): Promise<PlacedRecord[]> {
  const records: PlacedRecord[] = [];
  for (const { partition, earliest, latest } of await endsOf(cluster, topic))
    await readRange(cluster, topic, partition, Math.max(earliest, latest - most), latest, (record) =>
      records.push({ ...record, partition }),
    );
  const order = (a: PlacedRecord, b: PlacedRecord) =>
    Number(a.timestamp) - Number(b.timestamp) || a.partition - b.partition || Number(a.offset) - Number(b.offset);
  return records.toSorted(order).slice(-most);
}
