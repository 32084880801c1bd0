import { createHash } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { MongoClient } from "mongodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RunEvent, SummaryEvent } from "../../src/runtime/events.ts";
import { watchMemory } from "../support/processes.ts";
import { brokerOf, type EngineEnd, type EngineProcess, startEngine, summaryOf } from "../support/project.ts";
import { serve, type TestServer } from "../support/test-server.ts";
import { startTestStack, type TestStack } from "../support/test-stack.ts";
import { readTopic } from "../support/truth.ts";

const SPEC = `version: 1
name: memory
nodes:
  - id: slow
    type: source.http
    config: { url: "\${env:MEMORY_URL}/slow", idleTimeout: 2s, columns: { id: string! } }
  - { id: slow_topic, type: kafka.topic, from: slow, config: { topic: memory.slow } }
  - { id: slow_rows, type: sink.mongodb, from: slow_topic, config: { collection: slow, key: id } }
  - id: flood
    type: source.http
    config: { url: "\${env:MEMORY_URL}/flood", columns: { id: string! } }
  - { id: flood_topic, type: kafka.topic, from: flood, config: { topic: memory.flood } }
  - { id: flood_rows, type: sink.mongodb, from: flood_topic, config: { collection: flood, key: id } }
`;

/** The engine may grow by this much over what it held when its sources connected. Both trials hand it more than that to hold. */
const GROWTH_MIB = 150;
const HUGE = 200_000_000;
const FLOOD = { records: 4000, bytes: 60_000 };
/** Sockets, the splitter, the inbox and a batch on its way, generously, in bytes. */
const IN_FLIGHT = 60_000_000;

/** Of its own: its broker is stopped for a while. */
let stack: TestStack;
let mongo: MongoClient;
let server: TestServer;
let end: EngineEnd;
let summary: SummaryEvent;
let growth: number;
let visits = 0;
let floodSent = 0;
/** Sent by the server but not acknowledged by Kafka when it had stood still for a while, in bytes. */
let inFlight = 0;

const piece = Buffer.alloc(65_536, "x");
async function send(response: ServerResponse, bytes: Buffer): Promise<void> {
  if (!response.write(bytes)) await once(response, "drain");
}
async function sendHuge(response: ServerResponse): Promise<void> {
  for (let left = HUGE; left > 0; left -= piece.length) await send(response, piece.subarray(0, Math.min(left, piece.length)));
  await send(response, Buffer.from("\n"));
}
const rows = (name: string) => Buffer.from(Array.from({ length: 10 }, (_, n) => `{"id":"${name}-${n}"}\n`).join(""));

async function slow(response: ServerResponse): Promise<void> {
  const visit = visits++;
  await send(response, rows(`visit-${visit}`));
  if (visit === 0) {
    await sendHuge(response);
    await send(response, rows("after-huge"));
    await delay(1200);
    await send(response, rows("after-short-stall"));
    // And not a byte more: the engine must give this connection up by itself.
  } else if (visit === 1) response.write('{"id":"ha', () => response.destroy());
  else response.end();
}

async function flood(response: ServerResponse): Promise<void> {
  for (let n = 0; n < FLOOD.records; n++) {
    const head = `{"id":"flood-${n}","padding":"`;
    await send(response, Buffer.from(`${head}${"y".repeat(FLOOD.bytes - head.length - 2)}"}\n`));
    floodSent += FLOOD.bytes;
  }
  response.end();
}

/** Stops the broker for some seconds. */
async function pauseBroker(broker: number, engine: EngineProcess): Promise<void> {
  process.kill(broker, "SIGSTOP");
  try {
    await delay(5000);
    const told = engine.events.findLast((event) => event.event === "ingest" && event.node === "flood");
    inFlight = floodSent - (told?.event === "ingest" ? told.produced : 0) * FLOOD.bytes;
  } finally {
    process.kill(broker, "SIGCONT");
  }
}

beforeAll(async () => {
  stack = await startTestStack();
  const { project } = stack;
  mongo = await new MongoClient(stack.mongodb).connect();
  server = await serve((request, response) => (request.url === "/slow" ? slow(response) : flood(response)));
  await writeFile(join(project.dir, "pipelines/memory.yaml"), SPEC);
  const broker = await brokerOf(project);
  const engine = startEngine(project, ["run", "pipelines/memory.yaml", "--once"], { MEMORY_URL: server.url });
  await engine.event("source");
  const memory = watchMemory(engine.child.pid ?? 0);
  await engine.event("ingest", ({ node, produced }) => node === "flood" && produced > 0);
  await pauseBroker(broker, engine);
  end = await engine.ended;
  growth = memory.growth();
  summary = summaryOf(end);
});
afterAll(async () => {
  await server.close();
  await mongo.close();
  await stack.stop();
});

const newsOf = (node: string) =>
  end.events.flatMap((event: RunEvent) => (event.event === "source" && event.node === node ? [event.news] : []));

it("the engine's memory stays flat under a line of 200 MB, a stall and a Kafka that stands still", () => {
  console.log(`the engine grew by ${growth.toFixed(0)} MiB at most; ${(inFlight / 1e6).toFixed(0)} MB were on their way`);
  expect(growth).toBeLessThan(GROWTH_MIB);
});

it("the server is held back while Kafka stands still, and nothing of what it sent is lost", async () => {
  expect(inFlight).toBeGreaterThan(0);
  expect(inFlight).toBeLessThan(IN_FLIGHT);
  expect(FLOOD.records * FLOOD.bytes).toBeGreaterThan(GROWTH_MIB * 1_048_576);
  const records = await readTopic(stack.kafka, "memory.flood");
  expect(records.map(({ headers }) => Number(headers["engine.seq"])).sort((a, b) => a - b)).toEqual(
    Array.from({ length: FLOOD.records }, (_, n) => n),
  );
  expect(records.every(({ value }) => value.length === FLOOD.bytes)).toBe(true);
  expect(summary.sinks.flood_rows).toEqual({ written: FLOOD.records, repeats: 0 });
});

it("the long line is a dead letter with its head, length and hash", async () => {
  const hash = createHash("sha256");
  for (let left = HUGE; left > 0; left -= piece.length) hash.update(piece.subarray(0, Math.min(left, piece.length)));
  const letters = await readTopic(stack.kafka, "memory.dead-letters");
  expect(letters.map(({ key }) => key)).toEqual(["slow|source|10"]);
  expect(letters[0]?.value.equals(Buffer.alloc(1024, "x"))).toBe(true);
  expect(letters[0]?.headers).toMatchObject({
    "__connect.errors.class.name": "source/line-too-long",
    "__connect.errors.stage": "slow",
    "engine.length": String(HUGE),
    "engine.sha256": hash.digest("hex"),
  });
});

it("a short stall is waited for, a long one and a cut are connected anew, and what follows arrives", async () => {
  expect(visits).toBe(3);
  const stored = await mongo.db("memory").collection("slow").find().toArray();
  const names = ["visit-0", "after-huge", "after-short-stall", "visit-1", "visit-2"];
  expect(stored.map(({ _id }) => String(_id)).sort()).toEqual(
    names.flatMap((name) => Array.from({ length: 10 }, (_, n) => `${name}-${n}`)).sort(),
  );
  expect(newsOf("slow").map(({ event }) => event)).toEqual([
    ...["connected", "degraded", "connected", "gap", "discarded", "degraded", "connected", "gap"],
  ]);
  expect(newsOf("slow")).toContainEqual({ event: "discarded", bytes: '{"id":"ha'.length });
});

it("the gaps of a source that cannot resume stand in the summary and on record", async () => {
  expect(summary).toMatchObject({ read: 51 + FLOOD.records, produced: 50 + FLOOD.records, deadLettered: 1, gaps: 2 });
  const recorded = await mongo.db("memory").collection("_engine").find({ pipeline: "memory", node: "slow" }).toArray();
  const told = newsOf("slow").filter((news) => news.event === "gap");
  expect(recorded.map(({ from, to, reason }) => ({ from: from.toISOString(), to: to.toISOString(), reason }))).toEqual(
    told.map(({ from, to, reason }) => ({ from, to, reason })),
  );
});
