import { Kafka, logLevel } from "kafkajs";
import type { Db } from "mongodb";

/** A record as it lies in a topic. */
export interface TopicRecord {
  partition: number;
  offset: number;
  key: string | null;
  value: Buffer;
  headers: Record<string, string>;
  timestamp: number;
}

/** Every record that a topic holds now, in the order of its offsets per partition. */
export async function readTopic(bootstrap: string, topic: string): Promise<TopicRecord[]> {
  const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const ends = (await admin.fetchTopicOffsets(topic)).filter(({ high, low }) => Number(high) > Number(low));
  const left = new Map(ends.map(({ partition, high }) => [partition, Number(high)]));
  if (left.size === 0) {
    await admin.disconnect();
    return [];
  }
  const groupId = `test-${topic}-${process.pid}-${Math.random().toString(36).slice(2)}`;
  const consumer = kafka.consumer({ groupId, maxBytes: 64 * 1024 * 1024, maxBytesPerPartition: 64 * 1024 * 1024 });
  const records: TopicRecord[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => !payload.restart && reject(payload.error));
    consumer
      .run({
        eachMessage: async ({ partition, message }) => {
          const offset = Number(message.offset);
          if (offset >= (left.get(partition) ?? 0)) {
            if (!left.has(partition)) return;
          } else records.push(toRecord(partition, message));
          if (offset + 1 >= (left.get(partition) ?? 0)) left.delete(partition);
          if (left.size === 0) resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  await admin.deleteGroups([groupId]).catch(() => {});
  await admin.disconnect();
  return records.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}

function toRecord(
  partition: number,
  message: { offset: string; key: Buffer | null; value: Buffer | null; headers?: object; timestamp: string },
): TopicRecord {
  const headers = Object.entries((message.headers ?? {}) as Record<string, Buffer>).map(([name, value]) => [
    name,
    value.toString(),
  ]);
  return {
    partition,
    offset: Number(message.offset),
    key: message.key?.toString() ?? null,
    value: message.value ?? Buffer.alloc(0),
    headers: Object.fromEntries(headers),
    timestamp: Number(message.timestamp),
  };
}

/** What a window of `sales_by_region` must hold. */
export interface WindowSum {
  region: string;
  start: string;
  revenue: number;
  baskets: number;
}

/** Sums the good sales of a topic by minute and region, from the bytes, without the engine. `counts` says which records count. */
export function windowSums(
  records: TopicRecord[],
  counts: (sale: Sale, record: TopicRecord) => boolean = () => true,
): Map<string, WindowSum> {
  const sums = new Map<string, WindowSum>();
  for (const record of records) {
    const sale = readSale(record.value);
    if (sale === undefined || !(sale.total > 0) || !counts(sale, record)) continue;
    const start = new Date(Math.floor(sale.time / 60_000) * 60_000).toISOString();
    const key = `${start} ${sale.region}`;
    const sum = sums.get(key) ?? { region: sale.region, start, revenue: 0, baskets: 0 };
    sums.set(key, { ...sum, revenue: sum.revenue + sale.total, baskets: sum.baskets + 1 });
  }
  return sums;
}

/** The parts of a sale that the pipeline requires or sums. */
export interface Sale {
  id: string;
  time: number;
  region: string;
  total: number;
}

/** Reads a record as the pipeline should: undefined where it must become a dead letter. */
export function readSale(value: Buffer): Sale | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(value);
    const record = JSON.parse(text) as {
      transaction_id?: unknown;
      timestamp?: unknown;
      store_id?: unknown;
      store_location?: { region?: unknown };
      summary?: { total?: unknown };
    };
    const time = typeof record.timestamp === "string" ? Date.parse(record.timestamp) : Number.NaN;
    if (typeof record.transaction_id !== "string" || Number.isNaN(time) || typeof record.summary?.total !== "number")
      return undefined;
    if (record.store_id !== undefined && !Number.isInteger(record.store_id)) return undefined;
    return { id: record.transaction_id, time, region: String(record.store_location?.region), total: record.summary.total };
  } catch {
    return undefined;
  }
}

/** The windows as the pipeline wrote them, by the same key. */
export async function storedWindows(db: Db): Promise<Map<string, WindowSum>> {
  const documents = await db.collection("sales_by_region").find().toArray();
  return new Map(
    documents.map((document) => {
      const start = (document.window_start as Date).toISOString();
      const region = String(document.region);
      return [`${start} ${region}`, { region, start, revenue: Number(document.revenue), baskets: Number(document.baskets) }];
    }),
  );
}

/** Doubles summed in another order differ in their last bits. */
export function rounded(windows: Map<string, WindowSum>): Record<string, WindowSum> {
  const entries = [...windows].map(([key, sum]) => [key, { ...sum, revenue: Math.round(sum.revenue * 1e4) / 1e4 }] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
