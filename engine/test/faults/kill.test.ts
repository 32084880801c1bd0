import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Demo, startDemo } from "../../src/demo/index.ts";
import { descendants } from "../support/processes.ts";
import { createProject, type EngineProcess, runEngine, startEngine, summaryOf, type TestProject } from "../support/project.ts";
import { readTopic, rounded, storedWindows, windowSums } from "../support/truth.ts";

const RECORDS = 100_000;
const RATE = 8_000;
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
console.log(`FAULT_SEED=${seed}`);

let project: TestProject;
let addresses: { kafka: { bootstrap: string; pid: number }; mongodb: { uri: string; pid: number } };
let mongo: MongoClient;

beforeAll(async () => {
  project = await createProject();
  expect((await runEngine(project, ["stack", "up"])).code).toBe(0);
  addresses = await stackStatus();
  mongo = await new MongoClient(addresses.mongodb.uri).connect();
});

afterAll(async () => {
  await mongo?.close();
  await runEngine(project, ["stack", "down"]);
  await project.remove();
});

async function stackStatus(): Promise<typeof addresses> {
  return (await runEngine(project, ["stack", "status"])).events[0] as unknown as typeof addresses;
}

/** The n-th random number of this run in [0, 1), the same for the same seed. */
function random(n: number): number {
  const x = Math.sin(seed * 9301 + n * 49_297) * 233_280;
  return x - Math.floor(x);
}

type Victim = "spark" | "worker" | "kafka" | "mongodb" | "engine";

async function victimPid(victim: Victim, engine: EngineProcess): Promise<number> {
  if (victim === "kafka" || victim === "mongodb") return (await stackStatus())[victim].pid;
  const root = engine.child.pid ?? 0;
  if (victim === "engine") return root;
  const fits = victim === "spark" ? "SparkSubmit" : "pyspark.daemon";
  for (let tries = 0; tries < 600; tries++) {
    const found = descendants(root).filter((process) => process.command.includes(fits));
    const chosen = victim === "worker" ? found.at(-1) : found[0];
    if (chosen !== undefined) return chosen.pid;
    await delay(50);
  }
  throw new Error(`no ${victim} process came up`);
}

/**
 * Runs the pipeline to the end of a finite stream, kills the victim when that part of the stream is in Kafka, and runs again if that was
 * the engine. Spark comes behind Kafka, so the moments fall before its first batch, between two and inside one.
 */
async function runThrough(
  victim: Victim,
  spec: string,
  env: Record<string, string>,
  part: number,
  signal: "SIGKILL" | "SIGTERM" = "SIGKILL",
) {
  const engine = startEngine(project, ["run", spec, "--once"], env);
  await engine.event("ingest", ({ produced }) => produced >= part * RECORDS);
  const pid = await victimPid(victim, engine);
  process.kill(pid, signal);
  // A kill after the end of the run would prove nothing.
  expect(engine.events.filter(({ event }) => event === "summary")).toEqual([]);
  const first = await engine.ended;
  // A worker's death is Spark's own affair.
  if (victim !== "engine" && victim !== "worker")
    expect(first.events).toContainEqual(expect.objectContaining({ state: "DEGRADED" }));
  // Whatever else dies is brought back in the same run, where its clients know it; a second run would only hide that it was not.
  return victim === "engine" ? runEngine(project, ["run", spec, "--once"], env) : first;
}

const withResume = (text: string) =>
  text.replace("      format: ndjson\n", "      format: ndjson\n      resume: { parameter: from }\n");

async function compare(name: string, demo: Demo) {
  const sent = [...demo.sent(0, RECORDS)];
  const db = mongo.db(name);
  const records = await readTopic((await stackStatus()).kafka.bootstrap, `${name}.transactions`);
  const stored = await db
    .collection("sales")
    .find()
    .project({ _id: 1 })
    .map((document) => String(document._id))
    .toArray();
  const good = new Set(
    sent
      .filter(({ kind, filtered }) => !filtered && kind !== "malformed" && kind !== "missing")
      .map((record) => record.transaction_id),
  );
  return { sent, records, good, stored, windows: rounded(await storedWindows(db)), expected: rounded(windowSums(records)) };
}

describe.each(["spark", "worker", "kafka", "mongodb", "engine"] as const)("kill -9 of %s", (victim) => {
  it(`of ${victim}: nothing is lost, nothing is there twice`, async () => {
    const name = `kill-${victim}`;
    const part = 0.02 + 0.96 * random(victim.length + victim.charCodeAt(0));
    const demo = await startDemo({ seed, rate: RATE, records: RECORDS, malformed: 0.002, duplicates: 0.002 });
    try {
      const spec = await project.retailAs(name, withResume);
      summaryOf(await runThrough(victim, spec, { RETAIL_API_URL: `${demo.url}/stream` }, part));
      const { sent, records, good, stored, windows, expected } = await compare(name, demo);
      expect(sent).toHaveLength(RECORDS);
      // Each record of the source lies in the topic exactly once …
      expect(records.map((record) => Number(record.headers["engine.seq"])).sort((a, b) => a - b)).toEqual(
        sent.map((record) => record.seq),
      );
      // … each good one is one document, and each window counts each of them once.
      expect(stored.length).toBe(good.size);
      expect(new Set(stored)).toEqual(good);
      expect(windows).toEqual(expected);
    } finally {
      await demo.stop();
    }
  });
});

it("a Spark that somebody else asks to end is missed and started again", async () => {
  const name = "end-spark";
  const demo = await startDemo({ seed, rate: RATE, records: RECORDS });
  try {
    const spec = await project.retailAs(name, withResume);
    summaryOf(await runThrough("spark", spec, { RETAIL_API_URL: `${demo.url}/stream` }, 0.7, "SIGTERM"));
    const { good, stored, windows, expected } = await compare(name, demo);
    expect(new Set(stored)).toEqual(good);
    expect(windows).toEqual(expected);
  } finally {
    await demo.stop();
  }
});

/** The sales on two ways and together again, each counted once by its windows, and their items. */
const withRooms = (text: string) =>
  withResume(text).replace(
    "  - id: sales_by_region\n    type: transform.aggregate\n    from: sales\n",
    `  - { id: by_size, type: transform.split, from: sales, config: { outputs: { large: summary.total >= 50 }, otherwise: small } }
  - { id: both, type: transform.union, from: [by_size.large, by_size.small], config: {} }
  - { id: once, type: transform.deduplicate, from: both, config: { key: transaction_id, on: timestamp, within: 2m } }
  - { id: sold, type: transform.explode, from: sales, config: { list: items, as: item } }
  - { id: items, type: sink.mongodb, from: sold, config: { collection: items, key: [transaction_id, index] } }
  - id: sales_by_region
    type: transform.aggregate
    from: once
`,
  );

it("kill -9 of spark, with repeats remembered and lists taken apart", async () => {
  const name = "kill-rooms";
  const demo = await startDemo({ seed, rate: RATE, records: RECORDS, duplicates: 0.02 });
  try {
    const spec = await project.retailAs(name, withRooms);
    summaryOf(await runThrough("spark", spec, { RETAIL_API_URL: `${demo.url}/stream` }, 0.3 + 0.4 * random(99)));
    const { records, good, stored, windows } = await compare(name, demo);
    expect(new Set(stored)).toEqual(good);
    const seen = new Set<string>();
    const firsts = rounded(windowSums(records, ({ id }) => !seen.has(id) && seen.add(id) !== undefined));
    expect(records.length).toBeGreaterThan(seen.size + 1000);
    expect(windows).toEqual(firsts);
    const items = new Map<string, number>();
    for (const { value } of records) {
      const sale = JSON.parse(value.toString()) as { transaction_id: string; items: unknown[] };
      if (good.has(sale.transaction_id)) items.set(sale.transaction_id, sale.items.length);
    }
    const documents = await mongo.db(name).collection("items").countDocuments();
    expect(documents).toBe([...items.values()].reduce((sum, each) => sum + each, 0));
  } finally {
    await demo.stop();
  }
});

it("a control with random keys fails this test", async () => {
  const templates = await mkdtemp(join(tmpdir(), "templates-"));
  const demo = await startDemo({ seed, rate: RATE, records: RECORDS });
  try {
    await cp(fileURLToPath(new URL("../../../spark-templates", import.meta.url)), templates, { recursive: true });
    const file = join(templates, "io/mongodb.py");
    const text = await readFile(file, "utf8");
    const broken = text.replace('else {"_id": id, **row}', 'else {"_id": __import__("uuid").uuid4().hex, **row}');
    expect(broken).not.toBe(text);
    await writeFile(file, broken);
    const spec = await project.retailAs("kill-control", (yaml) =>
      withResume(yaml).replace("expireAfter: 365d }", 'expireAfter: 365d }\n      validator: "off"'),
    );
    const env = { RETAIL_API_URL: `${demo.url}/stream`, ENGINE_TEMPLATES: templates };
    const engine = startEngine(project, ["run", spec, "--once"], env);
    const first = await engine.event("batch", ({ query }) => query === "store_sales");
    // In the middle of a batch: documents stand that no commit knows of.
    const sales = mongo.db("kill-control").collection("sales");
    const committed = () =>
      engine.events.reduce(
        (sum, event) => sum + (event.event === "batch" && event.query === "store_sales" ? event.written : 0),
        0,
      );
    expect(first.written).toBeGreaterThan(0);
    while ((await sales.countDocuments()) <= committed()) await delay(5);
    process.kill(await victimPid("spark", engine), "SIGKILL");
    summaryOf(await engine.ended);
    const { good, stored } = await compare("kill-control", demo);
    expect(stored.length).toBeGreaterThan(good.size);
  } finally {
    await demo.stop();
    await rm(templates, { recursive: true });
  }
});

it("a source that cannot resume loses no acknowledged record, and its gap is recorded", async () => {
  const name = "kill-gap";
  const demo = await startDemo({ seed, rate: RATE, records: RECORDS });
  try {
    const spec = await project.retailAs(name);
    const env = { RETAIL_API_URL: `${demo.url}/stream` };
    const engine = startEngine(project, ["run", spec, "--once"], env);
    const produced = await engine.event("ingest", (event) => event.produced > RECORDS / 10);
    engine.child.kill("SIGKILL");
    await engine.ended;
    const last = summaryOf(await runEngine(project, ["run", spec, "--once"], env));
    expect(last.gaps).toBe(1);
    expect(await mongo.db(name).collection("_engine").countDocuments({ pipeline: name, node: "transactions" })).toBe(1);
    const { records, stored, windows, expected } = await compare(name, demo);
    const sequences = records.map((record) => record.headers["engine.seq"]);
    expect(new Set(sequences).size).toBe(sequences.length);
    expect(records.length).toBeGreaterThanOrEqual(produced.produced + last.produced);
    const ids = new Set(
      records
        .map((record) => JSON.parse(record.value.toString()) as { transaction_id: string; summary: { total: number } })
        .filter(({ summary }) => summary.total > 0)
        .map((sale) => sale.transaction_id),
    );
    expect(new Set(stored)).toEqual(ids);
    expect(windows).toEqual(expected);
  } finally {
    await demo.stop();
  }
});
