import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Document, MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { SummaryEvent } from "../../src/runtime/events.ts";
import { type EngineEnd, openProject, startEngine, summaryOf } from "../support/project.ts";
import { serve, type TestServer } from "../support/test-server.ts";
import { readTopic } from "../support/truth.ts";

/** What is written once in ten minutes must be there when the run ends, and the run must not take ten minutes. */
const SPEC = `version: 1
name: sinks
nodes:
  - { id: orders, type: source.http, config: { url: "\${env:SINKS_URL}", columns: { id: string!, shop: string, total: double!, at: timestamp! } } }
  - { id: stream, type: kafka.topic, from: orders, config: { topic: sinks.orders, partitions: 2, key: id } }
  - { id: by_shop, type: transform.aggregate, from: stream, config: { by: [shop], compute: { orders: count(*), revenue: sum(total) } } }
  - { id: history, type: sink.mongodb, from: by_shop, config: { collection: history, mode: insert, key: shop } }
  - { id: visits, type: sink.mongodb, from: stream, config: { collection: visits, mode: insert, key: shop, every: 10m } }
  - id: alerts
    type: sink.kafka
    from: stream
    config: { topic: "sinks.alerts-{shop}", topics: [sinks.alerts-s0, sinks.alerts-s1], key: id, partitions: 3, retention: 2d }
  - { id: updates, type: sink.kafka, from: by_shop, config: { topic: sinks.updates, key: shop } }
  - { id: export, type: sink.file, from: stream, config: { path: out/orders, partitionBy: [shop], every: 10m } }
  - { id: parquet, type: sink.file, from: by_shop, config: { path: out/by-shop, format: parquet } }
  - { id: present, type: sink.mongodb, from: stream, config: { collection: present, key: id, delete: 10 / (total - 5) < 0 } }
  - { id: series, type: sink.mongodb, from: stream, config: { collection: series, mode: insert, timeSeries: { timeField: at, metaField: shop } } }
  - { id: look, type: sink.console, from: stream, config: { rows: 5 } }
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
  return { id: `o${n % 97}`, shop: n % 50 === 3 ? null : `s${n % 4}`, total: n % 23, at };
});
const WAVES = [orders.slice(0, 100), orders.slice(100, 200), orders.slice(200)];
const SHOPS = [0, 1, 2, 3].map((n) => `s${n}`);

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

describe("sink.mongodb with delete", () => {
  it("holds the last row of every key, unless that one deletes", async () => {
    const last = new Map<string, Order>();
    const asked = orders.filter(({ total }) => total !== 5);
    for (const order of asked) last.set(order.id, order);
    const stays = [...last.values()].filter(({ total }) => total > 5);
    expect(stays.length).toBeLessThan(last.size);
    const found = await db.collection("present").find().toArray();
    const plain = found.map(({ id, shop, total, at }) => JSON.stringify({ id, shop, total, at }));
    expect(plain.sort()).toEqual(stays.map((order) => JSON.stringify(order)).sort());
    const { written = 0, repeats = 0, deleted = 0 } = summary.sinks.present ?? {};
    expect(written + repeats + deleted).toBe(asked.length);
    expect(deleted).toBeGreaterThan(0);
  });
});

it("sink.mongodb writes every row into a time series", async () => {
  const found = await db.collection("series").find().toArray();
  const plain = found.map(({ id, shop, total, at }) => JSON.stringify({ id, shop, total, at }));
  expect(plain.sort()).toEqual(orders.map((order) => JSON.stringify(order)).sort());
  expect(await db.listCollections({ name: "series", type: "timeseries" }).toArray()).toHaveLength(1);
});

describe("sink.kafka", () => {
  const topics = ["s0", "s1"];
  const listed = orders.filter(({ shop }) => topics.includes(shop ?? ""));

  it("sends every row to the topic of its shop, with its key and its record", async () => {
    const records = await Promise.all(topics.map((shop) => readTopic(inject("kafka"), `sinks.alerts-${shop}`)));
    const sent = records.flatMap((some, at) =>
      some.map(({ key, value, headers }) => {
        const { at: time, ...order } = JSON.parse(value.toString());
        expect(headers["engine.record"]).toMatch(/^sinks\.orders\|[01]\|\d+$/);
        expect([key, order.shop]).toEqual([order.id, topics[at]]);
        return JSON.stringify({ ...order, at: new Date(time).toISOString() });
      }),
    );
    expect(sent.sort()).toEqual(listed.map((order) => JSON.stringify(order)).sort());
    expect(summary.sinks.alerts).toEqual({ written: listed.length, repeats: 0 });
  });

  it("refuses what has no topic among those listed", async () => {
    const letters = await readTopic(inject("kafka"), "sinks.dead-letters");
    const codes = letters.filter(({ headers }) => headers["__connect.errors.stage"] === "alerts");
    const count = (code: string) => codes.filter(({ headers }) => headers["__connect.errors.class.name"] === code).length;
    expect(count("kafka/null-topic")).toBe(orders.filter(({ shop }) => shop === null).length);
    expect(count("kafka/unlisted-topic")).toBe(orders.length - listed.length - count("kafka/null-topic"));
  });

  it("sends every update of a group, the last one last", async () => {
    const records = await readTopic(inject("kafka"), "sinks.updates");
    for (const shop of SHOPS) {
      const counts = records.filter(({ key }) => key === shop).map(({ value }) => JSON.parse(value.toString()).orders as number);
      expect(counts).toEqual([...new Set(counts)].sort((a, b) => a - b));
      expect(counts.at(-1)).toBe(orders.filter((order) => order.shop === shop).length);
    }
  });
});

describe("sink.file", () => {
  const filesOf = (folder: string) => {
    const found = readdirSync(join(project.dir, folder), { recursive: true, withFileTypes: true });
    return found
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => ({ folder: basename(parentPath), path: join(parentPath, name) }));
  };

  it("writes every row once, into the folder of its shop", () => {
    const rows = filesOf("out/orders").flatMap(({ folder, path }) => {
      expect(basename(path)).toMatch(/^export\.v1\.\d{8}\.\d\.ndjson$/);
      return readFileSync(path, "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => {
          const { at, ...order } = JSON.parse(line);
          expect(folder).toBe(`shop=${order.shop ?? "__HIVE_DEFAULT_PARTITION__"}`);
          return JSON.stringify({ ...order, at: new Date(at).toISOString() });
        });
    });
    expect(rows.sort()).toEqual(orders.map((order) => JSON.stringify(order)).sort());
    expect(summary.sinks.export).toEqual({ written: orders.length, repeats: 0 });
  });

  it("writes Parquet", () => {
    const files = filesOf("out/by-shop");
    expect(files.length).toBeGreaterThan(0);
    for (const { path } of files) expect(readFileSync(path).subarray(0, 4).toString()).toBe("PAR1");
  });
});

it("sink.console tells the first rows of every batch, and how many there are besides", () => {
  const told = end.events.flatMap((event) => (event.event === "rows" ? [event] : []));
  expect(sum(told.map(({ rows, left }) => rows.length + left))).toBe(orders.length);
  const known = new Set(orders.map(({ id, shop, total }) => JSON.stringify([id, shop, `${total}.0`])));
  for (const { query, columns, rows, left } of told) {
    expect({ query, columns }).toEqual({ query: "look", columns: ["id", "shop", "total", "at"] });
    expect(left === 0 ? rows.length <= 5 : rows.length === 5).toBe(true);
    for (const row of rows) expect(known).toContain(JSON.stringify(row.slice(0, 3)));
  }
});

it("the books balance for every sink", () => {
  const letters = (node: string) => {
    const dead = end.events.flatMap((event) => (event.event === "batch" ? Object.values(event.dead[node] ?? {}) : []));
    return sum(dead);
  };
  for (const node of ["visits", "alerts", "look", "export", "present", "series"]) {
    const { written = 0, repeats = 0, deleted = 0 } = summary.sinks[node] ?? {};
    expect(written + repeats + deleted + letters(node), node).toBe(summary.read);
  }
});
