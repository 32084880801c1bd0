// Puts the simulator's records into topics, the same for both sides.
import kafkajs from "kafkajs";
import { demoDefaults } from "../dist/demo/index.js";
import { createRecorder } from "../dist/demo/record.js";
import { createTopic } from "../dist/runtime/kafka.js";

const { Kafka, logLevel } = kafkajs;
const BATCH = 5_000;
const PARTITIONS = 2;
const WEEK_MS = String(7 * 24 * 3_600_000);

/** A fixed beginning, so that one seed gives one topic, byte for byte. */
const START = Date.UTC(2026, 0, 5, 9);

/** @param {number} seed */
function recorder(seed) {
  return createRecorder({ ...demoDefaults, seed, rate: 0, start: START });
}

/** @param {string} bootstrap */
export function kafkaAt(bootstrap) {
  return new Kafka({ brokers: [bootstrap], clientId: "bench", logLevel: logLevel.NOTHING, retry: { retries: 0 } });
}

/**
 * Creates a topic as the spec would and writes `records` clean records of the simulator into it.
 * @param {{ bootstrap: string, topic: string, records: number, seed: number }} feed
 * @returns {Promise<number>} how many documents they must become: what the filter lets pass
 */
export async function feedTopic({ bootstrap, topic, records, seed }) {
  const kafka = kafkaAt(bootstrap);
  const admin = kafka.admin();
  await admin.connect();
  const configEntries = [{ name: "retention.ms", value: WEEK_MS }];
  await createTopic(admin, { topic, numPartitions: PARTITIONS, configEntries });
  await admin.disconnect();
  const producer = kafka.producer();
  await producer.connect();
  const { record } = recorder(seed);
  let documents = 0;
  for (let first = 0; first < records; first += BATCH) {
    const messages = [];
    for (let at = first; at < Math.min(records, first + BATCH); at++) {
      const { transactionId, line, cents } = record(at);
      if (cents > 0) documents++;
      messages.push({ key: transactionId, value: /** @type {string} */ (line), partition: at % PARTITIONS });
    }
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
  return documents;
}

/**
 * Lines that carry the moment they were made in their id, so that whoever sees the document knows its age. Otherwise the simulator's.
 * @param {number} seed
 * @returns {() => { id: string, line: string }}
 */
export function liveLines(seed) {
  const { record } = recorder(seed);
  const tails = Array.from({ length: 2_000 }, (_, at) => record(at))
    .filter(({ cents }) => cents > 0)
    .map(({ line }) => String(line).replace(/^\{"transaction_id":"[^"]*","timestamp":"[^"]*",/, ""));
  let made = 0;
  return () => {
    const now = new Date();
    const id = `L${now.getTime()}.${made}`;
    return { id, line: `{"transaction_id":"${id}","timestamp":"${now.toISOString()}",${tails[made++ % tails.length]}` };
  };
}

/**
 * The moment at which a live line was made, undefined for the id of another record.
 * @param {unknown} id
 */
export function madeAt(id) {
  const found = /^L(\d+)\./.exec(String(id));
  return found ? Number(found[1]) : undefined;
}

/**
 * Calls `send` every few milliseconds with the lines due at that moment, until `total` are sent or the signal aborts.
 * @param {{ rate: number, total: number, seed: number, send: (lines: { id: string, line: string }[]) => void, signal?: AbortSignal }} pace
 * @returns {Promise<void>}
 */
export function paced({ rate, total, seed, send, signal }) {
  const next = liveLines(seed);
  const startedAt = performance.now();
  let sent = 0;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * rate));
      if (due > sent) send(Array.from({ length: due - sent }, next));
      sent = Math.max(sent, due);
      if (sent < total && !signal?.aborted) return;
      clearInterval(timer);
      resolve();
    }, 10);
  });
}
