import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { chooseCheckpoints, recordFingerprints } from "../../src/runtime/checkpoints.ts";
import { createTopic } from "../../src/runtime/kafka.ts";
import { engineState } from "../../src/runtime/state.ts";
import { type Edit, replaced, type Subject, Subjects } from "../support/apply-subject.ts";
import { openProject, runEngine } from "../support/project.ts";

const project = openProject(inject("project"));
const subjects = new Subjects(inject("kafka"), inject("mongodb"), project);

beforeEach(() => subjects.open());
afterEach(() => subjects.close());

const DAY = 86_400_000;
const sale = (id: string) => ({ _id: id, transaction_id: id, timestamp: new Date(), summary: { total: 1.5 } });

describe("what is missing is created", () => {
  test("and applying it once more changes nothing, byte for byte", async () => {
    const { apply, observe, db, topic } = await subjects.make();
    expect(await apply()).toEqual([
      "create topic: 2 partitions, kept 7d",
      "create topic: 1 partition, kept 14d",
      "create collection: validator from the column types (error)",
      "create index: store_id ↑, timestamp ↓",
      "create index: timestamp ↑, expires after 365d",
      "create collection: validator from the column types (error)",
    ]);
    const before = await observe();
    expect(JSON.parse(before).partitions).toContainEqual([topic, 2]);
    expect(before).toContain('"bsonType"');
    expect(await apply()).toEqual([]);
    expect(await observe()).toBe(before);
    await expect(db.collection("sales").insertOne({ _id: "x" as never, total: 1 })).rejects.toThrow("failed validation");
  });
});

describe("a partial index", () => {
  const edit = (where: string): Edit =>
    replaced(
      "        - { fields: { store_id: 1, timestamp: -1 } }\n",
      `        - { fields: { store_name: 1 }, unique: true, where: ${where} }\n`,
    );
  const where =
    "\"store_id in (1, 2) and (summary.total > 1 or timestamp < timestamp '2026-01-05T12:00:00Z') and store_name is not null\"";

  test("is created once, known again, holds what it says, and is refused where another one stands", async () => {
    const { apply, db } = await subjects.make();
    await apply(edit(where));
    expect(await apply(edit(where))).toEqual([]);
    const named = (id: string, store: number) => ({ ...sale(id), store_id: store, store_name: "Harbour" }) as never;
    await db.collection("sales").insertMany([named("a", 1), named("b", 3), named("c", 3)]);
    await expect(db.collection("sales").insertOne(named("d", 2))).rejects.toThrow("duplicate key");
    await expect(apply(edit(`"store_id in (1, 3)"`))).rejects.toThrow(/exists over the documents with/);
  });

  test("may be unique where the documents that it holds are", async () => {
    const { apply, db } = await subjects.make();
    await apply();
    const named = (id: string, store: number) => ({ ...sale(id), store_id: store, store_name: "Harbour" }) as never;
    await db.collection("sales").insertMany([named("a", 1), named("b", 3), named("c", 3)]);
    await expect(apply(edit("store_id > 2"))).rejects.toThrow(/documents share the values store_name "Harbour"/);
    expect(await apply(edit("store_id < 3"))).toHaveLength(1);
  });
});

describe("a time series", () => {
  const edit = (more: string): Edit =>
    replaced(
      "      collection: sales\n      key: transaction_id\n",
      `      collection: sales\n      mode: insert\n      timeSeries: { ${more} }\n`,
    );
  const plain =
    (more: string): Edit =>
    (text) =>
      edit(more)(text).replace(/ {6}indexes:\n( {8}.*\n)+/, "");

  test("is created once, known again, made coarser, and never finer or anything else", async () => {
    const { apply, db } = await subjects.make();
    const first = "timeField: timestamp, metaField: store_id, expireAfter: 30d";
    expect(await apply(plain(first))).toContainEqual("create collection: time series by timestamp, seconds");
    expect(await apply(plain(first))).toEqual([]);
    await db.collection("sales").insertOne({ timestamp: new Date(Date.now() - 20 * DAY), store_id: 1 });
    expect(await apply(plain(`${first}, granularity: hours`))).toEqual(["update collection: granularity seconds → hours"]);
    await expect(apply(plain(`${first}, granularity: minutes`))).rejects.toThrow(/granularity hours → minutes/);
    const coarse = "metaField: store_id, granularity: hours";
    await expect(apply(plain(`timeField: timestamp, ${coarse}, expireAfter: 10d`))).rejects.toThrow(/would delete 1 document/);
    await expect(apply(plain(`timeField: timestamp, ${coarse}`))).rejects.toThrow(
      /expire after 30d, which the spec no longer says/,
    );
    await expect(apply(plain("timeField: timestamp, granularity: hours, expireAfter: 30d"))).rejects.toThrow(
      /its metaField is store_id/,
    );
    await expect(apply()).rejects.toThrow(/it is a timeseries/);
  });

  test("is none where a plain collection stands", async () => {
    const { apply } = await subjects.make();
    await apply();
    await expect(apply(plain("timeField: timestamp"))).rejects.toThrow(/it is a collection, and no time series/);
  });
});

describe("an index of words, places or hashes", () => {
  const edit: Edit = (text) =>
    [
      replaced("        store_name: string\n", "        store_name: string\n        language: string\n        place: [double]\n"),
      replaced(
        "        - { fields: { store_id: 1, timestamp: -1 } }\n",
        "        - { fields: { store_id: 1, store_name: text, language: text } }\n        - { fields: { place: 2dsphere } }\n        - { fields: { transaction_id: hashed } }\n",
      ),
    ].reduce((result, change) => change(result), text);

  test("is created once, known again, and asks no document for its language", async () => {
    const { apply, observe, db } = await subjects.make();
    expect((await apply(edit)).slice(3, 6)).toEqual([
      "create index: store_id ↑, store_name text, language text",
      "create index: place 2dsphere",
      "create index: transaction_id hashed",
    ]);
    const before = await observe();
    expect(await apply(edit)).toEqual([]);
    expect(await observe()).toBe(before);
    const document = { ...sale("a"), store_id: 1, store_name: "Harbour Street", language: "xx", place: [10.5, 50.5] };
    await db.collection("sales").insertOne(document as never);
    expect(await db.collection("sales").countDocuments({ store_id: 1, $text: { $search: "harbour" } })).toBe(1);
  });

  test("made by somebody else is refused where it would take a column for a language", async () => {
    const { apply, db } = await subjects.make();
    const name = "store_id_1_store_name_text_language_text";
    await db.collection("sales").createIndex({ store_id: 1, store_name: "text", language: "text" }, { name });
    await expect(apply(edit)).rejects.toThrow(/takes a document's field language for its language/);
  });

  test("over other fields is refused", async () => {
    const { apply } = await subjects.make();
    await apply(edit);
    const other: Edit = (text) => replaced("store_name: text, language: text", "store_name: text")(edit(text));
    await expect(apply(other)).rejects.toThrow(
      /store_name text: there is a text index already, store_id_1_store_name_text_language_text/,
    );
  });
});

describe("what exists is altered to fit", () => {
  test("partitions, retention, validator, expiry and indexes", async () => {
    const { apply, observe, topic, db, admin } = await subjects.make();
    await apply();
    const edit: Edit = (text) =>
      [
        replaced("partitions: 2, retention: 7d", "partitions: 3, retention: 30d"),
        replaced("        store_name: string\n", "        store_name: string\n        till: int\n"),
        replaced("        - { fields: { store_id: 1, timestamp: -1 } }\n", "        - { fields: { till: 1 } }\n"),
        replaced("expireAfter: 365d", "expireAfter: 730d"),
      ].reduce((result, change) => change(result), text);
    expect(await apply(edit)).toEqual([
      "update topic: partitions 2 → 3; a key may fall into another partition than before, which ends its order once",
      "update topic: retention 7d → 30d",
      "update topic: retention 14d → 60d",
      "update validator: the column types or the action changed (error); documents that stand stay as they are",
      "create index: till ↑",
      "update index: expiry 365d → 730d",
    ]);
    const after = await observe();
    expect(after).toContain(String(30 * DAY));
    expect(await apply(edit)).toEqual([]);
    expect(await observe()).toBe(after);
    // An index that the spec names no more belongs to somebody else now.
    expect((await db.collection("sales").indexes()).map(({ name }) => name)).toContain("store_id_1_timestamp_-1");
    const metadata = await admin.fetchTopicMetadata({ topics: [topic] });
    expect(metadata.topics[0]?.partitions).toHaveLength(3);
  });

  test("shorter retention and expiry where they delete nothing; settings that others made stay", async () => {
    const { apply, db, topic, produce, setTopic, observe } = await subjects.make();
    await apply();
    await produce(0);
    await db.collection("sales").insertOne({ ...sale("a"), timestamp: new Date() } as never);
    await setTopic({ "retention.ms": String(7 * DAY), "segment.ms": "1234567", "max.message.bytes": "9000000" });
    const edit: Edit = (text) => replaced("365d", "30d")(replaced("retention: 7d", "retention: 1d")(text));
    expect(await apply(edit)).toEqual(["update topic: retention 7d → 1d", "update index: expiry 365d → 30d"]);
    const settings = new Map<string, [string, string][]>(JSON.parse(await observe()).settings);
    expect(Object.fromEntries(settings.get(topic) ?? [])).toMatchObject({
      "retention.ms": String(DAY),
      "segment.ms": "1234567",
      "max.message.bytes": "9000000",
    });
  });
});

describe("what would destroy is refused, and nothing is altered", () => {
  const cases: { name: string; before?: (s: Subject) => Promise<unknown>; edit?: Edit; refused: RegExp }[] = [
    {
      name: "fewer partitions",
      edit: replaced("partitions: 2", "partitions: 1"),
      refused: /topic .*transactions: partitions 2 → 1/,
    },
    {
      name: "a retention that deletes records",
      before: ({ produce }) => produce(3 * DAY),
      edit: replaced("retention: 7d", "retention: 1d"),
      refused: /retention 7d → 1d: Kafka would delete 1 records at once/,
    },
    {
      name: "a compacted topic",
      before: ({ setTopic }) => setTopic({ "cleanup.policy": "compact" }),
      refused: /cleanup\.policy is compact/,
    },
    {
      name: "an index of the same name over other fields",
      before: async ({ db }) => {
        await db.collection("sales").dropIndex("timestamp_1");
        await db.collection("sales").createIndex({ store_id: 1 }, { name: "timestamp_1" });
      },
      refused: /index .*sales\.timestamp_1: exists over \{"store_id":1\}/,
    },
    {
      name: "an index of the same fields that is unique",
      before: ({ db }) => db.collection("sales").createIndex({ store_name: 1 }, { unique: true }),
      edit: replaced("{ fields: { store_id: 1, timestamp: -1 } }", "{ fields: { store_name: 1 } }"),
      refused: /store_name_1: exists as unique/,
    },
    {
      name: "an index of the same fields under another name",
      before: ({ db }) => db.collection("sales").createIndex({ store_name: 1 }, { name: "mine" }),
      edit: replaced("{ fields: { store_id: 1, timestamp: -1 } }", "{ fields: { store_name: 1 } }"),
      refused: /indexed already under the name mine/,
    },
    {
      name: "a partial index",
      before: ({ db }) =>
        db.collection("sales").createIndex({ store_name: 1 }, { partialFilterExpression: { store_id: { $gt: 5 } } }),
      edit: replaced("{ fields: { store_id: 1, timestamp: -1 } }", "{ fields: { store_name: 1 } }"),
      refused: /exists over the documents with/,
    },
    {
      name: "a unique index over documents that share values",
      before: ({ db }) => db.collection("sales").insertMany([sale("a"), sale("b")] as never[]),
      edit: replaced("{ fields: { store_id: 1, timestamp: -1 } }", "{ fields: { store_name: 1 }, unique: true }"),
      refused: /store_name ↑, unique: documents share the values store_name null/,
    },
    {
      name: "an expiry that deletes documents",
      before: ({ db }) =>
        db.collection("sales").insertOne({ ...sale("old"), timestamp: new Date(Date.now() - 90 * DAY) } as never),
      edit: replaced("365d", "30d"),
      refused: /expiry 365d → 30d: MongoDB would delete 1 document at once/,
    },
    {
      name: "a new index with an expiry that deletes documents",
      before: async ({ db }) => {
        await db.collection("sales").dropIndex("timestamp_1");
        await db.collection("sales").insertOne({ ...sale("old"), timestamp: new Date(Date.now() - 500 * DAY) } as never);
      },
      refused: /timestamp ↑, expires after 365d: MongoDB would delete 1 document at once/,
    },
    {
      name: "an expiry that the spec no longer says",
      edit: replaced(", expireAfter: 365d", ""),
      refused: /documents expire after 365d, which the spec no longer says/,
    },
    {
      name: "a view of the collection's name",
      before: async ({ db }) => {
        await db.collection("sales").drop();
        await db.createCollection("sales", { viewOn: "other", pipeline: [] });
      },
      refused: /collection .*\.sales: it is a view/,
    },
    {
      name: "a time-series collection",
      before: async ({ db }) => {
        await db.collection("sales").drop();
        await db.createCollection("sales", { timeseries: { timeField: "timestamp" } });
      },
      refused: /it is a timeseries/,
    },
    {
      name: "a capped collection",
      before: async ({ db }) => {
        await db.collection("sales").drop();
        await db.createCollection("sales", { capped: true, size: 4096 });
      },
      refused: /it is capped/,
    },
  ];

  test.each(cases)("$name", async ({ before, edit = (text) => text, refused }) => {
    const here = await subjects.make();
    await here.apply();
    await before?.(here);
    const seen = await here.observe();
    // Something harmless is asked for as well: it must wait.
    const both: Edit = (text) => edit(text).replace("collection: sales_by_region", "collection: sales_by_region_and_more");
    await expect(here.apply(both)).rejects.toMatchObject({
      code: "apply/would-destroy",
      message: expect.stringMatching(refused),
    });
    expect(await here.observe()).toBe(seen);
  });

  test("by the command line: `plan` shows it all, `run` ends with 1 and leaves nothing", async () => {
    const { name, apply, write, observe } = await subjects.make();
    await apply();
    const path = await write((text) =>
      replaced("retention: 7d", "retention: 9d")(replaced("partitions: 2", "partitions: 1")(text)),
    );
    const seen = await observe();
    const planned = await runEngine(project, ["plan", path]);
    expect(planned.code).toBe(1);
    const changes = planned.events.filter((event) => event.event === "change");
    expect(changes.filter((change) => change.action === "refuse")).toEqual([
      expect.objectContaining({ kind: "topic", detail: "partitions 2 → 1", hint: expect.stringContaining("partitions: 2") }),
    ]);
    expect(changes.map((change) => `${change.action} ${change.kind}`)).toEqual(
      expect.arrayContaining(["update topic", "keep collection", "keep index", "keep validator", "create checkpoint"]),
    );
    const run = await runEngine(project, ["run", path, "--records", "1"]);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("partitions 2 → 1");
    expect(run.events.some((event) => event.event === "service" && event.service === "spark")).toBe(false);
    // No run began, and nothing of the Spark that had been started ahead of time is left.
    const left = readdirSync(join(project.dir, ".engine/runs/local", name), { recursive: true });
    expect(left).toEqual(["processes"]);
    expect(await observe()).toBe(seen);
  });
});

describe("a topic that was deleted and created anew", () => {
  test("has another epoch, and no checkpoint is used on it", async () => {
    const { name, topic, apply, planOf, db, kafka, admin } = await subjects.make();
    const plan = planOf();
    const topics = plan.topics.map((planned) => planned.name);
    const dir = join(project.dir, ".engine/checkpoints/local", name);
    const state = engineState(db);
    const epochs = async (created: string[] = []) =>
      state.epochs(kafka.clusterId, topics, await kafka.topicIds(topics), new Set(created));
    const checkpoints = async () =>
      chooseCheckpoints(plan, dir, { cluster: kafka.clusterId, epochs: await epochs(), before: undefined });
    await apply();
    const first = await epochs(topics);
    await recordFingerprints(plan, await checkpoints(), { cluster: kafka.clusterId, epochs: first, before: undefined });
    expect((await checkpoints()).map(({ version, isNew }) => ({ version, isNew }))).toEqual([
      { version: 1, isNew: false },
      { version: 1, isNew: false },
    ]);

    // By somebody else, so that the engine never sees it missing.
    await admin.deleteTopics({ topics: [topic] });
    await expect.poll(() => admin.listTopics()).not.toContain(topic);
    await createTopic(admin, { topic, numPartitions: 2 });
    const planned = await runEngine(project, ["plan", `pipelines/${name}.yaml`]);
    const told = planned.events.filter((event) => event.event === "change" && event.kind === "checkpoint");
    expect(told).toEqual([
      expect.objectContaining({ action: "update", name: "store_sales v2", detail: expect.stringContaining("created anew") }),
      expect.objectContaining({ action: "update", name: "store_trend v2", detail: expect.stringContaining("created anew") }),
    ]);
    const second = await epochs();
    expect(second[topic]).not.toBe(first[topic]);
    expect(second[`${name}.dead-letters`]).toBe(first[`${name}.dead-letters`]);
    expect((await checkpoints()).map(({ version, isNew, changed }) => ({ version, isNew, changed }))).toEqual([
      { version: 2, isNew: true, changed: ["epochs"] },
      { version: 2, isNew: true, changed: ["epochs"] },
    ]);
    expect(await epochs()).toEqual(second);
  });
});
