import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Admin } from "kafkajs";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type Demo, type DemoOptions, startDemo } from "../../src/demo/index.ts";
import { httpSource } from "../../src/nodes/source.http/run.ts";
import type { SourceItem, SourceRunner } from "../../src/nodes/source-run.ts";
import { type IngestEvent, type IngestRequest, ingest, readTail } from "../../src/runtime/ingest/index.ts";
import { partitionOf } from "../../src/runtime/ingest/partition.ts";
import { createTopic, kafkaClient, kafkaConfig } from "../../src/runtime/kafka.ts";
import { readTopic, type TopicRecord } from "../support/truth.ts";

const bootstrap = process.env.ENGINE_TEST_KAFKA ?? "";
const kafka = { bootstrap };
const partitions = 2;
const faulty: Partial<DemoOptions> = { rate: 0, malformed: 0.01, missing: 0.01, duplicates: 0.01, late: 0.02 };

let admin: Admin;
let demo: Demo | undefined;
let made = 0;
beforeAll(async () => {
  admin = kafkaClient(kafka).admin();
  await admin.connect();
});
afterAll(() => admin.disconnect());
afterEach(async () => {
  vi.restoreAllMocks();
  await demo?.stop();
  demo = undefined;
});

/** A new topic with its dead letters. */
async function topics(settings: Record<string, string> = {}): Promise<{ topic: string; deadLetters: string }> {
  const topic = `ingest-${process.pid}-${Date.now()}-${made++}`;
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  const topics = [
    { topic, numPartitions: partitions, configEntries },
    { topic: `${topic}.dead-letters`, numPartitions: 1 },
  ];
  await Promise.all(topics.map((each) => createTopic(admin, each)));
  return { topic, deadLetters: `${topic}.dead-letters` };
}

type Names = { topic: string; deadLetters: string };
const common = { kafka, partitions, key: ["transaction_id"], pipeline: "retail", specHash: "0123456789abcdef" };

function fromDemo(names: Names, url: string, more: Partial<IngestRequest> = {}): IngestRequest {
  const config = {
    url: `${url}/stream`,
    format: "ndjson",
    headers: {},
    maxLine: "1MiB",
    idleTimeout: "60s",
    resume: { parameter: "from" },
  };
  const source = { node: "transactions", runner: httpSource, config, resumable: true };
  return { ...common, ...names, source, once: true, signal: new AbortController().signal, report: () => {}, ...more };
}

/** A source that hands over what it is given, from where it is asked to. */
function fromList(
  names: Names,
  items: SourceItem[],
  more: Partial<IngestRequest> & { node?: string; resumable?: boolean } = {},
): IngestRequest {
  const { node = "list", resumable = true, ...rest } = more;
  const runner: SourceRunner<never> = {
    async run({ emit, resumeFrom = 0 }) {
      await emit(resumable ? items.map((item, sequence) => ({ ...item, sequence })).slice(resumeFrom) : items);
      return "ended";
    },
  };
  const source = { node, runner, config: {}, resumable };
  return { ...common, ...names, source, once: true, signal: new AbortController().signal, report: () => {}, ...rest };
}
const record = (text: string): SourceItem => ({ kind: "record", bytes: Buffer.from(text) });

const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const sequenceOf = (each: TopicRecord) => Number(each.headers["engine.seq"]);
const bySequence = (records: TopicRecord[]) => records.toSorted((a, b) => sequenceOf(a) - sequenceOf(b));

/** The topic holds exactly what the simulator sent, each record once, in its place. */
async function expectEachOnce(topic: string, sent: Demo, count: number): Promise<void> {
  const records = bySequence(await readTopic(bootstrap, topic));
  expect(records).toHaveLength(count);
  const truth = [...sent.sent(0, count)];
  expect(records.map(sequenceOf)).toEqual(truth.map((row) => row.seq));
  expect(records.map((each) => sha(each.value))).toEqual(truth.map((row) => row.sha256));
  for (const [index, { key, partition, headers }] of records.entries()) {
    expect(headers["engine.source"]).toBe("transactions");
    expect(Number(headers["engine.acked"])).toBeLessThan(index);
    if (key !== null) expect(partition).toBe(partitionOf(Buffer.from(key), partitions));
    if (truth[index]?.kind !== "malformed") expect(key).toBe(truth[index]?.transaction_id);
  }
}

describe("a whole run", () => {
  test("writes what was sent, byte for byte, by key", async () => {
    const names = await topics();
    demo = await startDemo({ ...faulty, records: 20_000 });
    const events: IngestEvent[] = [];
    const result = await ingest(fromDemo(names, demo.url, { report: (event) => events.push(event) }));
    expect(result).toMatchObject({ read: 20_000, produced: 20_000, deadLettered: 0, skipped: 0, gaps: [] });
    expect(Object.values(result.endOffsets).reduce((sum, offset) => sum + offset, 0)).toBe(20_000);
    expect(events.at(-1)).toEqual({
      event: "ingest",
      node: "transactions",
      read: 20_000,
      produced: 20_000,
      deadLettered: 0,
      dead: {},
      skipped: 0,
    });
    await expectEachOnce(names.topic, demo, 20_000);
  });

  test("ends after exactly as many records as asked for, and goes on from there", async () => {
    const names = await topics();
    demo = await startDemo({ ...faulty });
    expect(await ingest(fromDemo(names, demo.url, { limit: 1234, once: false }))).toMatchObject({ read: 1234, produced: 1234 });
    expect(await ingest(fromDemo(names, demo.url, { limit: 766, once: false }))).toMatchObject({
      read: 766,
      produced: 766,
      skipped: 0,
    });
    await expectEachOnce(names.topic, demo, 2000);
  });
});

describe("each record once", () => {
  test("after runs that were stopped at random points", async () => {
    const names = await topics();
    const sent = await startDemo({ ...faulty, records: 20_000 });
    demo = sent;
    let read = 0;
    for (let runs = 0; read < 20_000; runs++) {
      const stop = new AbortController();
      const after = runs < 10 ? Math.random() * 4000 : Number.POSITIVE_INFINITY;
      const report = (event: IngestEvent) => {
        if (event.event === "ingest" && event.read >= after) stop.abort();
      };
      const result = await ingest(fromDemo(names, sent.url, { signal: stop.signal, report, limits: { batchRecords: 100 } }));
      expect(result.skipped).toBe(0);
      read += result.read;
    }
    await expectEachOnce(names.topic, sent, 20_000);
  });

  test("after producers that were killed at random points", async () => {
    const names = await topics();
    const sent = await startDemo({ ...faulty, records: 20_000 });
    demo = sent;
    let kills = 0;
    for (let over = false; !over; ) {
      const child = spawnIngest(names, sent.url);
      const [line] = (await once(child.stdout, "data")) as [Buffer];
      expect(line.toString()).toMatch(/connected/);
      // The whole takes about a second: most of these kills meet a batch on its way.
      const killed = kills < 6 && (await Promise.race([delay(Math.random() * 120, true), once(child, "exit").then(() => false)]));
      if (killed) {
        child.kill("SIGKILL");
        kills++;
      }
      const [code] = child.exitCode !== null ? [child.exitCode] : await once(child, "exit");
      over = code === 0;
      if (!over) expect(child.signalCode).toBe("SIGKILL");
    }
    expect(kills).toBeGreaterThan(0);
    await expectEachOnce(names.topic, sent, 20_000);
  });

  test("after connections that were cut with requests on their way", async () => {
    const names = await topics();
    const sent = await startDemo({ ...faulty, records: 20_000 });
    demo = sent;
    let produces = 0;
    let cuts = 0;
    const connect = net.connect.bind(net) as (...args: unknown[]) => net.Socket;
    vi.spyOn(net, "connect").mockImplementation(((...args: unknown[]) => {
      const socket = connect(...args);
      const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
      socket.write = ((chunk: Buffer, ...rest: unknown[]) => {
        const written = write(chunk, ...rest);
        // Only batches of records are so long. Some are cut off before the answer, some after it.
        if (chunk.length > 20_000 && ++produces % 5 === 0) {
          cuts++;
          setTimeout(() => socket.destroy(new Error("cut")), Math.random() * 4);
        }
        return written;
      }) as net.Socket["write"];
      return socket;
    }) as typeof net.connect);
    const events: IngestEvent[] = [];
    const report = (event: IngestEvent) => events.push(event);
    const result = await ingest(fromDemo(names, sent.url, { report, limits: { batchRecords: 500 } }));
    vi.restoreAllMocks();
    expect(cuts).toBeGreaterThan(3);
    expect(result).toMatchObject({ read: 20_000, produced: 20_000 });
    const states = events.flatMap((event) => (event.event === "service" ? [event.state] : []));
    expect(states).toContain("degraded");
    expect(states.at(-1)).toBe("ready");
    await expectEachOnce(names.topic, sent, 20_000);
  });
});

/** Ingest in a process of its own, from the built package. */
function spawnIngest(names: Names, url: string) {
  const { report: _report, signal: _signal, source, ...rest } = fromDemo(names, url);
  const dist = new URL("../../dist/", import.meta.url).href;
  const script = `
    import { ingest } from "${dist}runtime/ingest/index.js";
    import { httpSource } from "${dist}nodes/source.http/run.js";
    const request = ${JSON.stringify({ ...rest, source: { ...source, runner: null } })};
    request.source.runner = httpSource;
    request.limits = { batchRecords: 200 };
    request.signal = new AbortController().signal;
    request.report = (event) => console.log(JSON.stringify(event));
    await ingest(request);`;
  return spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
}

describe("what Kafka does not take", () => {
  test("a line over the cap is a dead letter with its head, length and hash", async () => {
    const names = await topics();
    demo = await startDemo({ ...faulty, records: 50 });
    const request = fromDemo(names, demo.url);
    request.source.config = { ...request.source.config, url: `${demo.url}/stream?hugeAt=20&hugeBytes=30000000` };
    expect(await ingest(request)).toMatchObject({ read: 50, produced: 49, deadLettered: 1 });
    const [letter, ...others] = await readTopic(bootstrap, names.deadLetters);
    expect(others).toEqual([]);
    expect(letter?.key).toBe("transactions|source|20");
    expect(letter?.value).toEqual(Buffer.alloc(1024, "x"));
    expect(letter?.headers).toMatchObject({
      "__connect.errors.topic": names.topic,
      "__connect.errors.stage": "transactions",
      "__connect.errors.class.name": "source/line-too-long",
      "engine.pipeline": "retail",
      "engine.spec": "0123456789abcdef",
      "engine.length": "30000000",
      "engine.sha256": sha(Buffer.alloc(30_000_000, "x")),
    });
  });

  test("a record too large for the topic is found among its batch; all others are written", async () => {
    const names = await topics({ "max.message.bytes": "20000" });
    const long = `{"transaction_id":"long","text":"${"y".repeat(30_000)}"}`;
    const items = Array.from({ length: 300 }, (_, n) => record(n === 77 || n === 299 ? long : `{"transaction_id":"${n}"}`));
    // Batches as large as these do not fit either: they are halved until they do.
    const result = await ingest(fromList(names, items));
    expect(result).toMatchObject({ read: 300, produced: 298, deadLettered: 2 });
    const records = bySequence(await readTopic(bootstrap, names.topic));
    expect(records.map(sequenceOf)).toEqual(Array.from({ length: 299 }, (_, n) => n).filter((n) => n !== 77));
    const letters = await readTopic(bootstrap, names.deadLetters);
    expect(letters.map((each) => each.key)).toEqual(["list|source|77", "list|source|299"]);
    expect(letters[0]?.headers).toMatchObject({
      "__connect.errors.class.name": "source/record-too-large",
      "engine.sha256": sha(Buffer.from(long)),
    });
    expect(letters[0]?.value.length).toBe(1024);
  });
});

describe("the topic's tail", () => {
  test("lets a source that cannot resume go on counting, and tells the gap", async () => {
    const names = await topics();
    const first = await ingest(fromList(names, [record("{}"), record("{}"), record("{}")], { resumable: false }));
    expect(first.gaps).toEqual([]);
    const second = await ingest(fromList(names, [record("{}"), record("{}")], { resumable: false }));
    expect(second).toMatchObject({ read: 2, produced: 2, skipped: 0 });
    expect(second.gaps).toHaveLength(1);
    const records = bySequence(await readTopic(bootstrap, names.topic));
    expect(records.map(sequenceOf)).toEqual([0, 1, 2, 3, 4]);
    // Each partition's part of a batch gets its own timestamp; the youngest record counts.
    const youngest = Math.max(...records.slice(0, 3).map(({ timestamp }) => timestamp));
    expect(Date.parse(second.gaps[0]?.from ?? "")).toBe(youngest);
  });

  test("keeps the cursor of the last record that is acknowledged, and the next run goes on there", async () => {
    const names = await topics();
    const given: (string | undefined)[] = [];
    const follow = (...cursors: string[]): IngestRequest => {
      const request = fromList(names, [], { resumable: false });
      const runner: SourceRunner<never> = {
        hasCursor: () => true,
        async run({ cursor, emit }) {
          given.push(cursor);
          await emit(cursors.map((each) => ({ ...record("{}"), cursor: each })));
          return "ended";
        },
      };
      return { ...request, source: { ...request.source, runner } };
    };
    await ingest({ ...follow("one", "zwei €", "three"), limit: 2 });
    const second = await ingest(follow("three", "four"));
    expect(second).toMatchObject({ read: 2, produced: 2, gaps: [] });
    expect(given).toEqual([undefined, "zwei €"]);
    expect(await readTail(kafkaConfig(kafka), names.topic, "list")).toMatchObject({ floor: 3, cursor: "four" });
  });

  test("is read for each source apart, past thousands of another's records", async () => {
    const names = await topics();
    await ingest(fromList(names, [record("{}"), record("{}")], { node: "a" }));
    await ingest(
      fromList(
        names,
        Array.from({ length: 12_000 }, () => record("{}")),
        { node: "b" },
      ),
    );
    expect(await readTail(kafkaConfig(kafka), names.topic, "a")).toMatchObject({ floor: 1, present: new Set() });
    const tail = await readTail(kafkaConfig(kafka), names.topic, "b");
    expect(tail.last?.sequence).toBe(11_999);
    expect(tail.floor).toBe(11_999);
    expect(await readTail(kafkaConfig(kafka), names.topic, "c")).toEqual({ floor: -1, present: new Set(), last: undefined });
    // The source is asked for what follows the floor alone, so nothing of what came before is read again.
    expect(await ingest(fromList(names, [record("{}"), record("{}"), record("{}")], { node: "a" }))).toMatchObject({
      read: 1,
      produced: 1,
      skipped: 0,
    });
    const ofA = (await readTopic(bootstrap, names.topic)).filter(({ headers }) => headers["engine.source"] === "a");
    expect(ofA.map(sequenceOf).sort()).toEqual([0, 1, 2]);
  });

  test("says what of a half-written batch is there", async () => {
    const names = await topics();
    const producer = kafkaClient(kafka).producer({ createPartitioner: () => () => 1, allowAutoTopicCreation: false });
    await producer.connect();
    const write = (sequence: number, acked: number) =>
      producer.send({
        topic: names.topic,
        messages: [
          {
            value: `{"n":${sequence}}`,
            headers: { "engine.source": "list", "engine.seq": String(sequence), "engine.acked": String(acked) },
          },
        ],
      });
    for (const [sequence, acked] of [
      [0, -1],
      [1, 0],
      [3, 1],
      [5, 1],
    ] as const)
      await write(sequence, acked);
    await producer.disconnect();
    const items = Array.from({ length: 8 }, (_, n) => record(`{"n":${n}}`));
    expect(await ingest(fromList(names, items))).toMatchObject({ read: 4, produced: 4, skipped: 2 });
    const records = bySequence(await readTopic(bootstrap, names.topic));
    expect(records.map((each) => each.value.toString())).toEqual(items.map((_, n) => `{"n":${n}}`));
  });
});

test("a Kafka that stays away ends the run with a clear word", async () => {
  const names = await topics();
  const connect = net.connect.bind(net) as (...args: unknown[]) => net.Socket;
  let away = false;
  const open = new Set<net.Socket>();
  vi.spyOn(net, "connect").mockImplementation(((options: { port: number }, ...rest: unknown[]) => {
    // Port 1 of the loopback refuses.
    const socket = connect(away ? { ...options, port: 1 } : options, ...rest);
    open.add(socket);
    return socket;
  }) as typeof net.connect);
  const runner: SourceRunner<never> = {
    async run({ emit }) {
      await emit([{ ...record("{}"), sequence: 0 }]);
      await delay(100);
      away = true;
      for (const socket of open) socket.destroy(new Error("cut"));
      await emit([{ ...record("{}"), sequence: 1 }]);
      return "ended";
    },
  };
  const events: IngestEvent[] = [];
  const request = fromList(names, [], { retryForMs: 1500, report: (event) => events.push(event) });
  request.source.runner = runner;
  await expect(ingest(request)).rejects.toMatchObject({ name: "EnvironmentProblem", code: "kafka/lost" });
  expect(events.filter((event) => event.event === "service").map((event) => event.state)).toContain("degraded");
});
