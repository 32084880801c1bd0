import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { sparkName } from "../../src/column-type.ts";
import { compile } from "../../src/core.ts";
import type { FilesBeside } from "../../src/nodes/node-kind.ts";
import { type NodePreview, previewPipeline } from "../../src/preview/index.ts";
import { filesBeside } from "../../src/runtime/files-beside.ts";
import { openPreviewPython } from "../../src/runtime/preview-python.ts";
import { jobTable, tablePath } from "../../src/runtime/tables.ts";
import { readTableFile } from "../../src/tables/table-file.ts";
import { sentRecord } from "../../src/testing/spark/request.ts";
import { topicOf } from "../../src/testing/topic-of.ts";
import type { TypedNode } from "../../src/types.ts";
import { encode, encodeSql } from "../support/parity/canonical.ts";
import { runScript } from "../support/parity/run-spark.ts";

const NODES = `
  - { id: filter, type: transform.filter, from: topic, config: { where: "10 / n > 2" } }
  - { id: select, type: transform.select, from: topic, config: { drop: [l], rename: { n: m }, compute: { ratio: x / n } } }
  - { id: split, type: transform.split, from: topic, config: { outputs: { near: "10 / n > 4", far: "n < 10" }, otherwise: rest } }
  - { id: check, type: transform.check, from: topic, config: { rules: { small: "n < 4", fits: "10 / n < 100" }, else: output } }
  - { id: explode, type: transform.explode, from: topic, config: { list: l, as: e, empty: keep } }
  - { id: looked_up, type: transform.lookup, from: topic, config: { on: { k: name, n: number }, columns: { name: string!, number: long!, boss: string, area: "decimal(8,2)", since: timestamp }, rows: [{ name: a, number: 1, boss: "Ö\\u2028\\"😍", area: 12.5, since: "2024-01-01T09:00:00.5+02:00" }, { name: b, number: 5 }], missing: dead-letter } }
  - { id: in_file, type: transform.lookup, from: topic, config: { on: { k: name, n: number }, columns: { name: string!, number: int!, boss: string, area: "decimal(8,2)", since: timestamp, open: boolean, share: double, on: date }, file: bosses.csv } }
  - { id: near_or_broken, type: transform.union, from: [split.near, check.broken], config: { missing: fill, watermark: { on: at, delay: 1m, maxAhead: 1h } } }
  - { id: clean, type: transform.text_clean, from: topic, config: { text: k, into: plain, html: true, emoji: true, case: upper, whitespace: true } }
  - { id: mood, type: transform.sentiment, from: clean, config: { text: k, label: feeling, neutral: 0.3 } }
  - { id: told, type: transform.language, from: mood, config: { text: k, among: [en, de, fr] } }
  - { id: terms, type: transform.keywords, from: told, config: { text: k, most: 2 } }
  - { id: guessed, type: transform.model, from: topic, config: { model: models/many.onnx, inputs: { basket: [n, x], store: n }, outputs: { sum: { from: sum, type: double }, twice: { from: both, at: 1, type: double }, name: { from: name, type: string } } } }
  - { id: computed, type: transform.python, from: topic, config: { file: python/orders.py, function: share, inputs: { total: x, parts: n, at: at }, columns: { share: double, later: timestamp!, told: { words: [string], by: map(int) } } } }
  - id: totals
    type: transform.aggregate
    from: topic
    config: { by: [k, x], compute: { total: sum(n), share: avg(10 / n), few: "count(*) where n < 3" } }
  - { id: sliding, type: transform.aggregate, from: topic, config: { window: { on: at, size: 2m, slide: 1m, watermark: 2m }, by: [k], compute: { rows: count(*), last: max(n) } } }
  - { id: first, type: transform.top, from: topic, config: { n: 2, lowest: "10 / n", by: [k] } }
  - { id: first_of_minutes, type: transform.top, from: topic, config: { window: { on: at, size: 2m, watermark: 2m }, n: 2, highest: n, rank: place } }
  - { id: once, type: transform.deduplicate, from: topic, config: { key: [k, n], on: at, within: 10m } }
  - { id: sessions, type: transform.aggregate, from: once, config: { window: { on: at, gap: 3m, watermark: 10m }, emit: final, by: [k], compute: { total: sum(n) } } }
  - { id: hours, type: transform.aggregate, from: sessions, config: { window: { on: window_end, size: 1h, watermark: 10m }, emit: final, by: [], compute: { total: sum(total), rows: count(*) } } }
  - { id: longest, type: transform.top, from: sessions, config: { n: 1, highest: total, emit: final } }
  - { id: low, type: transform.filter, from: topic, config: { where: n < 6 } }
  - { id: high, type: transform.filter, from: topic, config: { where: n >= 2 } }
  - { id: pairs, type: transform.join, from: { right: high, left: low }, config: { kind: left, on: { k: k }, before: 4m, after: 5m, left: { time: at, watermark: 2m }, right: { time: at, watermark: 3m }, prefix: r_ } }
  - { id: paired, type: transform.aggregate, from: pairs, config: { window: { on: at, size: 4m, watermark: 2m }, emit: final, by: [k], compute: { rows: count(*), found: count(r_n) } } }
  - { id: low_minutes, type: transform.aggregate, from: low, config: { window: { on: at, size: 2m, watermark: 2m }, emit: final, by: [k], compute: { low: count(*) } } }
  - { id: high_minutes, type: transform.aggregate, from: high, config: { window: { on: at, size: 2m, watermark: 2m }, emit: final, by: [k], compute: { high: count(*) } } }
  - { id: minutes, type: transform.join, from: { left: low_minutes, right: high_minutes }, config: { kind: left, on: { window_start: window_start, window_end: window_end, k: k } } }
  - { id: found, type: transform.join, from: { left: low, right: high }, config: { on: { k: k, n: n }, after: 1h, left: { time: at, watermark: 2m }, right: { time: at, watermark: 3m }, prefix: r_ } }`;

/** Where the files lie that nodes name. */
const BESIDE = fileURLToPath(new URL("../beside/", import.meta.url));

/** The streams that are compared, with what would be the key of a sink. */
const READ: Record<string, string> = {
  filter: "k",
  select: "k",
  "split.far": "k",
  "split.rest": "k",
  check: "k",
  explode: "[k, index]",
  looked_up: "k",
  in_file: "k",
  near_or_broken: "k",
  terms: "k",
  guessed: "k",
  computed: "k",
  totals: "[k, x]",
  sliding: "[window_start, k]",
  first: "[k, rank]",
  first_of_minutes: "[window_start, place]",
  longest: "[window_end, rank]",
  hours: "window_start",
  pairs: "[k, at, r_at]",
  paired: "[window_start, k]",
  minutes: "[window_start, k]",
  found: "[k, at, r_at]",
};
/** What only a query can run, by its output mode. */
const STREAMED: Record<string, string> = {
  sliding: "update",
  first: "update",
  first_of_minutes: "update",
  longest: "append",
  once: "append",
  sessions: "append",
  hours: "append",
  low: "append",
  high: "append",
  low_minutes: "append",
  high_minutes: "append",
  pairs: "append",
  paired: "append",
  minutes: "append",
  found: "append",
};

const line = (k: string | null, n: number | null, time: string | null, more: object = {}) =>
  JSON.stringify({ k, n, at: time && `2024-01-01T${time}Z`, ...more });
/** A record with what Kafka knows of it. */
const known = (record: string, facts: object) => JSON.stringify({ $record: record, ...facts });
const BATCH = 5;
const RECORDS = [
  '{"k":"a","n":1,"at":"2024-01-01T09:00:00Z","x":-0.0,"l":[1,2]}',
  line("a", 1, "09:01:00", { x: 0 }),
  line("b", 0, "09:00:30"),
  line("b", 5, "09:02:00", { l: [null] }),
  line("a", 2, "09:03:59"),
  line("a", 12, "09:07:00", { l: [] }),
  "[1]",
  '{"k":"c","n":1.5}',
  line("<b>Great</b>  prices &amp; I LOVE it 😍", 30, "09:03:00"),
  line("awful \u0000 shop", 31, "09:03:00"),
  line(null, 3, "09:04:00"),
  line("c", 3, null),
  line("b", 5, "09:30:00"),
  known(line("a", 1, "09:31:00"), { $offset: 99 }),
  line("c", 7, "14:00:00"),
  line("c", null, "09:30:01", { x: 1e300 }),
  line("a", 4, "09:05:00"),
  known(line("d", 9, "11:00:00", { x: 0.1 }), {
    $key: "Ö😍",
    $headers: { t: "", u: "v" },
    $partition: 3,
    $topic: "other",
  }),
  known(line("d", 9, "11:09:00", { x: 0.2 }), {
    $key: null,
    $headers: { T: "upper" },
    $timestamp: "2024-01-01T11:59:59.999+01:00",
  }),
  line("d", 3, "11:03:00", { x: 0.1 }),
];

/** The file of a lookup. */
const BOSSES = `on,number,name,boss,area,since,open,share
2024-02-29,1,a,"Ö\u2028""😍
second line",-0.5,2024-01-01T09:00:00.123456+02:00,TRUE,1e300
,12,a,"",,0001-01-01T00:00:00Z,,-0
1582-10-04,5,b,,999999.99,,false,0.1
`;

const NAMES = Object.keys(READ);
const SINKS = Object.entries(READ).map(
  ([from, key], at) => `\n  - { id: s${at}, type: sink.mongodb, from: ${from}, config: { collection: s${at}, key: ${key} } }`,
);
const SPEC = `version: 1
name: p
nodes:
  - { id: source, type: source.http, config: { url: "demo://retail", columns: { k: string, n: int, x: double, at: timestamp, l: [int] }, metadata: { who: key, trace: header.t, came: timestamp, part: partition, spot: offset, stream: topic } } }
  - { id: topic, type: kafka.topic, from: source, config: { topic: p.t, key: k } }${NODES}${SINKS.join("")}`;

interface Found {
  rows: Record<string, (string | null)[][]>;
  refused: Record<string, [offset: number, code: string][]>;
}

/** The streams of a node by the name by which they are read, with their columns. */
function streamsOf({ node, output, outputs }: TypedNode) {
  const side = Object.entries(outputs ?? {}).map(([name, stream]) => [`${node.id}.${name}`, stream.columns] as const);
  return [...(output ? [[node.id, output.columns] as const] : []), ...side];
}

function jobNode(typed: TypedNode) {
  const { node, part } = typed;
  if (part.kind !== "step" && part.kind !== "stateful") throw new Error(`${node.id} has no step`);
  const streams = streamsOf(typed);
  const file = part.kind === "step" ? part.files?.[0]?.path : undefined;
  const sides = Object.keys(typed.outputs ?? {});
  const read = sides.length === 0 ? {} : { read: [...(typed.output ? ["main"] : []), ...sides] };
  const shown = streams.filter(([name]) => !(node.id in STREAMED) || NAMES.includes(name));
  return {
    id: node.id,
    inputs: node.from.map(({ node: from, output }) => (output === undefined ? from : `${from}.${output}`)),
    module: part.module,
    // A job has its files beside its script.
    arguments: { ...part.arguments, ...read, ...(file !== undefined && { file: join(BESIDE, file) }) },
    guard: part.kind === "stateful" && !Array.isArray(part.guard) ? (part.guard ?? null) : null,
    outputs: Object.fromEntries(
      shown.map(([name, columns]) => [name, columns.map((column) => encodeSql(column.type, sparkName(column.name)))]),
    ),
    streamed: STREAMED[node.id] ?? null,
  };
}

/** In an order of their own: Spark knows none. */
const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();

function shownRows(previews: readonly NodePreview[], stream: string): (string | null)[][] {
  const [id, name = "main"] = stream.split(".");
  const output = previews.find(({ node }) => node === id)?.outputs.find((each) => each.name === name);
  return (output?.rows ?? []).map(({ values }) =>
    (output?.columns ?? []).map(({ name, type }) => encode(type, values[name] ?? null)),
  );
}

it("the preview of every transform shows what Spark makes of the same records", async () => {
  const others = filesBeside(join(BESIDE, "p.yaml"));
  const beside: FilesBeside = (path) => (path === "bosses.csv" ? { bytes: Buffer.from(BOSSES) } : others(path));
  const { typed, plan, diagnostics } = compile(SPEC, "p.yaml", beside);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  if (typed === undefined) return;
  const steps = typed.nodes.filter(({ node }) => node.type.startsWith("transform."));
  const topic = typed.nodes.find(({ node }) => node.id === "topic")?.output?.columns ?? [];
  const {
    topic: _,
    max_offsets_per_trigger: __,
    ...read
  } = plan?.streams.find(({ call, node }) => call === "read" && node === "topic")?.arguments ?? {};
  const arrived = BigInt(Date.parse("2024-01-01T12:00:00Z")) * 1000n;
  const sent = RECORDS.map((text, at) => sentRecord(text, at + 1, topicOf(typed, "source"), arrived));
  const tables = steps.flatMap(({ node, part }) => {
    if (part.kind !== "step" || part.table === undefined) return [];
    const { rows, diagnostics: mistakes } = readTableFile(BOSSES, part.table.path, part.table);
    expect(mistakes).toEqual([]);
    return [{ node: node.id, file: part.table, rows }];
  });
  const found = await runScript<Found>(
    new URL("../support/preview/spark.py", import.meta.url),
    {
      read,
      topic: topic.map(({ name, type }) => encodeSql(type, sparkName(name))),
      batches: Array.from({ length: RECORDS.length / BATCH }, (_, at) => sent.slice(at * BATCH, (at + 1) * BATCH)),
      nodes: steps.map(jobNode),
      files: Object.fromEntries(tables.map((table) => [tablePath(table.node), jobTable(table)])),
    },
    plan?.packages,
  );
  const python = openPreviewPython(plan?.packages ?? [], BESIDE);
  if (python === undefined) throw new Error("the toolchain is not there");
  const request = {
    samples: new Map([["source", RECORDS]]),
    arrived,
    python,
    tables: new Map(tables.map(({ node, rows }) => [node, rows])),
  };
  const together = await previewPipeline(typed, request);
  const batched = await previewPipeline(typed, { ...request, batch: BATCH });
  python.close();
  const streams = Object.keys(found.rows);
  expect(streams).toEqual(expect.arrayContaining(["topic", ...NAMES]));
  for (const stream of streams) {
    const shown = shownRows(stream in STREAMED ? batched : together, stream);
    expect(shown.length, stream).toBeGreaterThan(0);
    expect(sorted(shown), stream).toEqual(sorted(found.rows[stream] ?? []));
  }
  for (const [id, refused] of Object.entries(found.refused)) {
    const drops = together.find(({ node }) => node === id)?.dropped.filter(({ why }) => why === "dead-letter") ?? [];
    const place = (record?: number) => sent[(record ?? 0) - 1]?.offset ?? null;
    const told = drops.map(({ row, code }) => [place(row.record), id === "topic" ? "record/unreadable" : code]);
    expect(sorted(told), id).toEqual(sorted(refused));
  }
});

it("a function that fails for one value answers for the others, and what cannot be called at all is told", async () => {
  const python = openPreviewPython([], BESIDE);
  if (python === undefined) throw new Error("the toolchain is not there");
  const found = await python.call({ word: "texts.keywords", arguments: { most: 1, words: "three" } }, ["!", "bad", null]);
  const failed = "TypeError: '<=' not supported between instances of 'int' and 'str'";
  expect(found).toEqual([
    { value: [], failed: null },
    { value: null, failed },
    { value: null, failed: null },
  ]);
  await expect(python.call({ word: "texts.keywords", arguments: {} }, ["a"])).rejects.toThrow(
    "missing 2 required keyword-only arguments",
  );
  const made = { function: "nowhere", inputs: {}, columns: {} };
  for (const [file, why] of [
    ["python/orders.py", "has no function `nowhere`"],
    ["python/bytes.py", "cannot be loaded: SyntaxError"],
  ] as const) {
    const called = python.call({ word: "functions.python", arguments: { ...made, file }, file }, [[]]);
    await expect(called).rejects.toMatchObject({
      code: "preview/file-not-ready",
      message: expect.stringContaining(why),
    });
  }
  python.close();
});
