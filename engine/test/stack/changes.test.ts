import { MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { mongodbSource } from "../../src/nodes/source.mongodb/run.ts";
import type { SourceReport } from "../../src/nodes/source-run.ts";
import { ingest } from "../../src/runtime/ingest/index.ts";
import { createTopic, kafkaClient } from "../../src/runtime/kafka.ts";
import { readTopic } from "../support/truth.ts";

const [bootstrap, uri] = [inject("kafka"), inject("mongodb")];
const name = `changes-${process.pid}-${Date.now()}`;
const mongo = new MongoClient(uri);
const shop = mongo.db(name);
const orders = shop.collection<{ _id: number; units: number }>("orders");
const began = `${new Date(Date.now() - 1000).toISOString().slice(0, 19)}Z`;

/** Every change, in order, as the collection saw them. */
const truth: object[] = [];
const topic = (suffix: string) => `${name}-${suffix}`;

beforeAll(async () => {
  await mongo.connect();
  const admin = kafkaClient({ bootstrap }).admin();
  await admin.connect();
  for (const suffix of ["orders", "other", "dead"]) await createTopic(admin, { topic: topic(suffix), numPartitions: 1 });
  await admin.disconnect();
});
afterAll(async () => {
  await shop.dropDatabase();
  await mongo.close();
});

async function insert(from: number, to: number) {
  const some = Array.from({ length: to - from }, (_, n) => ({ _id: from + n, units: (from + n) * 7 }));
  await orders.insertMany(some);
  truth.push(...some.map((one) => ({ ...one, change: "insert" })));
}

async function update(_id: number, units: number) {
  await orders.updateOne({ _id }, { $set: { units } });
  truth.push({ _id, units, change: "update" });
}

async function remove(_id: number) {
  await orders.deleteOne({ _id });
  truth.push({ _id, change: "delete" });
}

const settingsOfAll = {
  uri,
  database: name,
  collection: "orders",
  operation: "change",
  start: began,
  whenLost: "stop",
  maxRecord: "1MiB",
};

/** Reads what there is, as a run with `--once` does. */
async function readOnce(suffix: string, settings: object = {}): Promise<SourceReport[]> {
  const news: SourceReport[] = [];
  await ingest({
    kafka: { bootstrap },
    pipeline: "changes",
    specHash: "0123456789abcdef",
    partitions: 1,
    key: ["_id"],
    topic: topic(suffix),
    deadLetters: topic("dead"),
    source: { node: "orders", runner: mongodbSource, config: { ...settingsOfAll, ...settings }, resumable: false },
    once: true,
    signal: new AbortController().signal,
    report: (event) => {
      if (event.event === "source") news.push(event.news);
    },
  });
  return news;
}

/** Reads on at a cursor, without Kafka. */
async function readFrom(cursor: string, whenLost: "stop" | "skip"): Promise<SourceReport[]> {
  const news: SourceReport[] = [];
  await mongodbSource.run({
    node: "orders",
    config: { ...settingsOfAll, start: "latest", whenLost } as never,
    cursor,
    once: true,
    emit: async () => {},
    report: (one) => news.push(one),
    signal: new AbortController().signal,
  });
  return news;
}

const recordsOf = async (suffix: string) =>
  (await readTopic(bootstrap, topic(suffix))).map(({ value }) => JSON.parse(value.toString()) as object);

describe("source.mongodb", () => {
  it("hands over every change once, behind the last that Kafka has after a restart", async () => {
    await insert(0, 300);
    await readOnce("orders");
    expect(await recordsOf("orders")).toEqual(truth);
    await insert(300, 320);
    await update(5, -1);
    await remove(6);
    await readOnce("orders", { start: "latest" });
    expect(await recordsOf("orders")).toEqual(truth);
  });

  it("goes on with a collection that was dropped and came again", async () => {
    await orders.drop();
    await insert(1000, 1010);
    await readOnce("orders");
    expect(await recordsOf("orders")).toEqual(truth);
  });

  it("ends where MongoDB no longer knows the place, or takes note of the gap where it is told to go on", async () => {
    const cursors = (await readTopic(bootstrap, topic("orders"))).map(({ headers }) => headers["engine.cursor"] ?? "");
    // The place of a change that is no longer there: a second of 2001, since the oplog of a new MongoDB holds all there was.
    const cursor = cursors.at(-1)?.replace(/"82[0-9A-F]{8}/, '"823A4FC880') ?? "";
    const since = "MongoDB's oplog no longer holds the changes of `orders` since 2001-01-01T00:00:00.000Z";
    await expect(readFrom(cursor, "stop")).rejects.toThrow(since);
    const news = await readFrom(cursor, "skip");
    expect(news).toContainEqual(expect.objectContaining({ event: "gap", from: "2001-01-01T00:00:00.000Z", reason: since }));
  });

  it("says plainly what is wrong with an address, and never quotes it", async () => {
    const told = await readOnce("other", { uri: "mongo://root:hunter2@db" }).catch(String);
    expect(told).toContain("`uri` is no address of MongoDB");
    expect(told).not.toContain("hunter2");
  });
});
