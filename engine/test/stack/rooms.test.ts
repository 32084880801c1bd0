import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { cp, mkdir, rename, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { dirname, join } from "node:path";
import { json } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { type IHeaders, Kafka, logLevel } from "kafkajs";
import { Decimal128, type Document, Double, MongoClient, ObjectId } from "mongodb";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { SummaryEvent } from "../../src/runtime/events.ts";
import { type EngineEnd, openProject, runEngine, startEngine, summaryOf } from "../support/project.ts";
import { serve, type TestServer } from "../support/test-server.ts";
import { readTopic, type TopicRecord } from "../support/truth.ts";

/** What the masked values are hashed with. */
const ROOMS_SALT = "the salt of the rooms";

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
  - id: by_kind
    type: transform.split
    from: sound
    config:
      outputs: { refunds: total < 0, shares: total % parts = 0, nothing: total = 1 }
  - { id: aside, type: transform.union, from: [sound.broken, by_kind.refunds], config: { missing: fill } }
  - { id: set_aside, type: sink.mongodb, from: aside, config: { collection: aside, key: id } }
  - { id: taken_apart, type: transform.explode, from: by_kind.shares, config: { list: items, as: item, index: at_place } }
  - id: priced
    type: transform.select
    from: taken_apart
    config:
      keep: [id, at_place]
      compute: { sku: item.sku, each: item.price / item.quantity }
  - id: shelved
    type: transform.lookup
    from: priced
    config:
      on: { sku: sku }
      columns: { sku: string!, shelf: int! }
      rows: [{ sku: s0, shelf: 10 }, { sku: s1, shelf: 11 }, { sku: s2, shelf: 12 }, { sku: s3, shelf: 13 }, { sku: s4, shelf: 14 }, { sku: s5, shelf: 15 }]
      missing: drop
  - { id: masked, type: transform.mask, from: shelved, config: { salt: "\${env:ROOMS_SALT}", hash: [sku] } }
  - { id: items, type: sink.mongodb, from: masked, config: { collection: items, key: [id, at_place] } }
  - id: known
    type: transform.filter
    from: shop_stream
    config: { where: total >= 0 and total < 4 }
  - { id: whole, type: transform.select, from: known, config: { keep: [id, at, parts], compute: { total: cast(total as int) } } }
  - id: guessed
    type: transform.model
    from: whole
    config:
      model: models/many.onnx
      inputs: { basket: [total, parts], store: total }
      outputs: { sum: { from: sum, type: double }, name: { from: name, type: string } }
  - id: shared
    type: transform.python
    from: guessed
    config:
      file: python/orders.py
      function: share
      inputs: { total: sum, parts: parts, at: at }
      columns: { share: double, later: timestamp, told: { words: [string], by: map(int) } }
  - { id: guesses, type: sink.mongodb, from: shared, config: { collection: guesses, key: id } }
  - id: web
    type: source.http
    config: { url: "\${env:ROOMS_URL}/web", idleTimeout: 10m, columns: { id: string, at: timestamp, total: double! } }
  - { id: web_stream, type: kafka.topic, from: web, config: { topic: rooms.web, partitions: 2, key: id } }
  - { id: once, type: transform.deduplicate, from: web_stream, config: { key: id, on: at, within: 10m } }
  - id: in_file
    type: transform.lookup
    from: once
    config: { on: { id: order }, columns: { order: string!, said: string!, weight: "decimal(8,3)" }, file: tables/said.csv, refresh: 200ms, prefix: file_ }
  - id: in_kept
    type: transform.lookup
    from: in_file
    config: { on: { id: order }, columns: { order: string!, said: string!, weight: "decimal(8,3)" }, collection: said, refresh: 1s, prefix: kept_ }
  - id: in_live
    type: transform.lookup
    from: in_kept
    config: { on: { id: order }, columns: { order: string!, said: string!, more: { shelf: int, since: date } }, collection: said, mode: live, prefix: live_ }
  - { id: web_orders, type: sink.mongodb, from: in_live, config: { collection: web, key: id } }
  - id: per_minute
    type: transform.aggregate
    from: once
    config:
      window: { on: at, size: 1m, watermark: 10m }
      compute: { orders: count(*), revenue: sum(total) }
  - { id: trend, type: sink.mongodb, from: per_minute, config: { collection: per_minute, key: window_start } }
  - { id: of_shop, type: transform.select, from: shop_stream, config: { keep: [at, total] } }
  - { id: of_web, type: transform.select, from: web_stream, config: { keep: [at, total] } }
  - { id: everything, type: transform.union, from: [of_shop, of_web], config: { watermark: { on: at, delay: 10m } } }
  - id: per_hour
    type: transform.aggregate
    from: everything
    config:
      window: { on: at, size: 1h, watermark: 10m }
      compute: { orders: count(*) }
  - { id: pace, type: sink.mongodb, from: per_hour, config: { collection: per_hour, key: window_start } }
  - { id: so_far, type: transform.aggregate, from: shop_stream, config: { by: [total], compute: { orders: count(*), parts: sum(parts) } } }
  - { id: totals, type: sink.mongodb, from: so_far, config: { collection: totals, key: total } }
  - { id: best, type: transform.top, from: shop_stream, config: { window: { on: at, size: 1m, watermark: 10m }, n: 3, highest: total, rank: place } }
  - { id: leaders, type: sink.mongodb, from: best, config: { collection: leaders, key: [window_start, place] } }
  - id: shopped
    type: source.http
    config: { url: "\${env:ROOMS_URL}/shopped", columns: { order: string, at: timestamp!, total: double! } }
  - { id: shopped_stream, type: kafka.topic, from: shopped, config: { topic: rooms.shopped, partitions: 1 } }
  - id: paid
    type: source.http
    config: { url: "\${env:ROOMS_URL}/paid", columns: { of: string, at: timestamp!, method: string } }
  - { id: paid_stream, type: kafka.topic, from: paid, config: { topic: rooms.paid, partitions: 1 } }
  - id: settled
    type: transform.join
    from: { right: paid_stream, left: shopped_stream }
    config:
      kind: left
      on: { order: of }
      after: 5m
      left: { time: at, watermark: 1m }
      right: { time: at, watermark: 1m }
      prefix: paid_
  - { id: settlements, type: sink.mongodb, from: settled, config: { collection: settled, key: order } }
  - id: made
    type: source.generator
    config:
      columns: { id: string!, at: timestamp!, total: double! }
      rules: { id: { count: 1 }, at: { start: "2026-01-05T12:00:00Z" }, total: { between: [1, 9] } }
      rate: 100000
      records: 200
      faults: { malformed: 0.1, repeated: 0.1 }
  - { id: made_stream, type: kafka.topic, from: made, config: { topic: rooms.made, partitions: 2 } }
  - id: sold
    type: source.file
    config:
      path: data/sold-*.csv*
      format: csv
      csv: { delimiter: ";" }
      columns: { id: string!, at: timestamp!, total: double! }
      replay: { pace: at, speed: 10000 }
      metadata: { arrived: timestamp, who: key }
  - { id: sold_stream, type: kafka.topic, from: sold, config: { topic: rooms.sold, partitions: 2, key: id } }
  - id: given
    type: source.kafka
    config:
      topic: rooms.given
      columns: { id: string!, at: timestamp!, total: double! }
      start: 2026-01-05T12:00:00Z
      metadata: { arrived: timestamp, who: key, trace: header.trace, place: partition, number: offset, of_topic: topic }
  - { id: united, type: transform.union, from: [made_stream, sold_stream, given], config: { missing: fill } }
  - id: per_arrival
    type: transform.aggregate
    from: given
    config:
      window: { on: arrived, size: 30m, watermark: 10m }
      by: [place]
      compute: { orders: count(*) }
  - { id: arrivals, type: sink.mongodb, from: per_arrival, config: { collection: arrivals, key: [window_start, place] } }
  - id: scored
    type: transform.http
    from: united
    config:
      url: \${env:ROOMS_URL}/score
      auth: { type: bearer, secret: "\${env:ROOMS_SALT}" }
      body: { id: id, total: total }
      batch: 20
      answer: scores
      key: id
      columns: { score: double }
      paths: { score: by.0.score }
      onError: keep
  - { id: gathered, type: sink.mongodb, from: scored, config: { collection: gathered, key: id } }
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

/** Orders of the web, which come more than once. */
interface WebOrder {
  id: string | null;
  at: string | null;
  total: number;
  /** Makes the record a large one, which is computed twice where the batch is small. */
  note?: string;
}

const MINUTE = 60_000;
const newest = Date.UTC(2026, 0, 5, 15);
const time = (minutesAgo: number) => new Date(newest - minutesAgo * MINUTE).toISOString();
const webOrder = (n: number): WebOrder => ({ id: `w${n}`, at: time((n % 45) / 10), total: (n % 9) + 0.5 });
const web = Array.from({ length: 300 }, (_, n) => webOrder(n));
const first: WebOrder[] = [
  ...web.flatMap((order, n) => (n % 3 === 0 ? [order, order] : [order])),
  { ...webOrder(300), note: "x".repeat(20_000) },
  { id: null, at: time(1), total: 1 },
  { id: "timeless", at: null, total: 1 },
  { id: "ahead", at: "2100-01-01T00:00:00Z", total: 1 },
];
/** Sent once the watermark has moved: what is late, what was seen before, and what is new. */
const late = Array.from({ length: 5 }, (_, n): WebOrder => ({ id: `late${n}`, at: time(60 + n), total: 1 }));
const then: WebOrder[] = [...late, ...web.slice(0, 40), ...Array.from({ length: 20 }, (_, n) => webOrder(400 + n))];

/** What the tables of lookups say of the orders of the web. Every tenth is not in them. */
const saidOf = (n: number, when: string) => (n % 10 === 9 ? null : { said: `${when} "${n}"`, weight: `${n}.125` });
const saidTable = (when: string) => {
  const rows = Array.from({ length: 450 }, (_, n) => [n, saidOf(n, when)] as const);
  return rows.flatMap(([n, row]) => (row === null ? [] : [{ order: `w${n}`, ...row }]));
};
const saidCsv = (when: string) =>
  [
    "weight,order,said",
    ...saidTable(when).map(({ order, said, weight }) => `${weight},${order},"${said.replaceAll('"', '""')}"`),
  ].join("\n");

/** Orders whose documents cannot be used: why, and the node that finds it out. */
const unusable: Record<string, { node: string; code: string; why: string }> = {
  w19: { node: "in_kept", code: "lookup/duplicate-key", why: "the documents `_id: w19` and `_id: w19 again` have the same key" },
  w29: {
    node: "in_kept",
    code: "lookup/wrong-value",
    why: 'the document `_id: w29` does not fit: column `weight` wants decimal(8,3), not "heavy"',
  },
  w39: {
    node: "in_live",
    code: "lookup/wrong-value",
    why: "the document `_id: w39` does not fit: column `more.shelf` wants an int, not 1.5",
  },
};

/** The same in a collection, with values of MongoDB's own types. */
const saidDocuments = (when: string): Document[] => {
  const plain = { said: `${when} unusable`, weight: 1, more: { shelf: 1 } };
  return [
    ...saidTable(when).map(({ order, said, weight }, n) => ({
      ...{ _id: new ObjectId(), order, said, weight: Decimal128.fromString(weight), seen: n },
      more: { shelf: Double.fromString(String(n)), since: new Date(Date.UTC(2026, 0, 1 + (n % 9))), left: "out" },
    })),
    { _id: "w19", order: "w19", ...plain },
    { _id: "w19 again", order: "w19", ...plain },
    { _id: "w29", order: "w29", ...plain, weight: "heavy" },
    { _id: "w39", order: "w39", ...plain, more: { shelf: 1.5 } },
    { _id: "nobody", order: 7, ...plain },
  ];
};

/** Orders, and payments of two in three of them, up to six minutes later. The last of each comes so late that all others have waited long enough. */
const minutesOn = (minutes: number) => new Date(Date.UTC(2026, 0, 5, 12, minutes)).toISOString();
const shopped = [...Array(60).keys(), 90].map((n) => ({ order: `s${n}`, at: minutesOn(n), total: n }));
const payments = shopped.flatMap(({ order, total: n }) =>
  n % 3 === 0 ? [] : [{ of: order, at: minutesOn(n + (n % 7)), method: n % 2 === 0 ? "card" : "cash" }],
);
const paid = [
  ...payments.sort((a, b) => (a.at < b.at ? -1 : 1)),
  { of: null, at: minutesOn(70), method: "cash" },
  { of: "s0", at: "2100-01-01T00:00:00.000Z", method: "card" },
  { of: "nobody", at: minutesOn(90), method: "card" },
];

/** What stands in files: the first line of each names the columns, ids have line ends, and two rows are none. */
const sold = Array.from({ length: 150 }, (_, n): WebOrder => ({ id: `sold ${n}\n"here"`, at: time(60 - n / 5), total: n / 4 }));
const wrongRows = ["sold 1;2", "sold 2;2026-01-05T12:00:00Z;1,5"];
const csv = (some: readonly WebOrder[]) =>
  ["at;id;total", ...some.map(({ id, at, total }) => `${at};"${id?.replaceAll('"', '""')}";${total}`)].join("\r\n");

/** What somebody else has put into a topic of theirs: the first hour of it came before the time from which it is read. */
const given = Array.from({ length: 120 }, (_, n): WebOrder => ({ id: `given ${n}`, at: time(n / 4), total: n / 2 }));
const arrivedAt = (n: number) => Date.UTC(2026, 0, 5, 11, n);
const isRead = (n: number) => arrivedAt(n) >= Date.UTC(2026, 0, 5, 12);
const unreadableGiven = [null, '{"id":1,"at":"soon"}'];
const keyOfGiven = (n: number) => (n % 10 === 0 ? null : `k ${n % 7} ü`);
/** Of several headers of a name the last counts. */
const headersOfGiven = (n: number): IHeaders =>
  [{}, { trace: `t${n}` }, { trace: ["first", `t${n}`] }, { other: "x" }][n % 4] ?? {};
const traceOfGiven = (n: number) => (n % 4 === 1 || n % 4 === 2 ? `t${n}` : null);
/** What is no text though a column is made of it. */
const noText = [{ key: Buffer.of(0xfe) }, { headers: { trace: Buffer.of(0xff) } }];
const ofNoText = noText.map((_, n) => JSON.stringify({ ...given[n], id: `given without text ${n}` }));
const aborted: WebOrder = { id: "given and taken back", at: time(1), total: 1 };

/** A topic as others fill it: records with times of their own, one without a value, and a transaction that is aborted between two that are not. */
async function fillGiven(kafka: Kafka): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const configEntries = [{ name: "retention.ms", value: "-1" }];
  await admin.createTopics({ topics: [{ topic: "rooms.given", numPartitions: 3, configEntries }], waitForLeaders: true });
  await admin.disconnect();
  const producer = kafka.producer({ transactionalId: "rooms.given", idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  type More = (i: number) => { key?: string | Buffer | null; headers?: IHeaders };
  const send = async (values: (string | null)[], minute: (i: number) => number, more: More = () => ({}), isKept = true) => {
    const transaction = await producer.transaction();
    const messages = values.map((value, i) => ({
      ...{ value, partition: i % 3, timestamp: String(arrivedAt(minute(i))) },
      ...more(i),
    }));
    await transaction.send({ topic: "rooms.given", messages });
    await (isKept ? transaction.commit() : transaction.abort());
  };
  await send(
    given.map((order) => JSON.stringify(order)),
    (n) => n,
    (n) => ({ key: keyOfGiven(n), headers: headersOfGiven(n) }),
  );
  await send([JSON.stringify(aborted)], () => 130, undefined, false);
  await send(unreadableGiven, () => 140);
  await send(
    ofNoText,
    () => 140,
    (n) => noText[n] ?? {},
  );
  await producer.disconnect();
}

const isRefused = (id: string) => id.startsWith("sold 7");
const isUnreadable = (id: string) => id.startsWith("sold 14");
/** How many rows each request was for. */
const sizes: number[] = [];

/** Away when it is first asked, in no order, and refuses a list for one of its rows. */
async function score(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const rows = (await json(request)) as WebOrder[];
  sizes.push(rows.length);
  response.statusCode = request.headers.authorization !== `Bearer ${ROOMS_SALT}` ? 401 : sizes.length === 1 ? 503 : 200;
  if (rows.some(({ id }) => isRefused(id ?? ""))) response.statusCode = 422;
  const scores = rows.map(({ id, total }) => ({ by: [{ score: isUnreadable(id ?? "") ? "much" : total * 2 }], id }));
  response.end(JSON.stringify({ scores: scores.reverse() }));
}

const project = openProject(inject("project"));
const mongo = new MongoClient(inject("mongodb"));
const db = mongo.db("rooms");
let server: TestServer;
let end: EngineEnd;
let summary: SummaryEvent;
let letters: TopicRecord[];
let made: TopicRecord[];
/** What the web sends in a second run, in which the shop sends nothing. */
let again: WebOrder[] = [];

beforeAll(async () => {
  await mongo.connect();
  let moved = () => {};
  const watermark = new Promise<void>((resolve) => {
    moved = resolve;
  });
  server = await serve(async (request, response) => {
    const { url } = request;
    if (url === "/score") return score(request, response);
    if (url === "/shopped" || url === "/paid")
      return response.end(again.length > 0 ? "" : lines(url === "/paid" ? paid : shopped));
    if (again.length > 0) return response.end(url === "/web" ? lines(again) : "");
    if (url === "/shop") return response.end(lines(orders) + unreadable.join(""));
    response.write(lines(first));
    await watermark;
    response.end(lines(then));
  });
  await fillGiven(new Kafka({ brokers: [inject("kafka")], logLevel: logLevel.NOTHING }));
  await writeFile(join(project.dir, "pipelines/rooms.yaml"), SPEC);
  for (const file of ["models/many.onnx", "python/orders.py"])
    await cp(new URL(`../beside/${file}`, import.meta.url), join(project.dir, "pipelines", file));
  await mkdir(join(project.dir, "data"), { recursive: true });
  await writeFile(join(project.dir, "data/sold-1.csv"), `${csv(sold.slice(0, 100))}\n${wrongRows.join("\n")}\n`);
  await writeFile(join(project.dir, "data/sold-2.csv.gz"), gzipSync(csv(sold.slice(100))));
  const said = join(project.dir, "pipelines/tables/said.csv");
  const say = async (when: string) => {
    await writeFile(`${said}.new`, saidCsv(when));
    await rename(`${said}.new`, said);
    // At once: nobody finds half of the collection.
    await db.collection("said_new").insertMany(saidDocuments(when));
    await db.collection("said_new").rename("said", { dropTarget: true });
  };
  await mkdir(dirname(said));
  await say("first");
  const engine = startEngine(project, ["run", "pipelines/rooms.yaml", "--once"], { ROOMS_URL: server.url, ROOMS_SALT });
  // Spark leaves out what is behind the watermark of the batch before: this one has to have been in force once, in both queries.
  const inForce = ["web_orders", "trend"].map((query) =>
    engine.event("batch", (batch) => batch.query === query && batch.watermark === time(10)),
  );
  const changeTables = async () => {
    const seen = ["in_file", "in_kept"].map((node) => engine.event("table", (event) => event.node === node));
    await say("then");
    await Promise.all(seen);
  };
  await Promise.race([Promise.all(inForce).then(changeTables).then(moved), engine.ended]);
  end = await engine.ended;
  summary = summaryOf(end);
  letters = await readTopic(inject("kafka"), "rooms.dead-letters");
  made = await readTopic(inject("kafka"), "rooms.made");
});
afterAll(async () => {
  await server.close();
  await mongo.close();
});

const unreadable = ["no JSON\n", '{"id": 1}\n', "[]\n"];
const lines = (records: readonly object[]) => records.map((record) => `${JSON.stringify(record)}\n`).join("");
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
/** The lookup knows the shelves of all but one. */
const [shelved, unshelved] = [true, false].map((isKnown) =>
  items.filter(({ quantity, sku }) => quantity !== 0 && (sku !== "s6") === isKnown),
) as [typeof items, typeof items];

describe("transform.check", () => {
  it("sends what breaks a rule to its own output, with the names of the rules", async () => {
    const found = await db
      .collection("aside")
      .find({ broken_rules: { $ne: null } })
      .toArray();
    expect(found.map(({ id, broken_rules: names }) => ({ id, names })).sort(byId)).toEqual(broken.sort(byId));
  });

  it("counts by rule, whatever becomes of the rows", () => {
    const by = (rule: string) => broken.filter(({ names }) => names.includes(rule)).length;
    const equal = (total: number) => orders.filter((order) => order.total === total).length;
    expect(summary.broken).toEqual({
      strict: { not_seven: equal(7), not_eight: equal(8) },
      sound: { early: by("early"), small: by("small") },
      scored: {
        accepted: sold.filter(({ id }) => isRefused(id ?? "")).length,
        readable: sold.filter(({ id }) => isUnreadable(id ?? "")).length,
      },
    });
    expect(broken.some(({ names }) => names.length === 2)).toBe(true);
  });
});

describe("transform.split", () => {
  it("sends each row one way", async () => {
    expect(Math.min(refunds.length, shares.length)).toBeGreaterThan(100);
    const found = await db.collection("aside").find({ broken_rules: null }).toArray();
    expect(new Set(found.map(({ _id }) => String(_id)))).toEqual(idsOf(refunds));
  });

  it("tells of the rows whose condition failed once, although two queries saw them", () => {
    const found = lettersOf("by_kind").map(({ value }) => (JSON.parse(value.toString()) as Order).id);
    expect(found.sort()).toEqual([...idsOf(unasked)].sort());
  });
});

const hashed = (text: string) => createHmac("sha256", ROOMS_SALT).update(text).digest("hex");

describe("transform.mask", () => {
  it("hashes with a salt that stands in no file of the run and in none of its events", async () => {
    expect(new Set(await db.collection("items").distinct("sku"))).toEqual(new Set(shelved.map(({ sku }) => hashed(sku))));
    const written = readdirSync(join(project.dir, ".engine/runs/local/rooms"), { recursive: true, withFileTypes: true });
    const texts = written
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"));
    expect(texts.some((text) => text.includes("steps.mask.apply"))).toBe(true);
    expect(texts.filter((text) => text.includes(ROOMS_SALT))).toEqual([]);
    expect(JSON.stringify(end)).not.toContain(ROOMS_SALT);
    const kept = await db.collection("_engine").find().toArray();
    expect(JSON.stringify(kept)).not.toContain(ROOMS_SALT);
  });
});

describe("transform.explode and transform.lookup", () => {
  it("make a document of every element whose shelf is known", async () => {
    const found = await db.collection("items").find().sort({ _id: 1 }).toArray();
    const wanted = shelved.map(({ _id, sku, price, quantity }) => ({
      _id,
      ..._id,
      sku: hashed(sku),
      each: price / quantity,
      shelf: 10 + Number(sku.slice(1)),
    }));
    expect(wanted.length).toBeGreaterThan(50);
    expect(unshelved.length).toBeGreaterThan(10);
    expect(found.sort(byKey)).toEqual(wanted.sort(byKey));
  });

  it("tell of every bad element by its place in its record", () => {
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

/** The model knows the names of three stores. */
const STORES = ["Lyon", "Oslo", "Åbo"];
const priced = orders.filter(({ total }) => total >= 0 && total < 4);
const nameless = priced.filter(({ total, parts }) => total >= STORES.length && parts !== null);

/** What has one part alone is given as a text by the function, which its column is not; without any part it fails. */
const unshared = priced.filter(({ total, parts }) => total < STORES.length && (parts === 0 || parts === 1));

describe("transform.model and transform.python", () => {
  it("answer for every row, and what they fail on is a dead letter", async () => {
    const found = await db.collection("guesses").find().toArray();
    const left = priced.filter((order) => !nameless.includes(order) && !unshared.includes(order));
    const wanted = left.map(({ id, at, total, parts }): Document => {
      if (parts === null)
        return {
          ...{ _id: id, id, at: new Date(at), total, parts, sum: null, name: null },
          share: null,
          later: null,
          told: { words: ["nobody"], by: {} },
        };
      const sum = total + parts;
      const told = { words: [`${parts} parts`], by: { parts } };
      const later = new Date(Date.parse(at) + 60 * MINUTE);
      return { _id: id, id, at: new Date(at), parts, total, sum, name: STORES[total], share: sum / parts, later, told };
    });
    expect(found.sort(byKey)).toEqual(wanted.sort(byKey));
    expect(wanted.length).toBeGreaterThan(50);
  });

  it("tell why", () => {
    const told = (node: string) =>
      lettersOf(node)
        .map(({ value, headers }) => [(JSON.parse(value.toString()) as Order).id, headers["__connect.errors.exception.message"]])
        .sort();
    expect(told("guessed").map(([id]) => id)).toEqual([...idsOf(nameless)].sort());
    expect(told("guessed").every(([, why]) => why?.includes("out of data bounds"))).toBe(true);
    const why = (parts: number | null) =>
      parts === 0 ? "ZeroDivisionError: float division by zero (python/orders.py:14)" : "`share` is 'all of it', and no double";
    expect(told("shared")).toEqual(unshared.map(({ id, parts }) => [id, why(parts)]).sort());
    expect(new Set(unshared.map(({ parts }) => parts)).size).toBe(2);
  });
});

/** What the documents of the web must have been told by a lookup with a prefix: the orders that came later by the table as it was then. */
const told = (prefix: string) =>
  usable.map(({ id }) => {
    const { said, weight } = saidNow(id) ?? { said: null, weight: null };
    return { id, [`${prefix}said`]: said, [`${prefix}weight`]: weight };
  });
const numberOf = (id: string | null) => Number(id?.slice(1));
const saidNow = (id: string | null) => saidOf(numberOf(id), numberOf(id) < 400 ? "first" : "then");

/** Every good order of the web once. */
const unique = new Map(
  [...first, ...then].flatMap((order) => {
    const isGood = order.id !== null && order.at !== null && !order.at.startsWith("2100") && !late.includes(order);
    return isGood ? [[order.id, order] as const] : [];
  }),
);
/** Those of them that find no document that cannot be used. */
const usable = [...unique.values()].filter(({ id }) => unusable[id ?? ""] === undefined);
const repeated = first.length + then.length - 3 - late.length - unique.size;

describe("transform.deduplicate", () => {
  it("lets every key through once", async () => {
    expect(await ids("web")).toEqual(new Set(usable.map(({ id }) => id)));
    expect(summary.sinks.web_orders).toEqual({ written: usable.length, repeats: 0 });
  });

  it("counts what it drops, and what came too late to be compared", () => {
    const told = end.events.flatMap((event) => (event.event === "batch" ? [event.filtered.once ?? 0] : []));
    expect(told.reduce((sum, each) => sum + each, 0)).toBe(repeated);
    expect(repeated).toBe(100 + 40);
    expect(summary.late).toBe(late.length);
  });

  it("refuses what has no key or no time", () => {
    const codes = lettersOf("once").map(({ headers }) => headers["__connect.errors.class.name"]);
    expect(codes.sort()).toEqual(["deduplicate/event-time", "deduplicate/event-time", "deduplicate/null-key"]);
  });

  it("lets an aggregate below count each once", async () => {
    const sums = new Map<number, { orders: number; revenue: number }>();
    for (const { at, total } of unique.values()) {
      const start = Math.floor(Date.parse(at ?? "") / MINUTE) * MINUTE;
      const { orders, revenue } = sums.get(start) ?? { orders: 0, revenue: 0 };
      sums.set(start, { orders: orders + 1, revenue: revenue + total });
    }
    const found = await db.collection("per_minute").find().toArray();
    const windows = found.map(({ _id, orders, revenue }) => [Number(_id), { orders: Number(orders), revenue: Number(revenue) }]);
    expect(new Map(windows as [number, object][])).toEqual(sums);
  });
});

describe("transform.aggregate", () => {
  it("keeps a running total of each group", async () => {
    const sums = new Map<number, { orders: number; parts: number }>();
    for (const { total, parts: some } of orders) {
      const { orders, parts } = sums.get(total) ?? { orders: 0, parts: 0 };
      sums.set(total, { orders: orders + 1, parts: parts + (some ?? 0) });
    }
    const found = await db.collection("totals").find().toArray();
    const groups = found.map(({ _id, orders, parts }) => [Number(_id), { orders: Number(orders), parts: Number(parts) }]);
    expect(new Map(groups as [number, object][])).toEqual(sums);
  });
});

describe("transform.top", () => {
  it("keeps the first of every window, and among equals the one with the highest id", async () => {
    const windows = new Map<string, Order[]>();
    for (const order of orders) windows.set(order.at.slice(0, 16), [...(windows.get(order.at.slice(0, 16)) ?? []), order]);
    const wanted = [...windows].flatMap(([minute, some]) =>
      some
        .sort((a, b) => b.total - a.total || (a.id < b.id ? 1 : -1))
        .slice(0, 3)
        .map(({ id, total }, at) => ({ minute, place: at + 1, id, total })),
    );
    const found = await db.collection("leaders").find().sort({ window_start: 1, place: 1 }).toArray();
    const shown = found.map(({ window_start, place, id, total }) => ({
      minute: (window_start as Date).toISOString().slice(0, 16),
      place: Number(place),
      id: id as string,
      total: Number(total),
    }));
    expect(shown).toEqual(wanted);
    expect(wanted).toHaveLength(30);
  });
});

describe("transform.lookup", () => {
  it("finds the rows of a file, and those that came into it while the pipeline ran", async () => {
    const found = await db.collection("web").find().toArray();
    const shown = found.map(({ id, file_said, file_weight }) => ({
      id,
      file_said,
      file_weight: file_weight && String(file_weight),
    }));
    expect(shown.sort(byId)).toEqual(told("file_").sort(byId as never));
    expect(told("file_").filter(({ file_said: said }) => said?.startsWith("then")).length).toBeGreaterThan(10);
    expect(told("file_").filter(({ file_said: said }) => said === null).length).toBeGreaterThan(10);
  });

  it("finds the documents of a collection that is kept, and of one that is asked, as they are by then", async () => {
    const found = await db.collection("web").find().toArray();
    const kept = found.map(({ id, kept_said, kept_weight }) => ({
      id,
      kept_said,
      kept_weight: kept_weight && String(kept_weight),
    }));
    expect(kept.sort(byId)).toEqual(told("kept_").sort(byId as never));
    const live = found.map(({ id, live_said, live_more }) => ({ id, live_said, live_more }));
    const places = new Map(saidTable("").map(({ order }, n) => [order, n]));
    const wanted = usable.map(({ id }) => {
      const n = places.get(id ?? "");
      const live_more = n === undefined ? null : { shelf: n, since: new Date(Date.UTC(2026, 0, 1 + (n % 9))) };
      return { id, live_said: saidNow(id)?.said ?? null, live_more };
    });
    expect(live.sort(byId)).toEqual(wanted.sort(byId as never));
  });

  it("refuses rows whose document cannot be used, and tells of a collection what it should have", () => {
    const refused = ["in_kept", "in_live"].flatMap((node) =>
      lettersOf(node).map(({ value, headers }) => {
        const [code, why] = [headers["__connect.errors.class.name"], headers["__connect.errors.exception.message"]];
        return [(JSON.parse(value.toString()) as WebOrder).id, { node, code, why }];
      }),
    );
    expect(Object.fromEntries(refused)).toEqual(unusable);
    const warned = end.events.flatMap((event) =>
      event.event === "warning" ? [`${event.code} ${event.message.split(":")[0]}`] : [],
    );
    const wanted = ["lookup/duplicate-key in_kept", "lookup/no-index in_live", "lookup/wrong-value in_kept"];
    expect([...new Set(warned)].filter((each) => !each.startsWith("lookup/kept")).sort()).toEqual(expect.arrayContaining(wanted));
  });
});

describe("transform.join", () => {
  it("pays every order that was paid in time, and tells of the others when their time is over", async () => {
    const wanted = shopped.slice(0, -1).map(({ order, at, total }) => {
      const payment = payments.find(({ of, at: then }) => of === order && Date.parse(then) - Date.parse(at) <= 5 * MINUTE);
      return {
        order,
        at: new Date(at),
        total,
        paid_at: payment ? new Date(payment.at) : null,
        paid_method: payment?.method ?? null,
      };
    });
    const found = await db.collection("settled").find().sort({ at: 1 }).project({ _id: 0 }).toArray();
    const shown = found.map(({ order, at, total, paid_at = null, paid_method = null }) => ({
      order,
      at,
      total,
      paid_at,
      paid_method,
    }));
    expect(shown).toEqual(wanted);
    expect(wanted.filter(({ paid_at }) => paid_at !== null).length).toBe(35);
  });

  it("refuses what has no key, or a time that would end the wait of all others", () => {
    const codes = lettersOf("settled").map(({ headers }) => headers["__connect.errors.class.name"]);
    expect(codes.sort()).toEqual(["join/event-time", "join/null-key"]);
  });
});

describe("transform.union", () => {
  it("brings two branches of one stream together, and tells of what they share once", async () => {
    expect(await ids("aside")).toEqual(new Set([...brokenIds, ...idsOf(refunds)]));
    expect(lettersOf("shop_stream")).toHaveLength(unreadable.length);
    const told = end.events.flatMap((event) => (event.event === "batch" ? Object.values(event.dead.shop_stream ?? {}) : []));
    expect(told.reduce((sum, each) => sum + each, 0)).toBe(unreadable.length);
  });

  it("lets no topic's rows be late for another's being newer", async () => {
    const hours = new Map<number, number>();
    const good = [...orders, ...first, ...then].filter(({ at }) => at !== null && !at.startsWith("2100"));
    for (const { at } of good) {
      const start = Math.floor(Date.parse(at ?? "") / (60 * MINUTE)) * 60 * MINUTE;
      hours.set(start, (hours.get(start) ?? 0) + 1);
    }
    const found = await db.collection("per_hour").find().toArray();
    expect(new Map(found.map(({ _id, orders }) => [Number(_id), Number(orders)]))).toEqual(hours);
    expect(hours.size).toBeGreaterThan(2);
  });

  it("counts a record once however often its topic is read", () => {
    const rows = end.events.flatMap((event) => (event.event === "batch" && event.query === "set_aside" ? [event.rows] : []));
    expect(rows.reduce((sum, each) => sum + each, 0)).toBe(orders.length + unreadable.length);
  });
});

/** The made records that are whole, by what stands in the topic. */
const wholeOf = (records: readonly TopicRecord[]) =>
  records.flatMap(({ value }) => {
    try {
      return [JSON.parse(value.toString()) as WebOrder];
    } catch {
      return [];
    }
  });
const documentOf = ({ id, at, total }: WebOrder) => ({ _id: id, id, at: new Date(at ?? ""), total });
const gathered = (isSold: boolean) =>
  db
    .collection<Document>("gathered")
    .find({ id: isSold ? /^sold/ : /^\d/ })
    .project({ _id: 1, id: 1, at: 1, total: 1 })
    .toArray();

describe("source.generator", () => {
  it("makes as many records as it was told, some cut and some repeated", async () => {
    const whole = wholeOf(made);
    const unlike = new Map(whole.map((order) => [order.id, documentOf(order)]));
    expect(made).toHaveLength(200);
    expect(lettersOf("made_stream")).toHaveLength(200 - whole.length);
    expect(Math.min(200 - whole.length, whole.length - unlike.size)).toBeGreaterThan(5);
    expect((await gathered(false)).sort(byKey)).toEqual([...unlike.values()].sort(byKey));
  });
});

describe("source.file", () => {
  it("reads rows of CSV, packed ones too, and what is no row is a dead letter", async () => {
    expect((await gathered(true)).sort(byKey)).toEqual(sold.map(documentOf).sort(byKey));
    const values = lettersOf("sold_stream").map(({ value }) => value.toString());
    expect(values.sort()).toEqual([wrongRows[0], '{"id":"2026-01-05T12:00:00Z","at":"sold 2","total":"1,5"}'].sort());
  });
});

describe("transform.http", () => {
  it("adds what is answered, and a row that is refused costs the others of its request nothing", async () => {
    const found = await db.collection("gathered").find().toArray();
    const wrong = found.filter(({ id, total, score }) => {
      const isWithout = isRefused(id as string) || isUnreadable(id as string);
      return score !== (isWithout ? null : (total as number) * 2);
    });
    expect(wrong).toEqual([]);
    expect(found.filter(({ score }) => score === null)).toHaveLength(22);
    expect(Math.max(...sizes)).toBe(20);
  });
});

const givenRead = given.filter((_, n) => isRead(n));

describe("source.kafka", () => {
  it("reads a topic of others from a time on, and nothing of a transaction that was aborted", async () => {
    expect(givenRead).toHaveLength(60);
    const found = await db
      .collection<Document>("gathered")
      .find({ id: /^given/ })
      .project({ _id: 1, id: 1, at: 1, total: 1 })
      .toArray();
    expect(found.sort(byKey)).toEqual(givenRead.map(documentOf).sort(byKey));
  });

  it("makes columns of what Kafka knows of a record", async () => {
    const found = await db
      .collection<Document>("gathered")
      .find({ id: /^given/ })
      .toArray();
    const wanted = given.flatMap((order, n) => {
      const facts = {
        who: keyOfGiven(n),
        trace: traceOfGiven(n),
        place: n % 3,
        number: Math.floor(n / 3),
        of_topic: "rooms.given",
      };
      return isRead(n) ? [{ ...documentOf(order), ...facts, arrived: new Date(arrivedAt(n)) }] : [];
    });
    expect(found.sort(byKey)).toMatchObject(wanted.sort(byKey));
    expect(new Set(wanted.map(({ who }) => who)).size).toBe(8);
  });

  it("lets the time of arrival carry a window", async () => {
    const found = await db.collection("arrivals").find().toArray();
    const counts = new Map<string, number>();
    for (const n of given.keys()) {
      const window = `${Math.floor(arrivedAt(n) / (30 * MINUTE)) * 30 * MINUTE} ${n % 3}`;
      if (isRead(n)) counts.set(window, (counts.get(window) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    const windows = found.map(({ window_start, place, orders }) => [`${Number(window_start)} ${place}`, Number(orders)] as const);
    expect(new Map(windows)).toEqual(counts);
  });

  it("makes a dead letter of what cannot be read, a record without a value too", () => {
    const told = lettersOf("given").map(({ value, headers }) => [headers["__connect.errors.class.name"], value.toString()]);
    expect(told.sort()).toEqual([
      ["record/not-json", ""],
      ...ofNoText.map((text) => ["record/not-utf8", text]),
      ["record/wrong-type", unreadableGiven[1]],
    ]);
  });

  it("leaves the topic as it was, and refuses to make one that is missing", async () => {
    const changes = (events: EngineEnd["events"]) =>
      events.flatMap((event) => (event.event === "change" && event.name.startsWith("rooms.giv") ? [event] : []));
    expect(changes(end.events)).toMatchObject([{ action: "keep", detail: "3 partitions, only read" }]);
    await writeFile(join(project.dir, "pipelines/rooms.yaml"), SPEC.replace("rooms.given", "rooms.gven"));
    const planned = await runEngine(project, ["plan", "pipelines/rooms.yaml"], { ROOMS_URL: server.url });
    expect(planned.code).toBe(1);
    const [refused] = planned.events.filter((event) => event.event === "change" && event.action === "refuse");
    expect(refused).toMatchObject({ name: "rooms.gven", hint: "did you mean `rooms.given`?" });
  });
});

describe("metadata of a source that the engine reads", () => {
  it("is what stands in its topic", async () => {
    const records = await readTopic(inject("kafka"), "rooms.sold");
    const known = new Map(records.flatMap((record) => wholeOf([record]).map(({ id }) => [id, record] as const)));
    const stored = await db.collection<Document>("gathered").find({ id: /^sold/ }).toArray();
    expect(stored).toHaveLength(sold.length);
    for (const { id, who, arrived } of stored)
      expect({ who, arrived: Number(arrived) }).toEqual({ who: id, arrived: known.get(id)?.timestamp });
  });
});

describe("what a checkpoint depends on", () => {
  /** The queries for which a plan of the edited spec wants another checkpoint. */
  const anew = async (edit: (spec: string) => string) => {
    await writeFile(join(project.dir, "pipelines/rooms.yaml"), edit(SPEC));
    const { code, events, stderr } = await runEngine(project, ["plan", "pipelines/rooms.yaml"], { ROOMS_URL: server.url });
    expect(code, stderr).toBe(0);
    return events.flatMap((event) =>
      event.event === "change" && event.kind === "checkpoint" && event.action !== "keep" ? [event.name] : [],
    );
  };

  it("nothing, where the spec is as it was", async () => {
    expect(await anew((spec) => spec)).toEqual([]);
  });

  it("the order of the inputs, since Spark knows its sources by their place alone", async () => {
    expect((await anew((spec) => spec.replace("[of_shop, of_web]", "[of_web, of_shop]"))).sort()).toEqual([
      "everything.rejects v2",
      "pace v2",
    ]);
  });

  it("how long keys are remembered", async () => {
    const edited = await anew((spec) =>
      spec
        .replace("within: 10m", "within: 20m")
        .replace(
          "watermark: 10m }\n      compute: { orders: count(*), revenue",
          "watermark: 20m }\n      compute: { orders: count(*), revenue",
        ),
    );
    expect(edited.sort()).toEqual(["trend v2", "web_orders v2"]);
  });
});

it("a run that goes on remembers the keys, and reads every topic where it stopped", async () => {
  await writeFile(join(project.dir, "pipelines/rooms.yaml"), SPEC);
  again = [...web.slice(30, 40), webOrder(500)];
  const next = summaryOf(
    await runEngine(project, ["run", "pipelines/rooms.yaml", "--once"], { ROOMS_URL: server.url, ROOMS_SALT }),
  );
  expect(next).toMatchObject({ read: again.length, filtered: 10, late: 0, deadLettered: 0 });
  expect(next.sinks).toMatchObject({
    web_orders: { written: 1, repeats: 0 },
    set_aside: { written: 0, repeats: 0 },
    // The one window that these orders lie in grew.
    pace: { written: 0, repeats: 1 },
    // Both sources went on at their end.
    gathered: { written: 0, repeats: 0 },
  });
});

it("the books balance", () => {
  // What only the union above `per_hour` refuses is refused by `once` too: one record, two letters.
  const untimely = lettersOf("everything").length;
  expect(untimely).toBe(2);
  const refused = lettersOf("settled").length;
  expect(summary).toMatchObject({
    read:
      shopped.length +
      paid.length +
      orders.length +
      unreadable.length +
      first.length +
      then.length +
      made.length +
      sold.length +
      wrongRows.length +
      givenRead.length +
      unreadableGiven.length +
      noText.length,
    gaps: 0,
    late: late.length,
    deadLettered:
      made.length -
      wholeOf(made).length +
      wrongRows.length +
      unreadableGiven.length +
      noText.length +
      unreadable.length +
      unasked.length +
      unpriced.length +
      nameless.length +
      unshared.length +
      Object.keys(unusable).length +
      3 +
      untimely +
      refused,
    added: items.length - (shares.length - empty.length),
    filtered:
      orders.length -
      broken.length -
      refunds.length -
      shares.length -
      unasked.length +
      empty.length +
      unshelved.length +
      (orders.length - priced.length) +
      repeated,
  });
  // What an aggregate or a join made of the rows is no row of theirs.
  const derived = ["trend", "pace", "totals", "leaders", "arrivals", "guesses", "settlements"];
  const sinks = Object.entries(summary.sinks).filter(([name]) => !derived.includes(name));
  const joined = shopped.length + paid.length - refused;
  const written = sinks.reduce((sum, [, sink]) => sum + sink.written + sink.repeats, 0);
  // The orders that a model and a function are asked about go another way besides.
  const guessed = nameless.length + unshared.length + (orders.length - priced.length);
  expect(written + summary.deadLettered - untimely + summary.filtered - guessed + summary.late + joined).toBe(
    summary.read + summary.added,
  );
});
