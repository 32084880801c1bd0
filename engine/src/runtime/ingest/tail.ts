import type { KafkaConfig } from "kafkajs";
import { createRawCluster, type RawRecord } from "../kafka-internals.ts";
import { endsOf, readRange } from "../kafka-read.ts";

/** What a topic's end says about one source. */
export interface Tail {
  /** All sequences up to this one are in the topic or the dead letters; -1 where the source never wrote. */
  floor: number;
  /** Sequences above the floor that are in the topic. */
  present: Set<number>;
  /** The highest sequence in the topic, and when the youngest record was written (ms since 1970). */
  last: { sequence: number; timestamp: number } | undefined;
  /** The cursor of the highest record up to the floor that carries one. */
  cursor: string | undefined;
}

/** The headers of every record that ingest writes. */
export const headers = {
  source: "engine.source",
  sequence: "engine.seq",
  acked: "engine.acked",
  cursor: "engine.cursor",
} as const;

/** Records of one batch are written within this time of each other, generously, in ms. */
const batchSpanMs = 600_000;
const firstStep = 2000;
const longestStep = 50_000;

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
  const cursors = new Map<number, string>();
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
      const cursor = found[headers.cursor];
      if (cursor !== undefined) cursors.set(sequence, cursor.toString());
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
      return { floor, present, last, cursor: cursorUpTo(floor, cursors) };
    },
  };
}

function cursorUpTo(floor: number, cursors: ReadonlyMap<number, string>): string | undefined {
  let highest = -1;
  for (const sequence of cursors.keys()) if (sequence <= floor && sequence > highest) highest = sequence;
  return cursors.get(highest);
}
