import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import kafkajs, { type Kafka, type KafkaConfig, type Message, type Producer } from "kafkajs";
import { causes } from "../causes.ts";
import { merged } from "../counters.ts";
import { EnvironmentProblem } from "../environment-problem.ts";
import type { Counts } from "../events.ts";
import { deadLetter, type Provenance, type Refused } from "./dead-letter.ts";
import { partitionOf } from "./partition.ts";
import { headers, readTail } from "./tail.ts";

/** A record on its way, its partition chosen for good. */
export interface Outgoing {
  sequence: number;
  partition: number;
  key: Buffer | null;
  value: Buffer;
  /** Where the source reads on once this record and all before it are acknowledged. */
  cursor?: string;
}

/** Records of consecutive sequences, together with those among them that are dead letters. */
export interface Batch {
  records: Outgoing[];
  refused: Refused[];
}

/** What a batch became. */
export interface Delivered {
  produced: number;
  /** Dead letters by code. */
  dead: Counts;
}

/** News of Kafka while a batch is on its way. */
export type DeliveryNews = { state: "degraded"; message: string } | { state: "ready" };

/** What a delivery needs to know once. */
export interface DeliverySettings extends Provenance {
  client: Kafka;
  config: KafkaConfig;
  deadLetters: string;
  /** How long one batch is tried before the run ends, in ms. */
  retryForMs: number;
  report(news: DeliveryNews): void;
}

/** Writes batches, one at a time, each record once. */
export interface Delivery {
  /** Resolves when Kafka has acknowledged the whole batch. `acked`: all sequences up to it are acknowledged already. */
  deliver(batch: Batch, acked: number): Promise<Delivered>;
  close(): Promise<void>;
}

/** Kafka's codes for what is too large: the message, the whole batch. */
const tooLarge = new Set([10, 18]);
const headBytes = 1024;
const firstWaitMs = 200;
/** A Kafka that is back is not to be kept waiting. */
const longestWaitMs = 1000;
const disconnectMs = 5000;

/** A delivery that has connected to nothing yet. */
export function createDelivery(settings: DeliverySettings): Delivery {
  const { client, topic, node } = settings;
  const source = Buffer.from(node);
  let producer: Producer | undefined;

  const connected = async (): Promise<Producer> => {
    if (producer !== undefined) return producer;
    const fresh = client.producer({ createPartitioner: partitioner, retry: { retries: 0 }, allowAutoTopicCreation: false });
    producer = fresh;
    await fresh.connect();
    return fresh;
  };

  /** After any failure the connection is done with: a request of it that is still on its way must not meet one of the next. */
  const drop = async (): Promise<void> => {
    const old = producer;
    producer = undefined;
    if (old !== undefined) await Promise.race([old.disconnect().catch(() => {}), delay(disconnectMs, undefined, { ref: false })]);
  };

  const send = async (to: string, messages: Message[]): Promise<void> => {
    if (messages.length > 0) await (await connected()).send({ topic: to, messages, acks: -1, timeout: 30_000 });
  };

  const message = ({ sequence, partition, key, value, cursor }: Outgoing, acked: string): Message => ({
    key,
    value,
    partition,
    headers: {
      [headers.source]: source,
      [headers.sequence]: String(sequence),
      [headers.acked]: acked,
      ...(cursor !== undefined && { [headers.cursor]: cursor }),
    },
  });

  /** Tries until it works. `onFailure` may end it by returning a result. */
  const persist = async <T>(attempt: (failures: number) => Promise<T>, final: (error: unknown) => T | undefined): Promise<T> => {
    let deadline: number | undefined;
    for (let failures = 0; ; failures++) {
      try {
        const result = await attempt(failures);
        if (failures > 0) settings.report({ state: "ready" });
        return result;
      } catch (error) {
        await drop();
        const result = final(error);
        if (result !== undefined) return result;
        settings.report({ state: "degraded", message: messageOf(error) });
        deadline ??= performance.now() + settings.retryForMs;
        const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** failures) * (0.5 + Math.random() / 2);
        if (performance.now() + wait > deadline) throw givenUp(error, settings.retryForMs);
        await delay(wait);
      }
    }
  };

  const missing = async (records: Outgoing[]): Promise<Outgoing[]> => {
    const tail = await readTail(settings.config, topic, node);
    return records.filter(({ sequence }) => sequence > tail.floor && !tail.present.has(sequence));
  };

  const refuse = (refused: Refused[]): Promise<void> =>
    persist(
      () =>
        send(
          settings.deadLetters,
          refused.map((each) => deadLetter(settings, each)),
        ),
      () => undefined,
    );

  /** Sends until all are in the topic; returns those of them that are too large to be sent together. */
  const write = async (records: Outgoing[], acked: number): Promise<Outgoing[]> => {
    let left = records;
    return persist(
      async (failures) => {
        // What failed may have been written all the same, in part or whole. Kafka itself is asked.
        if (failures > 0) left = await missing(left);
        await send(
          topic,
          left.map((each) => message(each, String(acked))),
        );
        return [];
      },
      (error) => (isTooLarge(error) ? left : undefined),
    );
  };

  const deliverRecords = async (records: Outgoing[], acked: number): Promise<Delivered> => {
    if (records.length === 0) return { produced: 0, dead: {} };
    const rejected = await write(records, acked);
    if (rejected.length === 0) return { produced: records.length, dead: {} };
    const left = await persist(
      () => missing(rejected),
      () => undefined,
    );
    const [only] = left;
    const produced = records.length - left.length;
    if (only === undefined) return { produced, dead: {} };
    if (left.length === 1) {
      const refused = [refusedOf(only)];
      await refuse(refused);
      return { produced, dead: byCode(refused) };
    }
    const middle = left.length >> 1;
    const first = await deliverRecords(left.slice(0, middle), acked);
    const second = await deliverRecords(left.slice(middle), acked);
    return {
      produced: produced + first.produced + second.produced,
      dead: merged(first.dead, second.dead),
    };
  };

  return {
    async deliver({ records, refused }, acked) {
      if (refused.length > 0) await refuse(refused);
      const { produced, dead } = await deliverRecords(records, acked);
      return { produced, dead: merged(byCode(refused), dead) };
    },
    close: drop,
  };
}

/** Partitions are chosen before anything is sent, so that a second attempt goes where the first went. Dead letters go by their key. */
function partitioner() {
  return ({ message, partitionMetadata }: { message: Message; partitionMetadata: unknown[] }): number =>
    message.partition ?? partitionOf(Buffer.from(message.key ?? ""), partitionMetadata.length);
}

function refusedOf({ sequence, value }: Outgoing): Refused {
  return {
    sequence,
    code: "source/record-too-large",
    message: `the record of ${value.length} bytes is larger than the topic takes`,
    head: value.subarray(0, headBytes),
    length: value.length,
    sha256: createHash("sha256").update(value).digest("hex"),
  };
}

function byCode(refused: Refused[]): Counts {
  return refused.reduce((counts, { code }) => merged(counts, { [code]: 1 }), {});
}

function isTooLarge(error: unknown): boolean {
  return [...causes(error)].some((each) => each instanceof kafkajs.KafkaJSProtocolError && tooLarge.has(each.code));
}

function givenUp(error: unknown, afterMs: number): EnvironmentProblem {
  const hint =
    "see that Kafka runs, then run again: what was acknowledged is safe, and a source that can resume goes on from there";
  return new EnvironmentProblem(
    "kafka/lost",
    `Kafka took no records for ${Math.round(afterMs / 1000)} s: ${messageOf(error)}`,
    hint,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
