// `npm run bench`: the engine against a hand-written PySpark job, on the same services, in one run. See README.md beside this file.
import { spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { MongoClient } from "mongodb";
import { driverMemoryMb } from "../dist/runtime/run/start-job.js";
import { ensureToolchain, readLocks } from "../dist/runtime/toolchain/index.js";
import { feedTopic } from "./feed.js";
import { peerLauncher } from "./peer/submit.js";
import { drained, kafkaLatency, reached, sourceLatency, withJob } from "./phases.js";
import { markdown } from "./report.js";
import { engineSide, MAX_OFFSETS_PER_TRIGGER, peerSide } from "./sides.js";
import { stackUp } from "./stack.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FIRST_RECORDS = 1_000;

const { values: options } = parseArgs({
  options: {
    records: { type: "string", default: "500000" },
    rounds: { type: "string", default: "2" },
    rate: { type: "string", default: "1000" },
    warmup: { type: "string", default: "20" },
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    // Only these, comma separated, to look at one thing: engine, peer, retail; backlog, live.
    sides: { type: "string", default: "engine,peer,retail" },
    phases: { type: "string", default: "backlog,live" },
    publish: { type: "boolean", default: false },
  },
});
const [records, rounds, seconds, seed] = [
  Number(options.records),
  Number(options.rounds),
  Number(options.seconds),
  Number(options.seed),
];
const [rate, warmup] = [Number(options.rate), Number(options.warmup)];
const pace = { rate, warmup, seconds, seed };
const phases = options.phases.split(",");

const loadBefore = loadavg()[0] ?? 0;
const toolchain = await ensureToolchain();
const launcher = peerLauncher(toolchain);
const stack = await stackUp();
const client = await new MongoClient(stack.mongodb.uri).connect();
/** @type {import("./report.js").Round[]} */
const results = [];
try {
  const documents = await feedTopic({ bootstrap: stack.kafka.bootstrap, topic: "bench.backlog", records, seed });
  const backlog = { records, documents };
  const ours = engineSide(stack, "bench");
  const peer = peerSide(stack, { toolchain, launcher, memoryMb: driverMemoryMb() });
  const wanted = options.sides.split(",");
  const sides = [...(wanted.includes("engine") ? [ours] : []), ...(wanted.includes("peer") ? [peer] : [])];
  for (let round = 1; round <= rounds; round++) {
    // Whoever goes first finds emptier services, so they take turns.
    for (const side of round % 2 === 1 ? sides : sides.toReversed()) results.push(await oneRound(side, round, backlog));
  }
  if (wanted.includes("retail")) results.push(await oneRound(engineSide(stack, "retail"), 1, backlog));
} finally {
  await client.close();
  await stack.down();
}
await report();

/**
 * @param {import("./sides.js").Side} side
 * @param {number} round
 * @param {{ records: number, documents: number }} backlog
 * @returns {Promise<import("./report.js").Round>}
 */
async function oneRound(side, round, backlog) {
  /** @type {import("./report.js").Round} */
  const result = { side: side.name, round };
  const name = `${side.name.replaceAll(/\W+/g, "-").slice(0, 20)}-${round}`;
  if (phases.includes("live")) Object.assign(result, await live(side, `${name}-live`));
  if (phases.includes("backlog")) {
    const run = { stack, client, side, name: `${name}-backlog`, topic: "bench.backlog" };
    const { memory, ...drain } = await withJob(run, (context) => drained(context, backlog));
    Object.assign(result, drain, largest(result, memory));
  }
  process.stdout.write(`${JSON.stringify(result)}\n`);
  return result;
}

/**
 * From the command to the first document of a small topic, then latency at a steady rate.
 * @param {import("./sides.js").Side} side
 * @param {string} name
 */
async function live(side, name) {
  const topic = `bench.${name}`;
  const documents = await feedTopic({ bootstrap: stack.kafka.bootstrap, topic, records: FIRST_RECORDS, seed });
  const { first, kafka, source, memory } = await withJob({ stack, client, side, name, topic }, async (context) => {
    const first = await reached(context, 1);
    await reached(context, documents);
    const { job } = context;
    const kafka = await kafkaLatency({ client, job, stack, topic, pace });
    const source =
      job.source && (await sourceLatency({ client, job, pace: { ...pace, warmup: 5, seconds: Math.ceil(seconds / 3) } }));
    return { first, kafka, source };
  });
  return {
    firstDocument: first.at,
    p50: kafka.p50,
    p99: kafka.p99,
    ...(source && { sourceP50: source.p50, sourceP99: source.p99 }),
    ...largest({ side: "", round: 0 }, memory),
  };
}

/**
 * @param {import("./report.js").Round} before
 * @param {{ stack: number, job: number }} memory
 */
function largest({ stackMb = 0, jobMb = 0 }, memory) {
  return { stackMb: Math.max(stackMb, memory.stack), jobMb: Math.max(jobMb, memory.job) };
}

async function report() {
  const { versions } = readLocks();
  const described = spawnSync("git", ["describe", "--always", "--dirty"], { cwd: ROOT, encoding: "utf8" });
  const commit = described.stdout?.trim() || "unknown";
  const date = new Date().toISOString();
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release().split("-")[0]}, load average before ${loadBefore.toFixed(1)}`;
  const about = [
    `${date}, commit ${commit}, seed ${seed}, ${machine}, Node ${process.version}`,
    `Kafka ${versions.kafka}, MongoDB ${versions.mongodb}, Spark ${versions.spark}, MongoDB Spark Connector 10.5.0`,
    `engine: \`engine run\`, Java ${toolchain.javaMajor}, AOT cache ${stack.trained ? "trained" : "not trained"}; peer: ${launcher.description}; heap ${driverMemoryMb()} MiB, ${MAX_OFFSETS_PER_TRIGGER} records a trigger`,
    `backlog ${records} records in 2 partitions; first document with ${FIRST_RECORDS} records in the topic; latency at ${rate} records/s, ${seconds} s after ${warmup} s of warm-up`,
    "memory is the proportional share (PSS) of every process but the bench's own: Kafka, mongod, Spark's JVM and Python, the engine",
    "the whole retail.yaml has a second query (windows), two more indexes; the peer does not do that",
  ];
  const sides = ["engine", "peer", "engine, whole retail.yaml"];
  const text = markdown({ about, rounds: results, sides });
  const folder = join(ROOT, "bench/results");
  await mkdir(folder, { recursive: true });
  const stem = join(folder, date.replaceAll(":", "-").slice(0, 19));
  await writeFile(`${stem}.json`, `${JSON.stringify({ date, commit, options, about, rounds: results }, null, 2)}\n`);
  await writeFile(`${stem}.md`, text);
  if (options.publish) await writeFile(fileURLToPath(new URL("./RESULTS.md", import.meta.url)), text);
  process.stdout.write(`\n${text}\nwritten to ${stem}.md and .json\n`);
}
