import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type Document, MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { SummaryEvent } from "../../src/runtime/events.ts";
import { type EngineEnd, openProject, runEngine, summaryOf } from "../support/project.ts";
import { serve, type TestServer } from "../support/test-server.ts";
import { readTopic } from "../support/truth.ts";

const spec = (since: string) => `version: 1
name: sources
nodes:
  - id: orders
    type: source.mongodb
    config:
      uri: \${env:SHOP_MONGODB_URI}
      database: sources_shop
      collection: orders
      columns: { _id: string!, shop: int, total: double }
      operation: change
      start: "${since}"
  - { id: changes, type: kafka.topic, from: orders, config: { topic: sources.orders, partitions: 2, key: _id } }
  - { id: mirror, type: sink.mongodb, from: changes, config: { collection: mirror, key: _id, delete: change = 'delete' } }
  - id: archive
    type: source.file
    config:
      path: data/*.parquet
      format: parquet
      columns: { id: string!, n: long, total: "decimal(22,2)", at: timestamp, day: date, tags: [string], shop: { city: string } }
  - { id: archived, type: kafka.topic, from: archive, config: { topic: sources.archive, key: id } }
  - { id: history, type: sink.mongodb, from: archived, config: { collection: history, key: id } }
  - { id: pages, type: source.http, config: { url: "\${env:SOURCES_URL}/pages", format: json, every: 1h, records: data.items, pages: { by: cursor, parameter: after, next: next }, columns: { sku: string!, price: double } } }
  - { id: table, type: source.http, config: { url: "\${env:SOURCES_URL}/table", format: csv, every: 1h, columns: { sku: string!, price: double } } }
  - { id: told, type: source.http, config: { url: "\${env:SOURCES_URL}/events", format: sse, columns: { sku: string!, price: double } } }
  - { id: paged, type: kafka.topic, from: pages, config: { topic: sources.paged, key: sku } }
  - { id: tabled, type: kafka.topic, from: table, config: { topic: sources.tabled, key: sku } }
  - { id: streamed, type: kafka.topic, from: told, config: { topic: sources.streamed, key: sku } }
  - { id: all_prices, type: transform.union, from: [paged, tabled, streamed], config: {} }
  - { id: prices, type: sink.mongodb, from: all_prices, config: { collection: prices, key: sku } }
  - id: visits
    type: source.file
    config: { path: data/visits-*.ndjson*, columns: { id: string!, who: string!, at: timestamp! } }
  - { id: visited, type: kafka.topic, from: visits, config: { topic: sources.visits, key: who, maxBatch: 400 } }
  - { id: sessions, type: transform.aggregate, from: visited, config: { window: { on: at, gap: 5m, watermark: 3h }, emit: final, by: [who], compute: { visits: count(*), first: min(id) } } }
  - { id: past_sessions, type: sink.mongodb, from: sessions, config: { collection: sessions, key: [window_start, who] } }
  - { id: minutes, type: transform.aggregate, from: visited, config: { window: { on: at, size: 1m, watermark: 3h }, emit: final, by: [who], compute: { visits: count(*) } } }
  - { id: quarters, type: transform.aggregate, from: minutes, config: { window: { on: window_end, size: 15m, watermark: 3h }, emit: final, by: [who], compute: { visits: sum(visits) } } }
  - { id: busiest, type: transform.top, from: quarters, config: { n: 2, highest: visits, emit: final } }
  - { id: regulars, type: sink.mongodb, from: busiest, config: { collection: regulars, key: [window_start, rank] } }
`;

interface Visit {
  id: string;
  who: string;
  at: string;
}

const MINUTE = 60_000;
const noon = Date.UTC(2026, 0, 5, 12);
/** Five visitors, each of whom comes three times; after all of them somebody comes on other days, so that what was before is over. */
const visits = Array.from({ length: 600 }, (_, n): Visit => {
  const at = new Date(noon + (n % 3) * 50 * MINUTE + ((n * 7919) % 600) * (1 + (n % 5)) * 500).toISOString();
  return { id: `v${String(n).padStart(3, "0")}`, who: `w${n % 5}`, at };
});
const nextDay: Visit = { id: "later", who: "w0", at: new Date(noon + 24 * 60 * MINUTE).toISOString() };
const afterThat: Visit = { id: "still later", who: "w0", at: new Date(noon + 48 * 60 * MINUTE).toISOString() };

const project = openProject(inject("project"));
const mongo = new MongoClient(inject("mongodb"));
const db = mongo.db("sources");
const shop = mongo.db("sources_shop").collection<Document & { _id: string }>("orders");
let server: TestServer;
let end: EngineEnd;
let summary: SummaryEvent;

const ndjson = (records: readonly object[]) => records.map((record) => `${JSON.stringify(record)}\n`).join("");

beforeAll(async () => {
  await mongo.connect();
  const since = new Date(Date.now() - 1000).toISOString().replace(/\.\d+Z$/, "Z");
  await shop.insertMany(Array.from({ length: 40 }, (_, n) => ({ _id: `o${n}`, shop: n % 3, total: n + 0.5 })));
  await shop.updateMany({ shop: 1 }, { $inc: { total: 100 } });
  await shop.deleteMany({ shop: 2 });
  await shop.insertOne({ _id: "o2", shop: 7, total: 1 });
  server = await serve((request, response) => {
    const url = new URL(request.url ?? "", "http://127.0.0.1");
    if (url.pathname === "/table") return response.end('sku,price\nt0,1.5\nt1,\n"t,2",3\n');
    if (url.pathname === "/events") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      return response.end(
        Array.from({ length: 5 }, (_, n) => `id: ${n}\ndata: {"sku":"e${n}",\ndata: "price":${n}}\n\n`).join(""),
      );
    }
    const after = Number(url.searchParams.get("after") ?? 0);
    const items = Array.from({ length: 4 }, (_, n) => ({ sku: `p${after * 4 + n}`, price: after }));
    response.end(JSON.stringify({ data: { items }, next: after < 2 ? String(after + 1) : null }));
  });
  await mkdir(join(project.dir, "data"), { recursive: true });
  await copyFile(fileURLToPath(new URL("../support/sales.parquet", import.meta.url)), join(project.dir, "data/sales.parquet"));
  await writeFile(join(project.dir, "data/visits-1.ndjson.gz"), gzipSync(ndjson(visits)));
  await writeFile(join(project.dir, "data/visits-2.ndjson"), ndjson([nextDay, afterThat]));
  await writeFile(join(project.dir, "pipelines/sources.yaml"), spec(since));
  const env = { SOURCES_URL: server.url, SHOP_MONGODB_URI: inject("mongodb") };
  end = await runEngine(project, ["run", "pipelines/sources.yaml", "--once"], env);
  summary = summaryOf(end);
});
afterAll(async () => {
  await server.close();
  await mongo.db("sources_shop").dropDatabase();
  await mongo.close();
});

describe("source.mongodb", () => {
  it("makes a collection the same as the one whose changes it reads", async () => {
    const found = await db.collection("mirror").find().project({ shop: 1, total: 1 }).sort({ _id: 1 }).toArray();
    const original = await shop.find().sort({ _id: 1 }).toArray();
    expect(found).toEqual(original);
    expect(original).toHaveLength(28);
    const values = (await readTopic(inject("kafka"), "sources.orders")).map(
      ({ value }) => JSON.parse(value.toString()) as Document,
    );
    expect(values.filter(({ change }) => change === "delete")).toHaveLength(13);
  });
});

describe("source.file", () => {
  it("brings rows of Parquet to MongoDB with their digits and times", async () => {
    const found = await db.collection("history").find().sort({ _id: 1 }).toArray();
    expect(found.map(({ id, n, total, at, tags, shop }) => [id, String(n), total && String(total), at, tags, shop.city])).toEqual(
      [0, 1, 2, 3, 4].map((n) => [
        `p${n}`,
        String(9007199254740993n + BigInt(n)),
        n === 3 ? null : `${n === 0 ? "" : n}12345678901234567.${n}5`,
        new Date(`2026-01-05T12:00:0${n}.123Z`),
        n === 2 ? [] : [`t${n}`, null],
        "Róma",
      ]),
    );
  });
});

describe("source.http", () => {
  it("polls pages of JSON and a table of CSV, and reads events", async () => {
    const found = await db.collection("prices").find().sort({ _id: 1 }).toArray();
    const wanted = [
      ...Array.from({ length: 12 }, (_, n) => [`p${n}`, Math.floor(n / 4)]),
      ["t0", 1.5],
      ["t1", null],
      ["t,2", 3],
      ...Array.from({ length: 5 }, (_, n) => [`e${n}`, n]),
    ];
    expect(new Map(found.map(({ sku, price }) => [sku, price]))).toEqual(new Map(wanted as [string, number | null][]));
  });
});

/** Whoever comes again within the gap is still there. */
function sessionsOf(some: readonly Visit[], gap: number) {
  const sessions: { who: string; start: number; end: number; ids: string[] }[] = [];
  const inOrder = [...some].sort((a, b) => a.who.localeCompare(b.who) || a.at.localeCompare(b.at));
  for (const { id, who, at } of inOrder) {
    const time = Date.parse(at);
    const last = sessions.at(-1);
    if (last !== undefined && last.who === who && time <= last.end) {
      last.end = time + gap;
      last.ids.push(id);
    } else sessions.push({ who, start: time, end: time + gap, ids: [id] });
  }
  return sessions;
}

describe("windows that are sent once", () => {
  it("are sessions, which end when nobody comes", async () => {
    const wanted = sessionsOf(visits, 5 * MINUTE).map(({ who, start, end: last, ids }) => ({
      who,
      window_start: new Date(start),
      window_end: new Date(last),
      visits: ids.length,
      first: ids.sort()[0],
    }));
    const found = await db
      .collection("sessions")
      .find({ window_start: { $lt: new Date(nextDay.at) } })
      .toArray();
    const shown = found.map(({ who, window_start, window_end, visits: some, first }) => ({
      who,
      window_start,
      window_end,
      visits: Number(some),
      first,
    }));
    const inOrder = (a: Document, b: Document) => a.who.localeCompare(b.who) || a.window_start - b.window_start;
    expect(shown.sort(inOrder)).toEqual(wanted.sort(inOrder));
    expect(wanted.length).toBeGreaterThan(10);
  });

  it("are summed up again, and the first of each are kept", async () => {
    const quarters = new Map<number, Map<string, number>>();
    for (const { who, at } of visits) {
      const start = Math.floor(Date.parse(at) / (15 * MINUTE)) * 15 * MINUTE;
      const by = quarters.get(start) ?? new Map<string, number>();
      quarters.set(start, by.set(who, (by.get(who) ?? 0) + 1));
    }
    const wanted = [...quarters].flatMap(([start, by]) =>
      [...by]
        .sort(([a, m], [b, n]) => n - m || (a < b ? 1 : -1))
        .slice(0, 2)
        .map(([who, count], at) => [start, at + 1, who, count]),
    );
    const found = await db
      .collection("regulars")
      .find({ window_start: { $lt: new Date(nextDay.at) } })
      .sort({ window_start: 1, rank: 1 })
      .toArray();
    expect(
      found.map(({ window_start, rank, who, visits: some }) => [Number(window_start), Number(rank), who, Number(some)]),
    ).toEqual(wanted.sort(([a], [b]) => Number(a) - Number(b)));
    expect(wanted.length).toBeGreaterThan(8);
  });
});

it("nothing was refused, dropped or late", () => {
  expect(summary).toMatchObject({ deadLettered: 0, filtered: 0, late: 0 });
});
