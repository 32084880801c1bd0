import type { RawCluster, RawRecord } from "./kafka-internals.ts";

/** What a partition keeps: the offset of its first record, and the one after its last. */
export interface PartitionEnds {
  partition: number;
  earliest: number;
  latest: number;
}

/** The ends of every partition of a topic that the cluster was told of. */
export async function endsOf(cluster: RawCluster, topic: string): Promise<PartitionEnds[]> {
  const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => ({ partition: partitionId }));
  const offsets = async (fromBeginning: boolean) => {
    const [found] = await cluster.fetchTopicsOffset([{ topic, fromBeginning, partitions }]);
    return new Map(found?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
  };
  const latest = await offsets(false);
  const earliest = await offsets(true);
  return partitions.map(({ partition }) => ({
    partition,
    earliest: earliest.get(partition) ?? 0,
    latest: latest.get(partition) ?? 0,
  }));
}

const fetchBytes = 4_194_304;
/** How often in a row a fetch may come back empty before the gap of offsets is taken for one of compaction or transactions. */
const emptyFetches = 3;

/** Hands over every record from offset `from` to before `to`, without a consumer group. */
export async function readRange(
  cluster: RawCluster,
  topic: string,
  partition: number,
  from: number,
  to: number,
  take: (record: RawRecord) => void,
): Promise<void> {
  const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
  if (nodeId === undefined) throw new Error(`partition ${partition} of ${topic} has no leader`);
  const broker = await cluster.findBroker({ nodeId });
  for (let next = from, empty = 0; next < to && empty < emptyFetches; ) {
    const wish = { partition, fetchOffset: String(next), maxBytes: fetchBytes };
    const topics = [{ topic, partitions: [wish] }];
    const answer = await broker.fetch({ maxWaitTime: 500, minBytes: 1, maxBytes: fetchBytes, isolationLevel: 0, topics });
    const records = answer.responses[0]?.partitions[0]?.messages ?? [];
    empty = records.length === 0 ? empty + 1 : 0;
    for (const record of records) {
      const offset = Number(record.offset);
      if (offset >= next && offset < to && record.isControlRecord !== true) take(record);
    }
    next = Math.max(next, Number(records.at(-1)?.offset ?? next - 1) + 1);
  }
}
