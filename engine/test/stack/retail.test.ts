import { ConfigResourceTypes, Kafka, logLevel } from "kafkajs";
import { MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { startDemo } from "../../src/demo/index.ts";
import { retainedSince } from "../../src/runtime/retained.ts";
import { type EngineEnd, openProject, runEngine, summaryOf } from "../support/project.ts";
import { readTopic, rounded, storedWindows, windowSums } from "../support/truth.ts";

const kafkaAddress = inject("kafka");
const project = openProject(inject("project"));
const mongo = new MongoClient(inject("mongodb"));
beforeAll(() => mongo.connect());
afterAll(() => mongo.close());

const RECORDS = 20_000;
const SOURCE = "seed=7&rate=0&spacing=20";
const cases = [
  { name: "retail-clean", faults: "", parameters: {} },
  {
    name: "retail-faulty",
    faults: "&malformed=0.01&missing=0.01&duplicates=0.01&late=0.02",
    parameters: { malformed: 0.01, missing: 0.01, duplicates: 0.01, late: 0.02 },
  },
];

const start = Date.now() - 600_000;
const envFor = (faults: string) => ({
  RETAIL_API_URL: `demo://retail?${SOURCE}${faults}&start=${new Date(start).toISOString()}`,
});

describe.each(cases)("$name: 20,000 records", ({ name, faults, parameters }) => {
  let end: EngineEnd;
  const truth = async () => {
    const demo = await startDemo({ seed: 7, rate: 0, spacing: 20, start, ...parameters });
    const sent = [...demo.sent(0, RECORDS)];
    await demo.stop();
    return sent;
  };

  beforeAll(async () => {
    const spec = await project.retailAs(name);
    end = await runEngine(project, ["run", spec, "--records", String(RECORDS)], envFor(faults));
  });

  it("accounts for every record", async () => {
    const summary = summaryOf(end);
    const sent = await truth();
    const letters = await readTopic(kafkaAddress, `${name}.dead-letters`);
    const keys = await mongo.db(name).collection("sales").countDocuments();
    const distinctLetters = new Set(letters.map((letter) => letter.key)).size;
    const bad = sent.filter(({ kind }) => kind === "malformed" || kind === "missing").length;
    const filtered = sent.filter((record) => record.filtered).length;
    const repeats = sent.filter(({ kind, filtered }) => kind === "duplicate" && !filtered).length;
    expect(summary).toMatchObject({
      event: "summary",
      pipeline: name,
      read: RECORDS,
      produced: RECORDS,
      deadLettered: bad,
      filtered,
      gaps: 0,
      late: 0,
    });
    expect(summary.sinks.store_sales).toEqual({ written: keys, repeats });
    expect(distinctLetters).toBe(bad);
    expect(keys + distinctLetters + repeats + filtered).toBe(RECORDS);
    const good = new Set(
      sent
        .filter(({ kind, filtered }) => !filtered && kind !== "malformed" && kind !== "missing")
        .map((record) => record.transaction_id),
    );
    const stored = await mongo
      .db(name)
      .collection("sales")
      .find()
      .project({ _id: 1 })
      .map((document) => String(document._id))
      .toArray();
    expect(new Set(stored)).toEqual(good);
  });

  it("sums every window as an independent computation does", async () => {
    const expected = windowSums(await readTopic(kafkaAddress, `${name}.transactions`));
    expect(expected.size).toBeGreaterThan(10);
    expect(rounded(await storedWindows(mongo.db(name)))).toEqual(rounded(expected));
  });

  it("made the topic, the collections, the validator and the indexes of the spec", async () => {
    const admin = new Kafka({ brokers: [kafkaAddress], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const topic = `${name}.transactions`;
    const metadata = await admin.fetchTopicMetadata({ topics: [topic] });
    const config = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configNames: ["retention.ms"] }],
    });
    await admin.disconnect();
    expect(metadata.topics[0]?.partitions).toHaveLength(2);
    expect(config.resources[0]?.configEntries[0]?.configValue).toBe(String(7 * 86_400_000));
    const sales = mongo.db(name).collection("sales");
    expect((await sales.indexes()).map(({ key, expireAfterSeconds }) => ({ key, expireAfterSeconds }))).toEqual([
      { key: { _id: 1 }, expireAfterSeconds: undefined },
      { key: { store_id: 1, timestamp: -1 }, expireAfterSeconds: undefined },
      { key: { timestamp: 1 }, expireAfterSeconds: 365 * 86_400 },
    ]);
    await expect(sales.insertOne({ _id: "no sale" as never, total: 1 })).rejects.toThrow("Document failed validation");
  });

  it("changes nothing when it runs again", async () => {
    const again = await runEngine(project, ["plan", `pipelines/${name}.yaml`]);
    expect(again.code).toBe(0);
    const changes = again.events.filter((event) => event.event === "change");
    expect(changes.length).toBeGreaterThan(5);
    expect(changes.filter((change) => change.action !== "keep")).toEqual([]);
  });
});

it("a new checkpoint leaves the windows alone of which Kafka keeps only a part", async () => {
  const [name, topic] = ["retail-clean", "retail-clean.transactions"];
  const kafka = { bootstrap: kafkaAddress, options: {} };
  const whole = rounded(await storedWindows(mongo.db(name)));
  expect(await retainedSince(kafka, [topic])).toBeUndefined();

  const admin = new Kafka({ brokers: [kafkaAddress], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  const partitions = ends.map(({ partition, high }) => ({ partition, offset: String(Math.floor(Number(high) / 2)) }));
  await admin.deleteTopicRecords({ topic, partitions });
  await admin.disconnect();
  expect(await retainedSince(kafka, [topic])).toBeLessThanOrEqual(Date.now());

  // Another watermark is another state: it needs a new checkpoint, which reads what is left of the topic.
  const spec = await project.retailAs(name, (text) => text.replace("watermark: 2m", "watermark: 3m"));
  const again = await runEngine(project, ["run", spec, "--records", "100"], envFor(""));
  summaryOf(again);
  const warnings = again.events.flatMap((event) => (event.event === "warning" ? [event.code] : []));
  expect(warnings).toEqual(["checkpoint/new-version", "checkpoint/partial-windows"]);
  expect(rounded(await storedWindows(mongo.db(name)))).toEqual(whole);
});
