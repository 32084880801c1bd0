import { readFileSync } from "node:fs";
import type { Column, ColumnType } from "../../../src/column-type.ts";
import { compile } from "../../../src/core.ts";
import { EXAMPLE_COLUMNS, type Row, readPlain } from "../../../src/expression/index.ts";
import { TEXTS } from "./edge-texts.ts";

/** The columns of `pipelines/retail.yaml`, of which the examples in the contracts speak. */
const RETAIL_COLUMNS = retailColumns();

/** The columns of the table's examples, a second one of each type, types that the examples do not need, and those of the contracts. */
export const PARITY_COLUMNS: readonly Column[] = [
  ...EXAMPLE_COLUMNS.filter(({ name }) => RETAIL_COLUMNS.every((one) => one.name !== name)),
  ...RETAIL_COLUMNS,
  ...EXAMPLE_COLUMNS.map((column) => ({ ...column, name: `${column.name}_2` })),
  column("exact", { kind: "decimal", precision: 38, scale: 10 }),
  column("share", { kind: "decimal", precision: 12, scale: 12 }),
  column("doubles", { kind: "list", element: { kind: "double" } }),
  column("days", { kind: "list", element: { kind: "date" } }),
];

const INTS =
  "0 1 -1 2 3 5 7 -7 10 12 13 28 31 100 -100 255 365 1970 2024 9999 46341 65536 719162 2147483647 -2147483648 -2147483647"
    .split(" ")
    .map(Number);
const LONGS = (
  "0 1 -1 2 -7 10 1000 2147483648 -2147483649 9007199254740992 9007199254740993 9223372036854775807 -9223372036854775808 " +
  "1000000000000000000 1704067200 1704067200000 1704067200000000 -62135596800 253402300799 253402300800 -62135596800000 " +
  "253402300799999 -62135596801 86399999 -1000001"
).split(" ");
const DOUBLES = (
  "0 -0 1 -1 0.5 -0.5 1.5 2.5 -2.5 0.1 0.3 1e-3 9.999e-4 1e7 9999999.999 1e10 123456789.125 1e22 1e23 2e23 1e300 " +
  "1.7976931348623157e308 5e-324 2.2250738585072014e-308 4503599627370495.5 9007199254740993 0.285 1.005 2.675 1234567.891 " +
  "2147483647.5 -2147483648.9 9.223372036854775807e18 -9.3e18 45 90 180 -90 -33.8688 151.2093 52.52 13.405 NaN Infinity " +
  "-Infinity 1e-7 3.14159 -1e-320 99.995 1e15 1.0000000000000002"
)
  .split(" ")
  .map((text) => (/[NI]/.test(text) ? text : Number(text)));
const INSTANTS = (
  "1970-01-01T00:00:00Z 1969-12-31T23:59:59.999999Z 2024-02-29T12:34:56.789012Z 2023-12-31T23:59:59.999Z " +
  "2024-03-10T06:59:59Z 2024-03-10T07:00:00Z 2024-03-10T02:30:00Z 2024-11-03T05:30:00Z 2024-11-03T06:30:00Z " +
  "2024-11-03T01:30:00Z 2024-03-31T00:59:59Z 2024-03-31T01:00:00Z 2024-03-31T02:30:00Z 2024-10-27T02:30:00Z " +
  "0001-01-01T00:00:00Z 9999-12-31T23:59:59.999999Z 1900-01-01T00:00:00Z 1883-11-18T12:00:00Z " +
  "1582-10-10T00:00:00Z 2038-01-19T03:14:08Z 2100-02-28T23:00:00Z 2100-07-01T00:00:00Z 2000-02-29T00:00:00Z " +
  "2021-01-03T23:00:00Z 2024-12-30T00:00:00Z 2011-12-30T10:00:00Z 1945-08-15T12:00:00Z " +
  "2024-01-31T00:00:00.000001Z 2024-07-15T18:45:30.5Z"
).split(" ");
const DAYS = (
  "1970-01-01 1969-12-31 2024-02-29 2023-02-28 2024-01-31 2024-12-30 2021-01-03 0001-01-01 9999-12-31 1900-03-01 " +
  "1582-10-10 2000-02-29 2100-02-28 2024-03-05 2024-06-30 2020-12-31"
).split(" ");
const AMOUNTS = "0 0.01 -0.01 0.05 0.25 1.25 -1.25 -0.50 99999999.99 -99999999.99 3 7.77 1000.01".split(" ");
const EXACTS = (
  "0 0.0000000001 -0.0000000001 1.5 -2.5 0.3333333333 12345678901234567890.1234567890 " +
  "9999999999999999999999999999.9999999999 -9999999999999999999999999999.9999999999 2147483648 1000000000000"
).split(" ");
const SHARES = "0 0.000000000001 -0.5 0.999999999999 0.125 0.000000000003".split(" ");

/** The edge values of each column, null apart. */
const EDGES: Record<string, readonly unknown[]> = {
  i: INTS,
  l: LONGS,
  d: DOUBLES,
  s: TEXTS,
  b: [true, false],
  ts: INSTANTS,
  day: DAYS,
  amount: AMOUNTS,
  exact: EXACTS,
  share: SHARES,
  tags: [[], ["a"], ["b", "a", "a"], [null, "x"], ["", "é", "🙂", "\uffff"], ["a", null, "b", null], ["10", "9"], [null]],
  numbers: [[], [0], [3, 1, 2, 3], [null, 1], [-1, 2147483647, -2147483648], [null], [5, 5], [1, 2, 3, 4, 5, 6, 7]],
  prices: [{}, { a: 1.5 }, { a: null, b: 0 }, { "": -0, é: 2.5 }, { b: "NaN", a: "Infinity", "🙂": 3 }],
  items: [[], [{ price: 1.5 }], [{ price: null }, { price: -2 }], [null, { price: 3 }], [{ price: "NaN" }]],
  doubles: [[], [0, -0], ["NaN", 1, null, "NaN"], ["Infinity", "-Infinity"], [1.5, 1.5, 0.1]],
  days: [[], ["2024-02-29", "1970-01-01"], [null, "9999-12-31"]],
};

function retailColumns(): Column[] {
  const text = readFileSync(new URL("../../../../pipelines/retail.yaml", import.meta.url), "utf8");
  const { typed } = compile(text, "retail.yaml");
  const columns = typed?.nodes.find(({ node }) => node.id === "stream")?.output?.columns ?? [];
  if (columns.length === 0) throw new Error("pipelines/retail.yaml has no node `stream` with columns");
  return columns.map((one) => ({ ...one, required: false }));
}

function column(name: string, type: ColumnType): Column {
  return { name, type, required: false };
}

/** Mulberry32: a small generator of chance that a seed repeats. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** So many rows: every edge of every column at least once, then chance; one value in twelve is null. */
export function edgeRows(count: number, seed: number): Row[] {
  const next = chance(seed);
  return Array.from({ length: count }, (_, at) => {
    const plain = PARITY_COLUMNS.map(({ name, type }) => {
      const edges = EDGES[name.replace(/_2$/, "")];
      if (edges === undefined) return [name, edgeOf(type, next)];
      const shifted = at + (name.endsWith("_2") ? 7 : 0);
      const picked = shifted < edges.length ? edges[shifted] : next() < 1 / 12 ? null : edges[Math.floor(next() * edges.length)];
      return [name, picked];
    });
    return rowOf(Object.fromEntries(plain));
  });
}

/** A plain value of the type by chance. */
function edgeOf(type: ColumnType, next: () => number): unknown {
  if (next() < 1 / 12) return null;
  const pick = (values: readonly unknown[]) => values[Math.floor(next() * values.length)];
  switch (type.kind) {
    case "struct":
      return Object.fromEntries(type.fields.map((field) => [field.name, edgeOf(field.type, next)]));
    case "list":
      return Array.from({ length: Math.floor(next() * 4) }, () => edgeOf(type.element, next));
    default:
      return pick(
        { string: TEXTS, boolean: [true, false], int: INTS, double: DOUBLES, timestamp: INSTANTS }[String(type.kind)] ?? [null],
      );
  }
}

/** The plain row in the evaluator's form. */
export function rowOf(plain: Record<string, unknown>): Row {
  const read = readPlain({ kind: "struct", fields: [...PARITY_COLUMNS] }, plain);
  if ("mistake" in read) throw new Error(`${read.path}: ${read.mistake}`);
  return read.value as Row;
}
