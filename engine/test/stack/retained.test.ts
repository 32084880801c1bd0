import { Kafka, logLevel } from "kafkajs";
import { MongoClient } from "mongodb";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { retainedSince } from "../../src/runtime/retained.ts";
import { openProject, runEngine, summaryOf } from "../support/project.ts";
import { rounded, storedWindows } from "../support/truth.ts";

const bootstrap = inject("kafka");
const kafka = { bootstrap, options: {} };
const project = openProject(inject("project"));
const mongo = new MongoClient(inject("mongodb"));
const admin = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING }).admin();
beforeAll(() => Promise.all([mongo.connect(), admin.connect()]));
afterAll(() => Promise.all([mongo.close(), admin.disconnect()]));

const name = "retained";
const topic = `${name}.transactions`;
const env = { RETAIL_API_URL: `demo://retail?seed=3&rate=0&spacing=100&start=${new Date(Date.now() - 900_000).toISOString()}` };

it("a new checkpoint leaves the windows alone of which Kafka keeps only a part", async () => {
  const spec = await project.retailAs(name);
  summaryOf(await runEngine(project, ["run", spec, "--records", "4000"], env));
  const whole = rounded(await storedWindows(mongo.db(name)));
  expect(Object.keys(whole).length).toBeGreaterThan(10);
  expect(await retainedSince(kafka, [topic])).toBeUndefined();

  const ends = await admin.fetchTopicOffsets(topic);
  const partitions = ends.map(({ partition, high }) => ({ partition, offset: String(Math.floor(Number(high) / 2)) }));
  await admin.deleteTopicRecords({ topic, partitions });
  expect(await retainedSince(kafka, [topic])).toBeLessThanOrEqual(Date.now());

  // Another watermark is another state: it needs a new checkpoint, which reads what is left of the topic.
  await project.retailAs(name, (text) => text.replace("watermark: 2m", "watermark: 3m"));
  const again = await runEngine(project, ["run", spec, "--records", "100"], env);
  summaryOf(again);
  const warnings = again.events.flatMap((event) => (event.event === "warning" ? [event.code] : []));
  expect(warnings).toEqual(["checkpoint/new-version", "checkpoint/partial-windows"]);
  expect(rounded(await storedWindows(mongo.db(name)))).toEqual(whole);
});
