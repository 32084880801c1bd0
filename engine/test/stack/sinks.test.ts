import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Document, MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { SummaryEvent } from "../../src/runtime/events.ts";
import { type EngineEnd, openProject, startEngine, summaryOf } from "../support/project.ts";
import { serve, type TestServer } from "../support/test-server.ts";

/** What is written once in ten minutes must be there when the run ends, and the run must not take ten minutes. */
const SPEC = `version: 1
name: sinks
nodes:
  - { id: orders, type: source.http, config: { url: "\${env:SINKS_URL}", columns: { id: string!, shop: string, total: double!, at: timestamp! } } }
  - { id: stream, type: kafka.topic, from: orders, config: { topic: sinks.orders, partitions: 2, key: id } }
  - { id: by_shop, type: transform.aggregate, from: stream, config: { by: [shop], compute: { orders: count(*), revenue: sum(total) } } }
  - { id: history, type: sink.mongodb, from: by_shop, config: { collection: history, mode: insert, key: shop } }
  - { id: visits, type: sink.mongodb, from: stream, config: { collection: visits, mode: insert, key: shop, every: 10m } }
`;

interface Order {
  id: string;
  shop: string | null;
  total: number;
  at: string;
}

/** A document of the history. */
interface Update extends Document {
  _id: { key: string; query: string; checkpoint: string; batch: number };
}

/** Three waves, each of which has something of every shop. Some orders come again with the same values. */
const orders = Array.from({ length: 300 }, (_, n): Order => {
  const at = new Date(Date.UTC(2026, 0, 5, 12, 0, n)).toISOString();
  return { id: `o${n % 97}`, shop: n % 50 === 3 ? null : `shop ${n % 4}`, total: n % 23, at };
});
const WAVES = [orders.slice(0, 100), orders.slice(100, 200), orders.slice(200)];
const SHOPS = [0, 1, 2, 3].map((n) => `shop ${n}`);

const project = openProject(inject("project"));
const mongo = new MongoClient(inject("mongodb"));
const db = mongo.db("sinks");
let server: TestServer;
let end: EngineEnd;
let summary: SummaryEvent;

const lines = (records: readonly object[]) => records.map((record) => `${JSON.stringify(record)}\n`).join("");
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

beforeAll(async () => {
  await mongo.connect();
  let committed: (rows: number) => Promise<unknown> = async () => {};
  server = await serve(async (_, response) => {
    for (const [at, wave] of WAVES.entries()) {
      await committed(WAVES.slice(0, at).flat().length);
      response.write(lines(wave));
    }
    response.end();
  });
  await writeFile(join(project.dir, "pipelines/sinks.yaml"), SPEC);
  const engine = startEngine(project, ["run", "pipelines/sinks.yaml", "--once"], { SINKS_URL: server.url });
  committed = async (rows) => {
    const read = () =>
      engine.events.flatMap((event) => (event.event === "batch" && event.query === "history" ? [event.rows] : []));
    if (rows > 0) await engine.event("batch", () => sum(read()) >= rows);
  };
  end = await engine.ended;
  summary = summaryOf(end);
});
afterAll(async () => {
  await server.close();
  await mongo.close();
});

describe("sink.mongodb with mode: insert", () => {
  it("keeps every update of a group", async () => {
    for (const shop of SHOPS) {
      const found = await db.collection<Update>("history").find({ shop }).sort({ "_id.batch": 1 }).toArray();
      const counts = found.map((document) => Number(document.orders));
      expect(found.map(({ _id }) => _id)).toEqual(
        found.map(({ _id }) => ({ key: shop, query: "history", checkpoint: "v1", batch: _id.batch })),
      );
      expect(counts).toEqual([...new Set(counts)].sort((a, b) => a - b));
      for (const wave of [1, 2, 3]) {
        const sofar = WAVES.slice(0, wave)
          .flat()
          .filter((order) => order.shop === shop);
        const update = found.find((document) => Number(document.orders) === sofar.length);
        expect(Number(update?.revenue), `${shop} after wave ${wave}`).toBe(sum(sofar.map(({ total }) => total)));
      }
    }
  });

  it("keeps every record of a key, and refuses those without one", async () => {
    const found = await db.collection("visits").find().toArray();
    const wanted = orders.filter(({ shop }) => shop !== null);
    const plain = found.map(({ id, shop, total, at }) => JSON.stringify({ id, shop, total, at }));
    expect(plain.sort()).toEqual(wanted.map((order) => JSON.stringify(order)).sort());
    expect(summary.sinks.visits).toEqual({ written: wanted.length, repeats: 0 });
  });

  it("ends without waiting for the interval", () => {
    expect(summary.seconds).toBeLessThan(120);
  });
});
