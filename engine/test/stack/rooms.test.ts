import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Document, MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { SummaryEvent } from "../../src/runtime/events.ts";
import { type EngineEnd, openProject, runEngine, summaryOf } from "../support/project.ts";
import { serve, type TestServer } from "../support/test-server.ts";
import { readTopic, type TopicRecord } from "../support/truth.ts";

const SPEC = `version: 1
name: rooms
nodes:
  - id: shop
    type: source.http
    config:
      url: \${env:ROOMS_URL}/shop
      columns: { id: string!, at: timestamp!, total: double!, parts: int, items: [{ sku: string, price: double, quantity: int }] }
  - { id: shop_stream, type: kafka.topic, from: shop, config: { topic: rooms.shop, partitions: 2, key: id } }
  - id: strict
    type: transform.check
    from: shop_stream
    config: { rules: { not_seven: total != 7, not_eight: total != 8 }, else: drop }
  - id: sound
    type: transform.check
    from: strict
    config: { rules: { early: "at < timestamp '2026-01-05T12:09:30Z'", small: total < 9 }, else: output }
  - { id: broken, type: sink.mongodb, from: sound.broken, config: { collection: broken, key: id } }
  - id: by_kind
    type: transform.split
    from: sound
    config:
      outputs: { refunds: total < 0, shares: total % parts = 0, nothing: total = 1 }
  - { id: refunds, type: sink.mongodb, from: by_kind.refunds, config: { collection: refunds, key: id } }
  - { id: taken_apart, type: transform.explode, from: by_kind.shares, config: { list: items, as: item, index: at_place } }
  - id: priced
    type: transform.select
    from: taken_apart
    config:
      keep: [id, at_place]
      compute: { sku: item.sku, each: item.price / item.quantity }
  - { id: items, type: sink.mongodb, from: priced, config: { collection: items, key: [id, at_place] } }
`;

interface Order {
  id: string;
  at: string;
  total: number;
  parts: number | null;
  items: Item[] | null;
}

interface Item {
  sku: string;
  price: number;
  quantity: number;
}

/** What a pipeline of every room is fed: each n has its own mixture of what the rooms tell apart. */
const orders = Array.from({ length: 700 }, (_, n): Order => {
  const at = new Date(Date.UTC(2026, 0, 5, 12, 0, n % 600)).toISOString();
  const items = Array.from({ length: n % 4 }, (_, i) => ({ sku: `s${(n + i) % 7}`, price: n + i, quantity: (n + i) % 3 }));
  return { id: `o${n}`, at, total: (n % 13) - 3, parts: n % 11 === 0 ? null : n % 5, items: n % 8 === 0 ? null : items };
});

const project = openProject(inject("project"));
const mongo = new MongoClient(inject("mongodb"));
const db = mongo.db("rooms");
let server: TestServer;
let end: EngineEnd;
let summary: SummaryEvent;
let letters: TopicRecord[];

beforeAll(async () => {
  await mongo.connect();
  server = await serve((_, response) => response.end(orders.map((order) => `${JSON.stringify(order)}\n`).join("")));
  await writeFile(join(project.dir, "pipelines/rooms.yaml"), SPEC);
  end = await runEngine(project, ["run", "pipelines/rooms.yaml", "--once"], { ROOMS_URL: server.url });
  summary = summaryOf(end);
  letters = await readTopic(inject("kafka"), "rooms.dead-letters");
});
afterAll(async () => {
  await server.close();
  await mongo.close();
});

const byKey = (a: Document, b: Document) => (JSON.stringify(a._id) < JSON.stringify(b._id) ? -1 : 1);
const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
const ids = async (collection: string) => new Set(await db.collection<Document>(collection).distinct("_id"));
const idsOf = (some: Order[]) => new Set(some.map(({ id }) => id));
const lettersOf = (node: string) => letters.filter(({ headers }) => headers["__connect.errors.stage"] === node);

/** What must become of the orders, by themselves. */
const strict = orders.filter(({ total }) => total !== 7 && total !== 8);
const rules = { early: (order: Order) => order.at < "2026-01-05T12:09:30", small: (order: Order) => order.total < 9 };
const broken = strict.flatMap((order) => {
  const names = Object.entries(rules).flatMap(([name, keeps]) => (keeps(order) ? [] : [name]));
  return names.length === 0 ? [] : [{ id: order.id, names }];
});
const brokenIds = new Set(broken.map(({ id }) => id));
const sound = strict.filter(({ id }) => !brokenIds.has(id));
const refunds = sound.filter(({ total }) => total < 0);
const asked = sound.filter(({ total }) => total >= 0);
const unasked = asked.filter(({ parts }) => parts === 0);
const shares = asked.filter(({ total, parts }) => parts !== null && parts !== 0 && total % parts === 0);
const empty = shares.filter(({ items }) => items === null || items.length === 0);
const items = shares.flatMap(({ id, items }) => (items ?? []).map((item, at) => ({ _id: { id, at_place: at }, ...item })));
const unpriced = items.filter(({ quantity }) => quantity === 0);

describe("transform.check", () => {
  it("sends what breaks a rule to its own output, with the names of the rules", async () => {
    const found = await db.collection("broken").find().toArray();
    expect(found.map(({ id, broken_rules: names }) => ({ id, names })).sort(byId)).toEqual(broken.sort(byId));
  });

  it("counts by rule, whatever becomes of the rows", () => {
    const by = (rule: string) => broken.filter(({ names }) => names.includes(rule)).length;
    const equal = (total: number) => orders.filter((order) => order.total === total).length;
    expect(summary.broken).toEqual({
      strict: { not_seven: equal(7), not_eight: equal(8) },
      sound: { early: by("early"), small: by("small") },
    });
    expect(broken.some(({ names }) => names.length === 2)).toBe(true);
  });
});

describe("transform.split", () => {
  it("sends each row one way", async () => {
    expect(Math.min(refunds.length, shares.length)).toBeGreaterThan(100);
    expect(await ids("refunds")).toEqual(idsOf(refunds));
  });

  it("tells of the rows whose condition failed once, although two queries saw them", () => {
    const found = lettersOf("by_kind").map(({ value }) => (JSON.parse(value.toString()) as Order).id);
    expect(found.sort()).toEqual([...idsOf(unasked)].sort());
  });
});

describe("transform.explode", () => {
  it("makes a document of every element", async () => {
    const found = await db.collection("items").find().sort({ _id: 1 }).toArray();
    const wanted = items
      .filter(({ quantity }) => quantity !== 0)
      .map(({ _id, sku, price, quantity }) => ({ _id, ..._id, sku, each: price / quantity }));
    expect(wanted.length).toBeGreaterThan(50);
    expect(found.sort(byKey)).toEqual(wanted.sort(byKey));
  });

  it("tells of every bad element by its place in its record", () => {
    const told = lettersOf("priced").map(({ key, value, headers }) => {
      const order = JSON.parse(value.toString()) as Order;
      const element = headers["engine.element"];
      expect(key).toMatch(new RegExp(`^priced\\|rooms.shop\\|\\d\\|\\d+\\|${element}$`));
      return `${order.id} ${element}`;
    });
    expect(told.sort()).toEqual(unpriced.map(({ _id }) => `${_id.id} ${_id.at_place}`).sort());
    expect(new Set(letters.map(({ key }) => key)).size).toBe(letters.length);
  });
});

it("the books balance", () => {
  expect(summary).toMatchObject({
    read: orders.length,
    gaps: 0,
    late: 0,
    deadLettered: unasked.length + unpriced.length,
    added: items.length - (shares.length - empty.length),
    filtered: orders.length - broken.length - refunds.length - shares.length - unasked.length + empty.length,
  });
  const written = Object.values(summary.sinks).reduce((sum, sink) => sum + sink.written + sink.repeats, 0);
  expect(written + summary.deadLettered + summary.filtered).toBe(summary.read + summary.added);
});
