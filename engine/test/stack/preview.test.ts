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
import { FLOWING, NODES, RECORDS as PLAIN, STANDING, sinksOf } from "../support/every-node.ts";
import { encode, encodeSql } from "../support/parity/canonical.ts";
import { runScript } from "../support/parity/run-spark.ts";

const MORE = `
  - { id: in_file, type: transform.lookup, from: topic, config: { on: { k: name, n: number }, columns: { name: string!, number: int!, boss: string, area: "decimal(8,2)", since: timestamp, open: boolean, share: double, on: date }, file: bosses.csv } }
  - { id: computed, type: transform.python, from: topic, config: { file: python/orders.py, function: share, inputs: { total: x, parts: n, at: at }, columns: { share: double, later: timestamp!, told: { words: [string], by: map(int) } } } }
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
  ...STANDING,
  ...FLOWING,
  in_file: "k",
  computed: "k",
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

const BATCH = 5;
/** What Kafka knows of some of the records, by their place. */
const FACTS: Record<number, object> = {
  13: { $offset: 99 },
  17: { $key: "Ö😍", $headers: { t: "", u: "v" }, $partition: 3, $topic: "other" },
  18: { $key: null, $headers: { T: "upper" }, $timestamp: "2024-01-01T11:59:59.999+01:00" },
};
const RECORDS = PLAIN.map((record, at) => (at in FACTS ? JSON.stringify({ $record: record, ...FACTS[at] }) : record));

/** The file of a lookup. */
const BOSSES = `on,number,name,boss,area,since,open,share
2024-02-29,1,a,"Ö\u2028""😍
second line",-0.5,2024-01-01T09:00:00.123456+02:00,TRUE,1e300
,12,a,"",,0001-01-01T00:00:00Z,,-0
1582-10-04,5,b,,999999.99,,false,0.1
`;

const NAMES = Object.keys(READ);
const SPEC = `version: 1
name: p
nodes:
  - { id: source, type: source.http, config: { url: "demo://retail", columns: { k: string, n: int, x: double, at: timestamp, l: [int] }, metadata: { who: key, trace: header.t, came: timestamp, part: partition, spot: offset, stream: topic } } }
  - { id: topic, type: kafka.topic, from: source, config: { topic: p.t, key: k } }${NODES}${MORE}${sinksOf(READ)}`;

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
  const beside: FilesBeside = (path) =>
    path === "bosses.csv" ? { bytes: Buffer.from(BOSSES), model: () => undefined } : others(path);
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
