import type { KafkaConfig } from "kafkajs";
import { createRawCluster, type RawCluster, type RawRecord } from "../kafka-internals.ts";

/** What a topic's end says about one source. */
export interface Tail {
  /** All sequences up to this one are in the topic or the dead letters; -1 where the source never wrote. */
  floor: number;
  /** Sequences above the floor that are in the topic. */
  present: Set<number>;
  /** The highest sequence in the topic, and when the youngest record was written (ms since 1970). */
  last: { sequence: number; timestamp: number } | undefined;
}

/** The headers of every record that ingest writes. */
export const headers = { source: "engine.source", sequence: "engine.seq", acked: "engine.acked" } as const;

/** Records of one batch are written within this time of each other, generously, in ms. */
const batchSpanMs = 600_000;
const firstStep = 2000;
const longestStep = 50_000;

interface PartitionEnds {
  partition: number;
  earliest: number;
  latest: number;
}

/**
 * Reads every partition of the topic backwards from its end, without a consumer group, as far as records above the floor may lie:
 * usually a few thousand records. A source that never wrote to a topic of others costs one reading of the whole topic.
 */
export async function readTail(config: KafkaConfig, topic: string, source: string): Promise<Tail> {
  const cluster = createRawCluster(config);
  try {
    await cluster.connect();
    await cluster.addTargetTopic(topic);
    await cluster.refreshMetadata();
    const scan = createScan(source);
    const ends = await endsOf(cluster, topic);
    const open = ends.filter(({ earliest, latest }) => latest > earliest);
    const from = new Map(open.map(({ partition, latest }) => [partition, latest]));
    for (let step = firstStep; open.length > 0; step = Math.min(step * 4, longestStep)) {
      for (const end of open) {
        const to = from.get(end.partition) ?? end.latest;
        const start = Math.max(end.earliest, to - step);
        await readRange(cluster, topic, end.partition, start, to, (record) => scan.take(end.partition, record));
        from.set(end.partition, start);
      }
      // Only after all partitions were looked at once is the floor known well enough to stop.
      const unfinished = open.filter((end) => (from.get(end.partition) ?? 0) > end.earliest && !scan.enough(end.partition));
      open.splice(0, open.length, ...unfinished);
    }
    return scan.tail();
  } finally {
    await cluster.disconnect().catch(() => {});
  }
}

interface Scan {
  take(partition: number, record: RawRecord): void;
  /** True when nothing above the floor can lie further back in the partition. */
  enough(partition: number): boolean;
  tail(): Tail;
}

function createScan(source: string): Scan {
  const wanted = Buffer.from(source);
  const present = new Set<number>();
  const lowest = new Map<number, number>();
  const oldest = new Map<number, number>();
  let floor = -1;
  let floorTime = Number.POSITIVE_INFINITY;
  let last: Tail["last"];
  return {
    take(partition, { headers: found, timestamp }) {
      const time = Number(timestamp);
      oldest.set(partition, Math.min(oldest.get(partition) ?? time, time));
      const name = found[headers.source];
      if (name === undefined || !wanted.equals(Buffer.from(name))) return;
      const sequence = Number(found[headers.sequence]);
      const acked = Number(found[headers.acked]);
      if (!Number.isSafeInteger(sequence) || !Number.isSafeInteger(acked)) return;
      // A full reading of a large topic must not remember all of it.
      if (sequence > floor) present.add(sequence);
      lowest.set(partition, Math.min(lowest.get(partition) ?? sequence, sequence));
      last = { sequence: Math.max(last?.sequence ?? -1, sequence), timestamp: Math.max(last?.timestamp ?? 0, time) };
      if (acked > floor || (acked === floor && time < floorTime)) floorTime = time;
      floor = Math.max(floor, acked);
    },
    enough(partition) {
      if (last === undefined) return false;
      // In a partition the sequences of a source ascend; where it has no record, one much older than the floor's batch will do.
      return (
        (lowest.get(partition) ?? Number.POSITIVE_INFINITY) <= floor || (oldest.get(partition) ?? 0) < floorTime - batchSpanMs
      );
    },
    tail() {
      for (const sequence of present) if (sequence <= floor) present.delete(sequence);
      // A batch that was acknowledged as the last of all is named by no later one, but it is there to be seen.
      while (present.delete(floor + 1)) floor++;
      return { floor, present, last };
    },
  };
}

async function endsOf(cluster: RawCluster, topic: string): Promise<PartitionEnds[]> {
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

async function readRange(
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
