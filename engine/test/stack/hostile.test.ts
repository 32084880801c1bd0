import { createHash } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { type Document, MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { SummaryEvent } from "../../src/runtime/events.ts";
import { type HostileLine, hostileLines, hostileTime } from "../support/hostile-lines.ts";
import { type EngineEnd, openProject, startEngine, summaryOf } from "../support/project.ts";
import { serve, type TestServer } from "../support/test-server.ts";
import { readTopic, type TopicRecord } from "../support/truth.ts";

const SPEC = `version: 1
name: hostile
nodes:
  - id: lines
    type: source.http
    config:
      url: \${env:HOSTILE_URL}/lines
      idleTimeout: 10m # the server is silent until Spark has done its first batches
      columns: { id: string, at: timestamp!, region: string, count: int, note: string, total: double! }
  - { id: stream, type: kafka.topic, from: lines, config: { topic: hostile.lines, key: id } }
  - { id: sold, type: transform.filter, from: stream, config: { where: total > 0 } }
  - id: by_region
    type: transform.aggregate
    from: sold
    config:
      window: { on: at, size: 1m, watermark: 2m }
      by: [region]
      compute: { revenue: sum(total), baskets: count(*) }
  - { id: store, type: sink.mongodb, from: sold, config: { collection: good, key: id } }
  - { id: trend, type: sink.mongodb, from: by_region, config: { collection: by_region, key: [window_start, region] } }
  - id: files
    type: source.http
    config: { url: "\${env:HOSTILE_URL}/files", maxLine: 32MiB, columns: { id: string!, a: string, b: string, c: string } }
  - { id: wide, type: kafka.topic, from: files, config: { topic: hostile.files, key: id } }
  - { id: shelf, type: sink.mongodb, from: wide, config: { collection: files, key: id } }
`;

const MB = 1_000_000;
const HOUR = 3_600_000;
const at = Date.parse(hostileTime);
const sale = (id: string, total: number, time = at) =>
  Buffer.from(JSON.stringify({ id, at: new Date(time).toISOString(), region: total % 2 === 0 ? "East" : "West", total }));
const file = (id: string, strings: Record<string, number>) =>
  Buffer.from(
    JSON.stringify({ id, ...Object.fromEntries(Object.entries(strings).map(([name, size]) => [name, "x".repeat(size)])) }),
  );

const giant = sale("giant", 1);
const overCap: HostileLine = {
  name: "20 MB under the default cap",
  line: Buffer.concat([giant.subarray(0, -1), Buffer.from(`,"note":"${"x".repeat(20 * MB)}"}`)]),
  letters: ["lines source/line-too-long"],
  document: false,
};
const hostile = [...hostileLines(), overCap];
const good = Array.from({ length: 600 }, (_, n) => sale(`good-${n}`, n % 7, at - (n % 60) * 1000));
/** Behind the watermark, each in a window of its own; and inside of it. */
const late = Array.from({ length: 5 }, (_, n) => sale(`late-${n}`, 3, at - HOUR - n * 60_000));
const inside = Array.from({ length: 40 }, (_, n) => sale(`inside-${n}`, 5, at - 60_000 - n * 1000));
/** Each hostile line stands between good ones. */
const mixed = good.flatMap((line, n) => (hostile[n] === undefined ? [line] : [line, hostile[n].line]));
const files: HostileLine[] = [
  { name: "10 MB", line: file("ten", { a: 10 * MB }), letters: [], document: true },
  {
    name: "20 MB in three texts",
    line: file("twenty", { a: 7 * MB, b: 7 * MB, c: 6 * MB }),
    letters: ["shelf mongodb/too-large"],
    document: false,
  },
  { name: "20 MB in one text", line: file("text", { a: 20 * MB + 1 }), letters: ["wide record/out-of-range"], document: false },
  { name: "34 MB", line: file("over", { a: 34 * MB }), letters: ["files source/line-too-long"], document: false },
  { name: "good", line: file("last", { a: 1 }), letters: [], document: true },
];

const project = openProject(inject("project"));
const mongo = new MongoClient(inject("mongodb"));
const db = mongo.db("hostile");
let server: TestServer;
let end: EngineEnd;
let summary: SummaryEvent;
let letters: TopicRecord[];
let stored: Map<string, Document>;
let topics: Record<string, TopicRecord[]>;

async function send(response: ServerResponse, lines: Buffer[]): Promise<void> {
  for (const line of lines) if (!response.write(Buffer.concat([line, Buffer.from("\n")]))) await once(response, "drain");
}

beforeAll(async () => {
  await mongo.connect();
  let moved = () => {};
  const watermark = new Promise<void>((resolve) => {
    moved = resolve;
  });
  server = await serve(async (request, response) => {
    if (request.url === "/files") return response.end(Buffer.concat(files.flatMap(({ line }) => [line, Buffer.from("\n")])));
    await send(response, mixed);
    await watermark;
    await send(response, [...late, ...inside]);
    response.end();
  });
  await writeFile(join(project.dir, "pipelines/hostile.yaml"), SPEC);
  const engine = startEngine(project, ["run", "pipelines/hostile.yaml", "--once"], { HOSTILE_URL: server.url });
  // Spark drops what is behind the watermark of the batch before: this one has to have been in force once.
  const told = engine.event("batch", ({ query, watermark }) => query === "trend" && Date.parse(watermark ?? "") === at - 120_000);
  await Promise.race([told.then(moved), engine.ended]);
  end = await engine.ended;
  summary = summaryOf(end);
  const kafka = inject("kafka");
  letters = await readTopic(kafka, "hostile.dead-letters");
  topics = { "hostile.lines": await readTopic(kafka, "hostile.lines"), "hostile.files": await readTopic(kafka, "hostile.files") };
  const documents = [...(await db.collection("good").find().toArray()), ...(await db.collection("files").find().toArray())];
  stored = new Map(documents.map((document) => [String(document._id), document]));
});
afterAll(async () => {
  await server.close();
  await mongo.close();
});

const sha = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const idOf = (line: Buffer) => /"id":"([^"]+)"/.exec(line.subarray(0, 200).toString("latin1"))?.[1] ?? "";
const headersOf = ({ headers }: TopicRecord) => `${headers["__connect.errors.stage"]} ${headers["__connect.errors.class.name"]}`;

describe.each([
  { topic: "hostile.lines", source: "lines", all: [...mixed, ...late, ...inside], cases: hostile },
  { topic: "hostile.files", source: "files", all: files.map(({ line }) => line), cases: files },
])("hostile records of $source", ({ topic, source, all, cases }) => {
  it.for(cases)("$name", ({ line, letters: wanted, document, note }) => {
    const sequence = String(all.indexOf(line));
    const record = topics[topic]?.find(({ headers }) => headers["engine.seq"] === sequence);
    const place = record === undefined ? `source|${sequence}` : `${topic}|${record.partition}|${record.offset}`;
    const found = letters.filter(
      ({ key }) => key?.endsWith(`|${place}`) && key.split("|").length === place.split("|").length + 1,
    );
    const mine = found.filter(({ key }) => record !== undefined || key === `${source}|${place}`);
    expect(mine.map(headersOf)).toEqual(wanted);
    for (const letter of mine) expectProvenance(letter, line, topic, record);
    if (record !== undefined) expect(record.value.equals(line)).toBe(true);
    expect(stored.has(idOf(line)) && !idOf(line).startsWith("good")).toBe(document);
    if (note !== undefined) expect(stored.get(idOf(line))?.note ?? null).toBe(note);
  });
});

function expectProvenance(letter: TopicRecord, line: Buffer, topic: string, record: TopicRecord | undefined): void {
  expect(letter.headers).toMatchObject({
    "__connect.errors.topic": topic,
    "engine.pipeline": "hostile",
    "engine.spec": expect.stringMatching(/^[0-9a-f]{16}$/),
    "__connect.errors.exception.message": expect.stringMatching(/./),
  });
  if (record === undefined) {
    expect(letter.headers).toMatchObject({ "engine.length": String(line.length), "engine.sha256": sha(line) });
    expect(letter.value.equals(line.subarray(0, 1024))).toBe(true);
    return;
  }
  expect(letter.headers).toMatchObject({
    "__connect.errors.partition": String(record.partition),
    "__connect.errors.offset": String(record.offset),
    "__connect.errors.timestamp": new Date(record.timestamp).toISOString(),
  });
  expect(letter.value.equals(line)).toBe(true);
}

describe("around them", () => {
  it("every good record is a document", () => {
    const missing = [...good, ...late, ...inside].filter(
      (line) => !stored.has(idOf(line)) && (JSON.parse(line.toString()) as { total: number }).total > 0,
    );
    expect(missing.map(String)).toEqual([]);
  });

  it("nothing else became one or a letter", () => {
    const documents = hostile.filter(({ document }) => document).length + files.filter(({ document }) => document).length;
    const positive = [...good, ...late, ...inside].filter(
      (line) => (JSON.parse(line.toString()) as { total: number }).total > 0,
    ).length;
    expect(stored.size).toBe(documents + positive);
    const wanted = [...hostile, ...files].flatMap((each) => each.letters);
    expect(letters.map(headersOf).sort()).toEqual(wanted.sort());
    expect(new Set(letters.map(({ key }) => key)).size).toBe(letters.length);
  });

  it("the books balance", () => {
    const free = good.filter((line) => (JSON.parse(line.toString()) as { total: number }).total === 0).length;
    const [ofLines, ofFiles] = ["good", "files"].map(
      (name) => [...stored.values()].filter((each) => (name === "good") === "total" in each).length,
    );
    const refusedAtSource = 2;
    const codes = Object.entries(summary.deadLetters ?? {}).flatMap(([node, counts]) =>
      Object.entries(counts).flatMap(([code, rows]) => Array<string>(rows).fill(`${node} ${code}`)),
    );
    expect(codes.sort()).toEqual(letters.map(headersOf).sort());
    expect(end.stderr).toContain("✗ lines: source/line-too-long");
    expect(summary).toMatchObject({
      read: mixed.length + late.length + inside.length + files.length,
      produced: mixed.length + late.length + inside.length + files.length - refusedAtSource,
      deadLettered: letters.length,
      filtered: free,
      gaps: 0,
      sinks: { store: { written: ofLines, repeats: 0 }, shelf: { written: ofFiles, repeats: 0 } },
    });
    // A row that only the aggregate refuses is a document too: one record, two outcomes.
    const both = letters.filter((letter) => letter.headers["__connect.errors.stage"] === "by_region").length;
    expect(both).toBe(2);
    expect((ofLines ?? 0) + (ofFiles ?? 0) + letters.length - both + free).toBe(summary.read);
    expect(end.events.filter((event) => event.event === "query" && ["failed", "restarting"].includes(event.state))).toEqual([]);
  });

  it("rows behind the watermark are counted as late, rows inside of it are summed", async () => {
    expect(summary.late).toBe(late.length);
    const told = end.events.flatMap((event) =>
      event.event === "batch" && event.query === "trend" ? [event.late.by_region ?? 0] : [],
    );
    expect(told.reduce((sum, each) => sum + each, 0)).toBe(late.length);
    const sums = new Map<string, { revenue: number; baskets: number }>();
    const lateIds = new Set(late.map(idOf));
    for (const row of stored.values()) {
      if (!("total" in row) || lateIds.has(String(row._id)) || (row.at as Date).getFullYear() > 2099) continue;
      const start = new Date(Math.floor((row.at as Date).getTime() / 60_000) * 60_000).toISOString();
      const { revenue, baskets } = sums.get(`${start} ${row.region}`) ?? { revenue: 0, baskets: 0 };
      sums.set(`${start} ${row.region}`, { revenue: revenue + Number(row.total), baskets: baskets + 1 });
    }
    // The record without a key is no document, but it has a time and a total: the windows count it.
    const nullKey = `${new Date(Math.floor(at / 60_000) * 60_000).toISOString()} West`;
    const west = sums.get(nullKey);
    if (west !== undefined) sums.set(nullKey, { revenue: west.revenue + 1, baskets: west.baskets + 1 });
    const windows = await db.collection("by_region").find().toArray();
    const found = windows.map(({ window_start, region, revenue, baskets }) => [
      `${(window_start as Date).toISOString()} ${region}`,
      { revenue: Number(revenue), baskets: Number(baskets) },
    ]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(sums));
  });
});
