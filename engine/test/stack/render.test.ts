import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kafka, logLevel } from "kafkajs";
import { MongoClient } from "mongodb";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { startDemo } from "../../src/demo/index.ts";
import type { CollectionPlan, TopicPlan } from "../../src/nodes/node-kind.ts";
import { createTopic } from "../../src/runtime/kafka.ts";
import { moduleOptions } from "../../src/runtime/spark-submit.ts";
import { ensureToolchain } from "../../src/runtime/toolchain/index.ts";
import versions from "../../toolchain/versions.json" with { type: "json" };
import { openProject, runEngine } from "../support/project.ts";
import { readSale, readTopic, rounded, storedWindows, windowSums } from "../support/truth.ts";

const NAME = "rendered";
const RECORDS = 3_000;
const kafka = new Kafka({ brokers: [inject("kafka")], logLevel: logLevel.NOTHING });
const mongo = new MongoClient(inject("mongodb"));
let dir: string;

beforeAll(async () => {
  await mongo.connect();
  dir = await mkdtemp(join(tmpdir(), "rendered-"));
  const project = openProject(inject("project"));
  const { code, stderr } = await runEngine(project, ["render", await project.retailAs(NAME), "--out", dir]);
  expect(code, stderr).toBe(0);
});

afterAll(async () => {
  await mongo.close();
  await rm(dir, { recursive: true, force: true });
});

const readJson = async <T>(name: string) => JSON.parse(await readFile(join(dir, name), "utf8")) as T;

/** Makes what the README says must exist, from the files beside it. */
async function makeTopicsAndCollections(): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const topics = await readJson<TopicPlan[]>("topics.json");
  for (const { name, partitions, replication, retentionMs, maxMessageBytes } of topics) {
    const configEntries = [
      { name: "retention.ms", value: String(retentionMs) },
      { name: "max.message.bytes", value: String(maxMessageBytes) },
    ];
    await createTopic(admin, { topic: name, numPartitions: partitions, replicationFactor: replication, configEntries });
  }
  await admin.disconnect();
  for (const { name, validator, indexes } of await readJson<CollectionPlan[]>("collections.json")) {
    const collection = await mongo.db(NAME).createCollection(name, { validator: validator as Record<string, unknown> });
    for (const index of indexes) await collection.createIndex(index.fields, { name: index.name, unique: index.unique });
  }
}

/** Puts the simulator's lines into the topic, as any producer would. */
async function produce(): Promise<void> {
  const demo = await startDemo({ seed: 3, rate: 0, spacing: 20, records: RECORDS, malformed: 0.01 });
  const body = Buffer.from(await (await fetch(`${demo.url}/stream`)).arrayBuffer());
  await demo.stop();
  const lines = body.toString("latin1").split("\n").slice(0, -1);
  const producer = kafka.producer();
  await producer.connect();
  const messages = lines.map((line, i) => ({ value: Buffer.from(line, "latin1"), partition: i % 2 }));
  await producer.send({ topic: `${NAME}.transactions`, messages });
  await producer.disconnect();
}

/** `spark-submit job.py` as its launcher would run it, with nothing of the engine's in the environment. */
async function sparkSubmit(env: Record<string, string>): Promise<{ code: number | null; events: string[]; errors: string }> {
  const { java, javaMajor, sparkClasspath, sparkHome, python } = await ensureToolchain();
  const own = {
    PATH: process.env.PATH ?? "",
    HOME: dir,
    SPARK_HOME: sparkHome,
    SPARK_LOCAL_IP: "127.0.0.1",
    PYSPARK_PYTHON: python,
  };
  const args = [...moduleOptions(javaMajor), "-Xmx1g", "-cp", sparkClasspath, "org.apache.spark.deploy.SparkSubmit", "job.py"];
  return new Promise((resolve, reject) => {
    const child = spawn(java, args, { cwd: dir, env: { ...own, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].on("data", (chunk: Buffer) => {
        output[name] += chunk.toString();
      });
    }
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, events: output.stdout.trim().split("\n"), errors: output.stderr }));
  });
}

it("a rendered job runs alone, by the command that its README gives", async () => {
  await makeTopicsAndCollections();
  await produce();
  const readme = await readFile(join(dir, "README.md"), "utf8");
  const needed = [...readme.matchAll(/(?:export| )\b([A-Z_]+)=/g)].map(([, name]) => name);
  const env = {
    KAFKA_BOOTSTRAP_SERVERS: inject("kafka"),
    MONGODB_URI: inject("mongodb"),
    MONGODB_DATABASE: NAME,
    JOB_TRIGGER: "available-now",
  };
  expect(new Set([...needed, "JOB_TRIGGER"])).toEqual(new Set(Object.keys(env)));
  expect(readme).toContain(
    `\n    spark-submit --packages org.apache.spark:spark-sql-kafka-0-10_${versions.scala}:${versions.spark} job.py\n`,
  );
  const { code, events, errors } = await sparkSubmit(env);
  expect(code, errors.slice(-4000)).toBe(0);
  expect(events.map((line) => (JSON.parse(line) as { event: string }).event)).toContain("batch");
  const records = await readTopic(inject("kafka"), `${NAME}.transactions`);
  const expected = windowSums(records);
  expect(records).toHaveLength(RECORDS);
  expect(rounded(await storedWindows(mongo.db(NAME)))).toEqual(rounded(expected));
  const baskets = [...expected.values()].reduce((sum, window) => sum + window.baskets, 0);
  expect(await mongo.db(NAME).collection("sales").countDocuments()).toBe(baskets);
  const unreadable = records.filter(({ value }) => readSale(value) === undefined);
  expect(unreadable.length).toBeGreaterThan(0);
  expect(await readTopic(inject("kafka"), `${NAME}.dead-letters`)).toHaveLength(unreadable.length);
  expect((await readdir(join(dir, "checkpoints"))).sort()).toEqual(["store_sales", "store_trend"]);
  expect(existsSync(join(dir, "stream_job/run_tests.py"))).toBe(false);
});
