// What is measured: the first document, a backlog, latency at a steady rate. Each the same way on every side.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { madeAt, paced } from "./feed.js";
import { watchUsage } from "./usage.js";

const PRODUCER = fileURLToPath(new URL("./producer.js", import.meta.url));
const POLL_MS = 10;
const PATIENCE_MS = 240_000;

/**
 * @typedef {import("./sides.js").Running} Running
 * @typedef {import("./sides.js").Side} Side
 * @typedef {import("./stack.js").Stack} Stack
 * @typedef {import("mongodb").MongoClient} MongoClient
 * @typedef {{ p50: number, p99: number, events: number }} Latency
 * @typedef {{ rate: number, warmup: number, seconds: number, seed: number }} Pace
 * @typedef {{ stack: number, job: number }} Memory
 */

/**
 * Starts a side on a topic, measures, and stops it whatever happens.
 * @template T
 * @param {{ stack: Stack, client: MongoClient, side: Side, name: string, topic: string }} run
 * @param {(context: { job: Running, seconds: () => number, cpu: () => number, documents: () => Promise<number> }) => Promise<T>} measure
 * @returns {Promise<T & { memory: Memory }>}
 */
export async function withJob({ stack, client, side, name, topic }, measure) {
  const startedAt = performance.now();
  const job = await side.start({ name, topic });
  const usage = watchUsage({ services: [stack.kafka.pid, stack.mongodb.pid], job: job.pid });
  const collection = client.db(job.database).collection("sales");
  const seconds = () => (performance.now() - startedAt) / 1000;
  try {
    const work = measure({ job, seconds, cpu: usage.cpu, documents: () => collection.estimatedDocumentCount() });
    const result = await Promise.race([work, /** @type {Promise<never>} */ (job.exited)]);
    return { ...result, memory: usage.stop() };
  } finally {
    usage.stop();
    await job.stop();
    await client.db(job.database).dropDatabase();
  }
}

/**
 * Waits until the collection holds so many documents; returns when, and how many there are.
 * @param {{ seconds: () => number, documents: () => Promise<number> }} context
 * @param {number} count
 */
export async function reached({ seconds, documents }, count) {
  for (const until = performance.now() + PATIENCE_MS; performance.now() < until; await delay(POLL_MS)) {
    const found = await documents();
    if (found >= count) return { at: seconds(), documents: found };
  }
  throw new Error(`${await documents()} of ${count} documents after ${PATIENCE_MS / 1000} s`);
}

/**
 * Drains a topic: rows a second between the first and the last commit, with the CPU time of the stack, and from the command on.
 * @param {{ seconds: () => number, cpu: () => number, documents: () => Promise<number> }} context
 * @param {{ records: number, documents: number }} backlog
 */
export async function drained(context, backlog) {
  const first = await reached(context, 1);
  const before = context.cpu();
  const last = await reached(context, backlog.documents);
  const cpu = context.cpu() - before;
  if (last.documents !== backlog.documents) throw new Error(`${last.documents} documents instead of ${backlog.documents}`);
  const rows = backlog.records * (1 - first.documents / backlog.documents);
  return {
    rowsPerSecond: rows / (last.at - first.at),
    cpuMicros: (cpu / rows) * 1e6,
    wallRowsPerSecond: backlog.records / last.at,
  };
}

/**
 * Latency of live records that another process produces to the topic.
 * @param {{ client: MongoClient, job: Running, stack: Stack, topic: string, pace: Pace }} given
 * @returns {Promise<Latency>}
 */
export async function kafkaLatency({ client, job, stack, topic, pace }) {
  const { rate, warmup, seconds, seed } = pace;
  const total = rate * (warmup + seconds);
  return latency(client, job, pace, async () => {
    const args = [PRODUCER, stack.kafka.bootstrap, topic, String(rate), String(total), String(seed)];
    const producer = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
    const [code] = await once(producer, "exit");
    if (code !== 0) throw new Error(`the producer ended with ${code}`);
  });
}

/**
 * Latency of live records that come to the engine by HTTP.
 * @param {{ client: MongoClient, job: Running, pace: Pace }} given
 * @returns {Promise<Latency>}
 */
export async function sourceLatency({ client, job, pace }) {
  const { rate, warmup, seconds, seed } = pace;
  const send = job.source?.send;
  if (send === undefined) throw new Error(`${job.database} has no source`);
  return latency(client, job, pace, () => paced({ rate, total: rate * (warmup + seconds), seed, send }));
}

/**
 * @param {MongoClient} client
 * @param {Running} job
 * @param {Pace} pace
 * @param {() => Promise<void>} produce
 * @returns {Promise<Latency>}
 */
async function latency(client, job, { rate, warmup, seconds }, produce) {
  const stages = [{ $match: { "ns.coll": "sales" } }, { $project: { documentKey: 1 } }];
  const changes = client.db(job.database).watch(stages, { maxAwaitTimeMS: 1_000 });
  // Opened before anything is produced.
  await changes.tryNext();
  const from = Date.now() + warmup * 1000;
  /** @type {number[]} */
  const ages = [];
  let left = rate * (warmup + seconds);
  const seen = (async () => {
    while (left > 0) {
      const change = /** @type {{ documentKey?: { _id?: unknown } } | null} */ (await changes.next());
      const made = madeAt(change?.documentKey?._id);
      if (made === undefined) continue;
      left--;
      if (made >= from) ages.push(Date.now() - made);
    }
  })();
  const patience = new AbortController();
  const tooLong = delay((warmup + seconds + 60) * 1000, undefined, { signal: patience.signal }).then(() => {
    throw new Error(`${left} live records were not seen in MongoDB`);
  });
  await Promise.race([Promise.all([produce(), seen]), tooLong]).finally(() => {
    patience.abort();
    return changes.close();
  });
  tooLong.catch(() => {});
  ages.sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => ages[Math.min(ages.length - 1, Math.floor(ages.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), events: ages.length };
}
