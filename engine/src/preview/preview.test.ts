import { describe, expect, it } from "vitest";
import { compile } from "../core.ts";
import { toPlain } from "../expression/index.ts";
import type { PythonFunctions } from "../nodes/preview.ts";
import { type NodePreview, type PreviewRequest, previewPipeline } from "./index.ts";

const COLUMNS = "{ k: string, n: int, at: timestamp, l: [int], s: { x: double } }";

/** The preview of a pipeline: a source and a topic above, sinks below, the records of `lines`. */
async function preview(
  nodes: string,
  lines: unknown[],
  request: Partial<PreviewRequest> = {},
): Promise<(id: string) => NodePreview> {
  const text = `version: 1
name: p
nodes:
  - { id: source, type: source.http, config: { url: "demo://retail", columns: ${COLUMNS} } }
  - { id: topic, type: kafka.topic, from: source, config: { topic: p.t } }
${nodes}`;
  const { typed, diagnostics } = compile(text, "p.yaml");
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (typed === undefined || errors.length > 0) throw new Error(JSON.stringify(errors));
  const samples = new Map([["source", lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)))]]);
  const found = await previewPipeline(typed, { samples, ...request });
  return (id) => found.find(({ node }) => node === id) ?? expect.fail(`no node ${id}`);
}

function rows({ outputs }: NodePreview, name = "main"): unknown[] {
  const stream = outputs.find((output) => output.name === name);
  return (stream?.rows ?? []).map(({ values }) => toPlain({ kind: "struct", fields: stream?.columns ?? [] }, values));
}

const drops = ({ dropped }: NodePreview) => dropped.map(({ row, why, code }) => [row.record, code ?? why]);
const at = (time: string) => `2024-01-01T${time}Z`;
const sink = (from: string, id = "sink") =>
  `  - { id: ${id}, type: sink.mongodb, from: ${from}, config: { collection: ${id}, key: k } }\n`;
const node = (type: string, config: string, from = "topic", id = "node") =>
  `  - { id: ${id}, type: transform.${type}, from: ${from}, config: ${config} }\n`;

describe("the preview of a record's facts", () => {
  const facts = "{ came: timestamp, k2: key, trace: header.a.b, part: partition, place: offset, where: topic }";
  const shown = async (lines: unknown[], topic: string, request: Partial<PreviewRequest> = {}) => {
    const text = `version: 1
name: p
nodes:
${topic}
  - { id: sink, type: sink.mongodb, from: topic, config: { collection: c, key: k } }`;
    const { typed, diagnostics } = compile(text, "p.yaml");
    if (typed === undefined) throw new Error(JSON.stringify(diagnostics));
    const [source] = typed.nodes;
    const samples = new Map([
      [source?.node.id ?? "", lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)))],
    ]);
    const found = await previewPipeline(typed, { samples, ...request });
    return found.find(({ node }) => node === "topic") ?? expect.fail("no topic");
  };
  const existing = `  - { id: topic, type: source.kafka, config: { topic: t.t, columns: { k: string!, d: "decimal(20,2)" }, metadata: ${facts} } }`;
  const own = (key: string) =>
    `  - { id: source, type: source.http, config: { url: "demo://retail", columns: { k: string!, d: double }, metadata: ${facts} } }
  - { id: topic, type: kafka.topic, from: source, config: { topic: p.t, key: ${key} } }`;
  const arrived = BigInt(Date.parse(at("12:00:00"))) * 1000n;

  it("takes what the sample says of it, and else what a topic of the sample alone would have", async () => {
    const given = {
      ...{ $key: "x", $headers: { "a.b": "1", c: null }, $partition: 3, $offset: 7, $topic: "other" },
      ...{ $timestamp: at("09:00:00"), $record: { k: "a" } },
    };
    const text = { $record: '{"k":"b","d":12345678901234567.25}', $key: null };
    const found = await shown([given, text, { k: "c" }, { $record: { d: 1 } }], existing, { arrived });
    const none = { d: null, k2: null, trace: null, part: 0, where: "t.t", came: at("12:00:00") };
    expect(rows(found)).toEqual([
      { k: "a", d: null, came: at("09:00:00"), k2: "x", trace: "1", part: 3, place: 7, where: "other" },
      { ...none, k: "b", d: "12345678901234567.25", place: 1 },
      { ...none, k: "c", place: 2 },
    ]);
    expect(drops(found)).toEqual([[4, "record/missing-required"]]);
    expect(found.outputs[0]?.rows.map((row) => row.arrived === arrived)).toEqual([false, true, true]);
  });

  it("makes the key as ingest makes it, where the topic has one", async () => {
    const lines = [{ k: "a\ud800", d: 1.5 }, { $record: { k: "b", d: 2 }, $key: "said" }, { k: "c" }];
    const keys = async (key: string) => rows(await shown(lines, own(key), { arrived })).map((row) => (row as { k2: unknown }).k2);
    expect(await keys("k")).toEqual(["a\ufffd", "said", "c"]);
    expect(await keys("d")).toEqual(["1.5", "said", null]);
    expect(await keys("null")).toEqual([null, "said", null]);
  });
});

describe("the preview of", () => {
  it("a topic names what it cannot read", async () => {
    const shown = await preview(sink("topic"), ['{"k":"a"}', '{"n":"x"}', "[1]", '{"k"']);
    expect(rows(shown("topic"))).toEqual([{ k: "a", n: null, at: null, l: null, s: null }]);
    expect(drops(shown("topic"))).toEqual([
      [2, "record/wrong-type"],
      [3, "record/not-json"],
      [4, "record/not-json"],
    ]);
  });

  it("a filter tells what is false, null and failed", async () => {
    const lines = [{ n: 1 }, { n: 5 }, {}, { n: 0 }];
    const shown = (await preview(node("filter", '{ where: "10 / n > 5" }') + sink("node"), lines))("node");
    expect(rows(shown)).toMatchObject([{ n: 1 }]);
    expect(drops(shown)).toEqual([
      [2, "filtered"],
      [3, "filtered"],
      [4, "filter/failed"],
    ]);
  });

  it("a select drops, renames and computes, in the order of its columns", async () => {
    const config = "{ keep: [k, n], rename: { n: m }, compute: { twice: n * 2, half: 10 / n } }";
    const shown = (
      await preview(node("select", config) + sink("node"), [
        { k: "a", n: 4 },
        { k: "b", n: 0 },
      ])
    )("node");
    expect(rows(shown)).toEqual([{ k: "a", m: 4, twice: 8, half: 2.5 }]);
    expect(drops(shown)).toEqual([[2, "select/failed"]]);
  });

  it("a join lets a left row wait for its last moment, and then go alone", async () => {
    const sides = node("filter", "{ where: n < 10 }", "topic", "left") + node("filter", "{ where: n >= 10 }", "topic", "right");
    const time = "{ time: at, watermark: 1m }";
    const config = `{ kind: left, on: { k: k }, before: 1m, after: 3m, left: ${time}, right: ${time}, prefix: r_ }`;
    const join = `${sides}  - { id: node, type: transform.join, from: { right: right, left: left }, config: ${config} }\n${sink("node")}`;
    const line = (k: string | null, n: number, time: string) => ({ k, n, at: at(time) });
    const lines = [
      ...[line("a", 1, "09:00:00"), line("c", 2, "09:01:59.999"), line("c", 3, "09:02:00"), line(null, 4, "09:00:00")],
      ...[line("a", 10, "08:59:00"), line("a", 11, "09:03:00"), line("a", 12, "09:03:00.001"), line("a", 13, "08:58:59")],
      ...[line("z", 5, "09:10:00"), line("y", 14, "09:06:00"), line("y", 15, "14:00:00"), line("y", 16, "09:01:00.001")],
      ...[line("a", 6, "09:00:00"), line("c", 17, "09:05:00.001"), line("c", 18, "09:05:00"), line("y", 19, "09:06:00")],
    ];
    const arrived = BigInt(Date.parse(at("12:00:00"))) * 1000n;
    const shown = (await preview(join, lines, { batch: 4, arrived }))("node");
    const found = rows(shown) as { k: string; n: number; r_n: number | null; at: string }[];
    expect(found.map(({ k, n, r_n }) => [k, n, r_n])).toEqual([
      ["a", 1, 10],
      ["a", 1, 11],
      ["c", 2, null],
    ]);
    expect(drops(shown)).toEqual([
      [4, "join/null-key"],
      [11, "join/event-time"],
      [13, "late"],
      [15, "late"],
    ]);
  });

  it("a split sends a row to the first output that takes it", async () => {
    const config = '{ outputs: { big: "n > 10", odd: "n % 2 = 1" }, otherwise: null }';
    const shown = await preview(node("split", config) + sink("node.big") + sink("node.odd", "other"), [
      { n: 11 },
      { n: 3 },
      { n: 2 },
    ]);
    expect(rows(shown("node"), "big")).toMatchObject([{ n: 11 }]);
    expect(rows(shown("node"), "odd")).toMatchObject([{ n: 3 }]);
    expect(drops(shown("node"))).toEqual([[3, "filtered"]]);
    expect(shown("other").inputs[0]?.rows).toHaveLength(1);
  });

  it.each([
    ["dead-letter", ["a"], [[2, "check/broken"]]],
    ["drop", ["a"], [[2, "filtered"]]],
    ["tag", ["a", "b"], []],
    ["output", ["a"], []],
  ])("a check with `else: %s`", async (otherwise, kept, dropped) => {
    const config = `{ rules: { positive: "n > 0", fits: "10 / n < 100" }, else: ${otherwise} }`;
    const below = otherwise === "output" ? sink("node.broken", "other") : "";
    const lines = [
      { k: "a", n: 1 },
      { k: "b", n: -1 },
      { k: "c", n: 0 },
    ];
    const shown = (await preview(node("check", config) + sink("node") + below, lines))("node");
    expect((rows(shown) as { k: string }[]).map(({ k }) => k)).toEqual(kept);
    expect(drops(shown)).toEqual([...dropped, [3, "check/failed"]]);
    if (otherwise === "tag") expect(rows(shown)).toMatchObject([{ broken_rules: [] }, { broken_rules: ["positive"] }]);
    if (otherwise === "output") {
      expect(rows(shown)[0]).not.toHaveProperty("broken_rules");
      expect(rows(shown, "broken")).toMatchObject([{ k: "b", broken_rules: ["positive"] }]);
    }
  });

  it("an explode makes a row of every element", async () => {
    const lines = [{ k: "a", l: [7, null] }, { k: "b", l: [] }, { k: "c" }];
    const explode = async (empty: string) =>
      (await preview(node("explode", `{ list: l, as: e, index: i, empty: ${empty} }`) + sink("node"), lines))("node");
    const made = [
      { k: "a", e: 7, i: 0 },
      { k: "a", e: null, i: 1 },
    ];
    const shown = await explode("drop");
    expect(rows(shown)).toMatchObject(made);
    expect(drops(shown)).toEqual([
      [2, "filtered"],
      [3, "filtered"],
    ]);
    expect(rows(await explode("keep"))).toMatchObject([...made, { k: "b", e: null, i: -1 }, { k: "c", e: null, i: -1 }]);
  });

  it("a lookup adds what stands in the table under the same key, and says what becomes of the others", async () => {
    const lines = [{ k: "a", n: 1 }, { k: "a", n: 2 }, { k: "b", n: 1 }, { n: 1 }];
    const lookup = async (missing: string) =>
      (
        await preview(
          node(
            "lookup",
            `{ on: { k: name, n: number }, columns: { name: string!, number: long!, since: date, area: "decimal(6,2)" }, rows: [{ name: a, number: 1, since: "2026-02-28", area: 12.5 }, { name: b, number: 1 }], prefix: its_, missing: ${missing} }`,
          ) + sink("node"),
          lines,
        )
      )("node");
    const found = [
      { k: "a", n: 1, its_since: "2026-02-28", its_area: "12.50" },
      { k: "b", n: 1, its_since: null, its_area: null },
    ];
    const shown = await lookup("dead-letter");
    expect(rows(shown)).toMatchObject(found);
    expect(drops(shown)).toEqual([
      [2, "lookup/missing"],
      [4, "lookup/missing"],
    ]);
    expect(drops(await lookup("drop"))).toEqual([
      [2, "filtered"],
      [4, "filtered"],
    ]);
    const nothing = { its_since: null, its_area: null };
    expect(rows(await lookup("keep"))).toMatchObject([
      found[0],
      { k: "a", n: 2, ...nothing },
      found[1],
      { k: null, n: 1, ...nothing },
    ]);
  });

  it("a lookup in a file needs its rows, and says so where they are not given", async () => {
    const nodes =
      node("lookup", "{ on: { k: name }, columns: { name: string!, boss: string }, file: bosses.csv }") + sink("node");
    const lines = [{ k: "a" }, { k: "b" }, {}];
    const without = await preview(nodes, lines);
    expect(without("node").missing).toBe("it needs the rows of its table");
    expect(without("sink").missing).toBe("there is none of `node`: it needs the rows of its table");
    const tables = new Map([["node", [{ name: "a", boss: "Okafor" }]]]);
    const shown = (await preview(nodes, lines, { tables }))("node");
    expect(rows(shown)).toMatchObject([
      { k: "a", boss: "Okafor" },
      { k: "b", boss: null },
      { k: null, boss: null },
    ]);
  });

  it("a lookup in a collection says that a test gives its rows, which hold documents in documents too", async () => {
    const config =
      "{ on: { k: _id }, columns: { _id: string!, place: { city: string, sizes: [long] } }, collection: bosses, mode: live }";
    const nodes = node("lookup", config) + sink("node");
    const without = (await preview(nodes, [{ k: "a" }]))("node");
    expect(without.missing).toBe("it needs the rows of `bosses`, which only a test can give, under `given`");
    const tables = new Map([["node", [{ _id: "a", place: { city: "Lyon", sizes: [1n] } }]]]);
    const shown = (await preview(nodes, [{ k: "a" }, { k: "b" }], { tables }))("node");
    expect(rows(shown)).toMatchObject([{ place: { city: "Lyon", sizes: [1] } }, { place: null }]);
  });

  it("a union refuses what lies too far ahead, and knows nothing of it without a time of arrival", async () => {
    const above = node("select", "{ keep: [k, at] }", "topic", "left") + node("select", "{ keep: [at, n] }", "topic", "right");
    const union = node("union", "{ missing: fill, watermark: { on: at, delay: 1m, maxAhead: 1h } }", "[left, right]");
    const lines = [{ k: "a", n: 1, at: at("11:00:00") }, { k: "b" }, { k: "c", at: at("13:00:01") }];
    const shown = (await preview(above + union + sink("node"), lines, { arrived: BigInt(Date.parse(at("12:00:00"))) * 1000n }))(
      "node",
    );
    expect(rows(shown)).toEqual([
      { k: "a", at: at("11:00:00"), n: null },
      { k: null, at: at("11:00:00"), n: 1 },
    ]);
    expect(drops(shown)).toEqual([2, 3, 2, 3].map((record) => [record, "union/event-time"]));
    expect(rows((await preview(above + union + sink("node"), lines))("node"))).toHaveLength(4);
  });

  // The rows of spark-templates/steps/deduplicate_test.py, where Spark decides.
  it("a deduplicate forgets a key once the watermark has passed it", async () => {
    const line = (k: string | null, n: number | null, time: string) => ({ k, n, at: at(time) });
    const first = [line("a", 1, "11:00:00"), line("a", 1, "11:01:00"), line("a", 2, "11:00:00"), line("b", 1, "11:02:00")];
    const later = [line("a", 1, "11:09:00"), line("c", 1, "11:30:00"), line("e", 1, "11:31:00"), line(null, 1, "11:31:00")];
    const last = [line("b", 1, "11:31:00"), line("c", 1, "11:35:00"), line("d", 1, "11:05:00"), { k: "f", n: 1 }];
    const config = "{ key: [k, n], on: at, within: 10m }";
    const shown = (await preview(node("deduplicate", config) + sink("node"), [...first, ...later, ...last], { batch: 4 }))(
      "node",
    );
    expect(rows(shown)).toMatchObject(["a", "a", "b", "c", "e", "b"].map((k) => ({ k })));
    expect(drops(shown)).toEqual([
      [2, "repeat"],
      [5, "repeat"],
      [8, "deduplicate/null-key"],
      [10, "repeat"],
      [11, "late"],
      [12, "deduplicate/event-time"],
    ]);
  });
});

describe("the preview of an aggregate", () => {
  const line = (k: string, n: number, time: string) => ({ k, n, at: at(time) });
  const aggregate = (config: string) =>
    `${node("aggregate", config)}  - { id: sink, type: sink.mongodb, from: node, config: { collection: c, key: [window_start, k] } }\n`;

  it("sends a group whenever it changes, and leaves out what comes late", async () => {
    const lines = [
      line("a", 1, "11:00:10"),
      line("a", 2, "11:00:50"),
      line("b", 3, "11:05:00"),
      line("a", 4, "11:00:59"),
      line("a", 5, "11:04:59"),
    ];
    const config = "{ window: { on: at, size: 1m, watermark: 2m }, by: [k], compute: { total: sum(n), rows: count(*) } }";
    const shown = await preview(aggregate(config), lines, { batch: 1 });
    expect(rows(shown("node"))).toEqual([
      { window_start: at("11:00:00"), window_end: at("11:01:00"), k: "a", total: 1, rows: 1 },
      { window_start: at("11:00:00"), window_end: at("11:01:00"), k: "a", total: 3, rows: 2 },
      { window_start: at("11:05:00"), window_end: at("11:06:00"), k: "b", total: 3, rows: 1 },
      { window_start: at("11:04:00"), window_end: at("11:05:00"), k: "a", total: 5, rows: 1 },
    ]);
    expect(drops(shown("node"))).toEqual([[4, "late"]]);
    expect(shown("node").open).toBe(2);
    expect(rows(shown("sink"), "documents")[0]).toMatchObject({ _id: { window_start: at("11:00:00"), k: "a" }, total: 1 });
  });

  it("sends a window that is final once it is over", async () => {
    const lines = [line("a", 1, "11:00:10"), line("a", 2, "11:00:50"), line("b", 3, "11:03:00")];
    const config = "{ window: { on: at, size: 1m, watermark: 2m }, emit: final, by: [k], compute: { total: sum(n) } }";
    const shown = (await preview(aggregate(config), lines))("node");
    expect(rows(shown)).toEqual([{ window_start: at("11:00:00"), window_end: at("11:01:00"), k: "a", total: 3 }]);
    expect(shown.open).toBe(1);
  });

  it("makes windows that slide, and one session of two whose gap a row closes", async () => {
    const lines = [line("a", 1, "11:00:00"), line("a", 2, "11:04:00"), line("a", 4, "11:02:00"), line("b", 0, "12:00:00")];
    const slide = "{ window: { on: at, size: 10m, slide: 5m, watermark: 1m }, by: [k], compute: { total: sum(n) } }";
    expect(rows((await preview(aggregate(slide), lines.slice(0, 1)))("node"))).toMatchObject([
      { window_start: at("10:55:00"), total: 1 },
      { window_start: at("11:00:00"), total: 1 },
    ]);
    const session = "{ window: { on: at, gap: 3m, watermark: 1m }, emit: final, by: [k], compute: { total: sum(n) } }";
    expect(rows((await preview(aggregate(session), lines))("node"))).toEqual([
      { window_start: at("11:00:00"), window_end: at("11:07:00"), k: "a", total: 7 },
    ]);
  });

  it("below another takes no window for late that the other has only now let go", async () => {
    const lines = [line("a", 1, "11:00:10"), line("a", 2, "11:01:10"), line("b", 3, "11:30:00")];
    const config = "{ window: { on: at, size: 1m, watermark: 2m }, emit: final, by: [k], compute: { n: sum(n) } }";
    const below = node(
      "aggregate",
      "{ window: { on: window_end, size: 2m, watermark: 2m }, emit: final, by: [k], compute: { n: sum(n) } }",
      "node",
      "below",
    );
    const shown = await preview(
      `${aggregate(config)}${below}  - { id: other, type: sink.mongodb, from: below, config: { collection: d, key: [window_start, k] } }\n`,
      lines,
    );
    expect(rows(shown("below"))).toEqual([{ window_start: at("11:00:00"), window_end: at("11:02:00"), k: "a", n: 3 }]);
    expect(shown("below").dropped).toEqual([]);
  });

  it("refuses rows without a time, and rows on which a sum has no value", async () => {
    const lines = [line("a", 1, "11:00:10"), { k: "a", n: 1 }, line("a", 0, "11:00:20")];
    const config = "{ window: { on: at, size: 1m, watermark: 2m }, by: [k], compute: { total: sum(1 / n) } }";
    const shown = (await preview(aggregate(config), lines))("node");
    expect(rows(shown)).toMatchObject([{ total: 1 }]);
    expect(drops(shown)).toEqual([
      [2, "aggregate/event-time"],
      [3, "aggregate/failed"],
    ]);
  });
});

it("a sink refuses a row without a key", async () => {
  const shown = (await preview(sink("topic"), [{ k: "a", n: 1 }, { n: 2 }]))("sink");
  expect(rows(shown, "documents")).toEqual([{ _id: "a", k: "a", n: 1, at: null, l: null, s: null }]);
  expect(drops(shown)).toEqual([[2, "mongodb/null-key"]]);
});

it("a sink that keeps every row shows no `_id`, since it is made of the batch", async () => {
  const shown = (await preview(sink("topic").replace("key: k", "mode: insert, key: k"), [{ k: "a", n: 1 }, { n: 2 }]))("sink");
  expect(rows(shown, "documents")).toEqual([{ k: "a", n: 1, at: null, l: null, s: null }]);
  expect(drops(shown)).toEqual([[2, "mongodb/null-key"]]);
});

it("a sink shows which rows delete a document", async () => {
  const config = 'key: k, delete: "10 / n > 5"';
  const lines = [{ k: "a", n: 5 }, { k: "b", n: 1 }, { k: "c", n: 0 }, { k: "d" }];
  const shown = (await preview(sink("topic").replace("key: k", config), lines))("sink");
  expect(rows(shown, "documents")).toMatchObject([{ _id: "a" }, { _id: "d" }]);
  expect(drops(shown)).toEqual([
    [2, "filtered"],
    [3, "mongodb/delete-failed"],
  ]);
});

it("a sink to Kafka shows records, and refuses a row whose topic is not listed", async () => {
  const config = '{ topic: "t-{k}-{n}", topics: [t-a-1], key: [k, s.x] }';
  const lines = [{ k: "a", n: 1, s: { x: 0.5 } }, { k: "b", n: 1 }, { k: "a" }];
  const shown = (await preview(`  - { id: sink, type: sink.kafka, from: topic, config: ${config} }\n`, lines))("sink");
  const value = { k: "a", n: 1, at: null, l: null, s: { x: 0.5 } };
  expect(rows(shown, "documents")).toEqual([{ topic: "t-a-1", key: { k: "a", x: 0.5 }, value }]);
  expect(drops(shown)).toEqual([
    [2, "kafka/unlisted-topic"],
    [3, "kafka/null-topic"],
  ]);
});

it("a text that a function of Python fails on is a dead letter, and the others go on", async () => {
  const call: PythonFunctions = async (_, values) =>
    values.map((value) =>
      value === "bad" ? { value: null, failed: "ValueError: no" } : { value: value && [value], failed: null },
    );
  const lines = [{ k: "a" }, { k: "bad" }, {}];
  const shown = await preview(node("keywords", "{ text: k }") + sink("node"), lines, { python: { packages: [], call } });
  expect(rows(shown("node"))).toMatchObject([
    { k: "a", keywords: ["a"] },
    { k: null, keywords: null },
  ]);
  expect(drops(shown("node"))).toEqual([[2, "texts/failed"]]);
  expect(shown("node").dropped[0]?.message).toBe("`k`: ValueError: no");
});

it("an expression that JavaScript could only approximate is named, and nobody below has a preview", async () => {
  const shown = await preview(node("filter", `{ where: "regexp_like(k, '(a)\\\\1')" }`) + sink("node"), [{ k: "aa" }]);
  expect(shown("node").missing).toContain("regexp_like");
  expect(shown("sink").missing).toBe(`there is none of \`node\`: ${shown("node").missing}`);
});
