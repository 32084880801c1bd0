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
      columns: { id: string!, at: timestamp!, total: double!, parts: int }
  - { id: shop_stream, type: kafka.topic, from: shop, config: { topic: rooms.shop, partitions: 2, key: id } }
  - id: by_kind
    type: transform.split
    from: shop_stream
    config:
      outputs: { refunds: total < 0, shares: total % parts = 0, nothing: total = 1 }
  - { id: refunds, type: sink.mongodb, from: by_kind.refunds, config: { collection: refunds, key: id } }
  - { id: shares, type: sink.mongodb, from: by_kind.shares, config: { collection: shares, key: id } }
`;

interface Order {
  id: string;
  at: string;
  total: number;
  parts: number | null;
}

/** What a pipeline of every room is fed: each n has its own mixture of what the rooms tell apart. */
const orders = Array.from({ length: 700 }, (_, n): Order => {
  const at = new Date(Date.UTC(2026, 0, 5, 12, 0, n % 600)).toISOString();
  return { id: `o${n}`, at, total: (n % 13) - 3, parts: n % 11 === 0 ? null : n % 5 };
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

const ids = async (collection: string) => new Set(await db.collection<Document>(collection).distinct("_id"));
const idsOf = (some: Order[]) => new Set(some.map(({ id }) => id));
const lettersOf = (node: string) => letters.filter(({ headers }) => headers["__connect.errors.stage"] === node);

describe("transform.split", () => {
  const refunds = orders.filter(({ total }) => total < 0);
  const asked = orders.filter(({ total }) => total >= 0);
  const failed = asked.filter(({ parts }) => parts === 0);
  const shares = asked.filter(({ total, parts }) => parts !== null && parts !== 0 && total % parts === 0);

  it("sends each row one way", async () => {
    expect(Math.min(refunds.length, shares.length)).toBeGreaterThan(100);
    expect(await ids("refunds")).toEqual(idsOf(refunds));
    expect(await ids("shares")).toEqual(idsOf(shares));
  });

  it("tells of the rows whose condition failed once, although two queries saw them", () => {
    const found = lettersOf("by_kind").map(({ value }) => (JSON.parse(value.toString()) as Order).id);
    expect(found.sort()).toEqual([...idsOf(failed)].sort());
  });

  it("the books balance", () => {
    expect(summary).toMatchObject({ read: orders.length, gaps: 0, late: 0, deadLettered: failed.length, added: 0 });
    expect(summary.filtered).toBe(orders.length - refunds.length - shares.length - failed.length);
    const written = Object.values(summary.sinks).reduce((sum, sink) => sum + sink.written + sink.repeats, 0);
    expect(written + summary.deadLettered + summary.filtered).toBe(summary.read);
  });
});
