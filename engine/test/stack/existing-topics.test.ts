import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kafka, logLevel, Partitioners } from "kafkajs";
import { MongoClient } from "mongodb";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { compile } from "../../src/core.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { applyPlan } from "../../src/runtime/apply.ts";
import { startsOf } from "../../src/runtime/existing-topics.ts";
import { connectKafka, type KafkaCluster } from "../../src/runtime/kafka-cluster.ts";
import { openLedger } from "../../src/runtime/run/open-ledger.ts";
import { engineState } from "../../src/runtime/state.ts";

const topic = `existing.${process.pid}`;
const client = new Kafka({ brokers: [inject("kafka")], logLevel: logLevel.NOTHING });
const [admin, producer] = [client.admin(), client.producer({ createPartitioner: Partitioners.DefaultPartitioner })];
const mongo = new MongoClient(inject("mongodb"));
const db = mongo.db(topic.replace(".", "_"));
let kafka: KafkaCluster;

beforeAll(async () => {
  await Promise.all([mongo.connect(), admin.connect(), producer.connect()]);
  kafka = await connectKafka({ bootstrap: inject("kafka"), options: {} });
  await admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: true });
});
afterAll(async () => {
  await db.dropDatabase();
  await Promise.all([mongo.close(), admin.disconnect(), producer.disconnect(), kafka.close()]);
});

const send = (partition: number, count: number, timestamp = Date.now()) =>
  producer.send({
    topic,
    messages: Array.from({ length: count }, () => ({ partition, value: "{}", timestamp: String(timestamp) })),
  });

function planFor(start: string, name = topic): Plan {
  const nodes = [
    { id: "orders", type: "source.kafka", config: { topic: name, start, columns: { id: "string" } } },
    { id: "shown", type: "sink.console", from: "orders", config: {} },
  ];
  const { plan, diagnostics } = compile(JSON.stringify({ version: 1, name: "reader", nodes }), "reader.yaml");
  if (plan === undefined) throw new Error(diagnostics.map(({ message }) => message).join(" "));
  return plan;
}

const starts = async (start: string, epoch = "first") =>
  (await startsOf(planFor(start), kafka, engineState(db), { [topic]: epoch }))[topic];

test("the place that was meant on the first run holds until the spec or the topic is another one, or its records are gone", async () => {
  await send(0, 3);
  await send(1, 1);
  expect(await starts("latest")).toEqual({ 0: 3, 1: 1 });
  await send(0, 4, Date.now() + 3_600_000);
  expect(await starts("latest")).toEqual({ 0: 3, 1: 1 });
  expect(await starts("latest", "second")).toEqual({ 0: 7, 1: 1 });
  expect(await starts("earliest")).toEqual({ 0: 0, 1: 0 });
  // In the second partition there is nothing from then on: it is read from its end.
  const soon = new Date(Date.now() + 1_800_000).toISOString().replace(/\.\d+/, "");
  expect(await starts(soon)).toEqual({ 0: 3, 1: 1 });
  // kafkajs deletes only in topics of which it knows the leaders.
  await admin.fetchTopicOffsets(topic);
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: "5" }] });
  expect(await starts(soon)).toEqual({ 0: 5, 1: 1 });
});

test("a run does not begin where Kafka has let go of what a query had still to read", async () => {
  const path = await mkdtemp(join(tmpdir(), "lost-"));
  await Promise.all(["commits", "offsets"].map((name) => mkdir(join(path, name))));
  await writeFile(join(path, "commits/0"), "v1\n{}");
  const open = async (next: number) => {
    await writeFile(join(path, "offsets/0"), `v1\n{}\n${JSON.stringify({ [topic]: { 0: next, 1: 0 } })}\n`);
    const checkpoint = { query: "shown", path, version: 1, isNew: false, changed: [] };
    return openLedger(planFor("earliest"), [checkpoint], { [topic]: { 0: 5, 1: 0 } }, admin);
  };
  // The first five records of the first partition are gone.
  await expect(open(3)).rejects.toMatchObject({ code: "kafka/records-lost", message: expect.stringContaining("2 records") });
  expect((await open(5)).from(topic)).toEqual({ 0: 5, 1: 0 });
  await rm(path, { recursive: true });
});

/** What this file could have made; others make topics meanwhile. */
const ownTopics = async () =>
  (await admin.listTopics()).filter((name) => name.includes("reader") || name.startsWith(topic)).sort();

test("a topic that is missing is named with the nearest one, and nothing is made", async () => {
  const before = await ownTopics();
  const applied = applyPlan(planFor("earliest", `${topic}x`), kafka, db, () => {});
  await expect(applied).rejects.toMatchObject({
    code: "apply/missing-topic",
    message: expect.stringContaining(`topic ${topic}x: there is no such topic`),
    hint: `did you mean \`${topic}\`?`,
  });
  expect(await ownTopics()).toEqual(before);
  await applyPlan(planFor("earliest"), kafka, db, () => {});
  expect(await ownTopics()).toEqual([...before, "reader.dead-letters"].sort());
});
