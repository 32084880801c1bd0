import type { Admin, Kafka, KafkaConfig } from "kafkajs";
import type { SourceItem, SourceReport, SourceRunner } from "../../nodes/source-run.ts";
import { merged, total } from "../counters.ts";
import type { Counts } from "../events.ts";
import { fetchOffsets, type KafkaSettings, kafkaClient, kafkaConfig, topicConfigs } from "../kafka.ts";
import { asBuffer } from "./dead-letter.ts";
import { createDelivery, type Delivery } from "./delivery.ts";
import { createInbox, type Inbox, type InboxLimits } from "./inbox.ts";
import { keyOf } from "./key.ts";
import { partitionOf } from "./partition.ts";
import { readTail, type Tail } from "./tail.ts";

export { readTail, type Tail } from "./tail.ts";

/** What ingest tells while it works; all of it are events of a run. */
export type IngestEvent =
  | { event: "source"; node: string; news: SourceReport }
  | { event: "service"; service: "kafka"; state: "degraded" | "ready"; message?: string }
  | ({ event: "ingest"; node: string } & IngestCounts);

/** Totals of this run: read = produced + deadLettered, once nothing is on its way. */
export interface IngestCounts {
  /** Records taken from the source that no earlier run had written. */
  read: number;
  /** Records that Kafka has acknowledged. */
  produced: number;
  /** Records refused here: a line over the cap, a record too large for the topic. */
  deadLettered: number;
  /** The same by code. */
  dead: Counts;
  /** Records that came again though an earlier run had written them; they count neither as read nor towards the limit. */
  skipped: number;
}

/** An interval in which records may have been missed, ISO 8601. */
export interface Gap {
  from: string;
  to: string;
  reason: string;
}

/** How ingest ended. */
export interface IngestResult extends IngestCounts {
  /** partition → offset of the next record, after the last acknowledgement. */
  endOffsets: Record<string, number>;
  gaps: Gap[];
}

/** One source and the topic it fills. */
export interface IngestRequest {
  kafka: KafkaSettings;
  topic: string;
  /** How many partitions the topic has. */
  partitions: number;
  /** The path of the column that becomes the key; without it records are dealt out in turn. */
  key?: string[];
  source: { node: string; runner: SourceRunner<never>; config: Record<string, unknown>; resumable: boolean; root?: string };
  /** The topic for what is refused. */
  deadLetters: string;
  pipeline: string;
  specHash: string;
  /** The source ends at its present end. */
  once?: boolean;
  /** End after this many records, exactly. */
  limit?: number;
  /** Stop reading, write what was read, and return. */
  signal: AbortSignal;
  report(event: IngestEvent): void;
  /** How long a batch is tried while Kafka is away; 2 minutes by default. */
  retryForMs?: number;
  limits?: Partial<InboxLimits>;
}

const defaultLimits: InboxLimits = {
  batchRecords: 2000,
  batchBytes: 1_048_576,
  partitionBytes: 900_000,
  lingerMs: 5,
  highWaterBytes: 8_388_608,
};

/** Room in Kafka's `max.message.bytes` for what surrounds a batch. */
const batchOverhead = 1024;
const progressEveryMs = 200;

/**
 * Reads a source into its topic until the source ends, the limit is reached or the signal aborts, then waits for the last
 * acknowledgement. Goes on from where the topic's end says that an earlier run stopped. Rejects with a SourceFailure, or with an
 * EnvironmentProblem when Kafka is gone for too long; what was acknowledged until then is safe.
 */
export async function ingest(request: IngestRequest): Promise<IngestResult> {
  const config = kafkaConfig(request.kafka);
  const client = kafkaClient(request.kafka);
  const [tail, settings] = await Promise.all([
    readTail(config, request.topic, request.source.node),
    withAdmin(client, (admin) => topicConfigs(admin, request.topic)),
  ]);
  const maxBatch = Number(settings["max.message.bytes"] ?? Number.POSITIVE_INFINITY) - batchOverhead;
  const limits = { ...defaultLimits, ...request.limits };
  const inbox = createInbox({ ...limits, partitionBytes: Math.min(limits.partitionBytes, maxBatch) });
  const run = startRun(request, tail);
  await run.through(inbox, deliveryOf(request, client, config));
  return { ...run.counts, gaps: run.gaps, endOffsets: await endOffsets(client, request.topic) };
}

function endOffsets(client: Kafka, topic: string): Promise<Record<string, number>> {
  return withAdmin(client, async (admin) => {
    const ranges = await fetchOffsets(admin, topic);
    return Object.fromEntries(Object.entries(ranges).map(([partition, { latest }]) => [partition, latest]));
  });
}

/** One connection for one question: a run lasts longer than brokers keep idle connections. */
async function withAdmin<T>(client: Kafka, ask: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = client.admin();
  try {
    await admin.connect();
    return await ask(admin);
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

function deliveryOf(request: IngestRequest, client: Kafka, config: KafkaConfig): Delivery {
  const { topic, deadLetters, pipeline, specHash, report, retryForMs = 120_000 } = request;
  return createDelivery({
    client,
    config,
    topic,
    deadLetters,
    pipeline,
    specHash,
    node: request.source.node,
    retryForMs,
    report: (news) => report({ event: "service", service: "kafka", ...news }),
  });
}

interface Run {
  counts: IngestCounts;
  gaps: Gap[];
  /** Moves everything from the source through the inbox to Kafka. */
  through(inbox: Inbox, delivery: Delivery): Promise<void>;
}

function startRun(request: IngestRequest, tail: Tail): Run {
  const { source, report, limit = Number.POSITIVE_INFINITY } = request;
  const { node } = source;
  const counts: IngestCounts = { read: 0, produced: 0, deadLettered: 0, dead: {}, skipped: 0 };
  const gaps: Gap[] = [];
  const enough = new AbortController();
  const hasCursor = !source.resumable && (source.runner.hasCursor?.(source.config as never) ?? false);
  const numbering = numberingOf(source.resumable, tail);
  let acked = tail.floor;
  let toldAt = 0;

  const tell = (news: SourceReport) => {
    if (news.event === "gap") gaps.push({ from: news.from, to: news.to, reason: news.reason });
    report({ event: "source", node, news });
  };
  const progress = (always: boolean) => {
    if (!always && performance.now() - toldAt < progressEveryMs) return;
    toldAt = performance.now();
    report({ event: "ingest", node, ...counts });
  };

  const take = (inbox: Inbox, item: SourceItem) => {
    const sequence = numbering.next(item);
    if (numbering.known(sequence)) {
      counts.skipped++;
      return;
    }
    counts.read++;
    if (item.kind === "record") inbox.add(outgoing(request, asBuffer(item.bytes), sequence, item.cursor));
    else
      inbox.refuse({
        ...item,
        sequence,
        code: "source/line-too-long",
        message: `the line of ${item.length} bytes is over the cap`,
      });
  };

  const read = async (inbox: Inbox) => {
    try {
      if (limit <= 0) return;
      await source.runner.run({
        node,
        config: source.config as never,
        ...(source.root !== undefined && { root: source.root }),
        ...(numbering.resumeFrom !== undefined && { resumeFrom: numbering.resumeFrom }),
        ...(hasCursor && tail.cursor !== undefined && { cursor: tail.cursor }),
        once: request.once ?? false,
        emit: async (items) => {
          for (const item of items) {
            if (counts.read >= limit) break;
            take(inbox, item);
          }
          if (counts.read >= limit) enough.abort();
          await inbox.room();
        },
        report: tell,
        signal: AbortSignal.any([request.signal, enough.signal]),
      });
    } finally {
      inbox.close();
    }
  };

  const write = async (inbox: Inbox, delivery: Delivery) => {
    try {
      for (let batch = await inbox.take(); batch !== undefined; batch = await inbox.take()) {
        const { produced, dead } = await delivery.deliver(batch, acked);
        acked = Math.max(acked, batch.last);
        counts.produced += produced;
        counts.deadLettered += total(dead);
        counts.dead = merged(counts.dead, dead);
        inbox.release(batch);
        progress(false);
      }
    } finally {
      // A source that waits for room must see that the run is over.
      enough.abort();
      inbox.close();
      await delivery.close();
    }
  };

  return {
    counts,
    gaps,
    async through(inbox, delivery) {
      const goesOn = source.resumable || (hasCursor && tail.cursor !== undefined);
      if (!goesOn && tail.last !== undefined) tell(gapSince(tail.last.timestamp));
      const [reading, writing] = await Promise.allSettled([read(inbox), write(inbox, delivery)]);
      progress(true);
      if (writing.status === "rejected") throw writing.reason;
      if (reading.status === "rejected") throw reading.reason;
    },
  };
}

interface Numbering {
  resumeFrom: number | undefined;
  next(item: SourceItem): number;
  /** True for a sequence that an earlier run has written. */
  known(sequence: number): boolean;
}

/** A source that can resume numbers its records itself. For others numbers go on where the topic ends, so that a failed send can be looked up. */
function numberingOf(resumable: boolean, { floor, present, last }: Tail): Numbering {
  if (resumable) {
    return {
      resumeFrom: last === undefined ? undefined : floor + 1,
      next: ({ sequence }) => {
        if (sequence === undefined) throw new Error("a source that can resume handed over a record without its sequence");
        return sequence;
      },
      known: (sequence) => sequence <= floor || present.delete(sequence),
    };
  }
  let next = Math.max(floor, last?.sequence ?? -1) + 1;
  return { resumeFrom: undefined, next: () => next++, known: () => false };
}

function outgoing(request: IngestRequest, value: Buffer, sequence: number, cursor: string | undefined) {
  const { partitions, key: path } = request;
  const key = path === undefined ? null : keyOf(value, path);
  const partition = key === null ? sequence % partitions : partitionOf(key, partitions);
  return { sequence, key, value, partition, ...(cursor !== undefined && { cursor }) };
}

function gapSince(timestamp: number): SourceReport {
  const reason = "the engine was not running and the source cannot resume";
  return { event: "gap", from: new Date(timestamp).toISOString(), to: new Date().toISOString(), reason };
}
