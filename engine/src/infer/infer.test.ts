import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { showType } from "../column-type.ts";
import { parseColumns } from "../columns-notation.ts";
import { demoDefaults } from "../demo/index.ts";
import { createRecorder } from "../demo/record.ts";
import { readDocument } from "../document.ts";
import { valueAt } from "../pointer.ts";
import { readRecord } from "../preview/record.ts";
import { columnsText } from "./columns-text.ts";
import { declared, inferColumns } from "./index.ts";

const lines = (records: unknown[]) => records.map((record) => (typeof record === "string" ? record : JSON.stringify(record)));
const shown = (records: unknown[]) =>
  Object.fromEntries(
    declared(inferColumns(lines(records)).columns).map(({ name, type, required }) => [
      name,
      showType(type) + (required ? "!" : ""),
    ]),
  );
const unsure = (records: unknown[]) =>
  Object.fromEntries(inferColumns(lines(records)).columns.map((column) => [column.name, column.unsure.join("; ")]));

/** What the printed text says, read as a source's columns. */
function reread(records: string[]) {
  const { value, findings } = readDocument(columnsText(inferColumns(records)), "columns.yaml");
  expect(findings).toEqual([]);
  const parsed = parseColumns(valueAt(value, ["columns"]), "/columns");
  expect(parsed.findings).toEqual([]);
  return parsed.value ?? [];
}

describe("the columns of records", () => {
  it("have the types of all that stands in them", () => {
    const records = [
      { a: 1, b: 1, c: 1, d: "2026-01-01", e: "2026-01-01T10:00:00Z", f: [1], g: { x: 1 }, h: true, i: "x" },
      { a: 2, b: 3e10, c: 1.5, d: "2026-01-02", e: "2026-01-01T10:00:00.5+01:00", f: [], g: { x: null, y: "1" }, h: null },
    ];
    expect(shown(records)).toEqual({
      a: "int!",
      b: "long!",
      c: "double!",
      d: "date!",
      e: "timestamp!",
      f: "[int]!",
      g: "{ x: int, y: string }!",
      h: "boolean",
      i: "string",
    });
  });

  it("say what is unsure", () => {
    const at = 1_767_261_600;
    expect(
      unsure([
        { s: at, ms: at * 1000, q: "12", mixed: 1, empty: null, list: [], time: "2026-01-01T10:00:00Z" },
        { s: at + 1, ms: at * 1000, q: "13", mixed: "x", empty: null, list: [], time: "" },
      ]),
    ).toMatchObject({
      s: expect.stringContaining("timestamp(s)"),
      ms: expect.stringContaining("timestamp(ms)"),
      q: expect.stringContaining("number in quotes"),
      mixed: expect.stringContaining("1 int, 1 string"),
      empty: "always null",
      list: expect.stringContaining("always empty"),
      time: expect.stringContaining("1 of 2 are dates or times, the others empty"),
    });
  });

  it("tell what is no record, and what can be no column", () => {
    const { records, unreadable, skipped } = inferColumns(
      lines([{ a: 1, "b.c": 1, A: 2, $d: 1, __e: 1 }, "[1]", "{", '{"a":1} x']),
    );
    expect([records, unreadable]).toEqual([1, [2, 3, 4]]);
    expect(skipped.map(([path]) => path)).toEqual(["b.c", "A", "$d", "__e"]);
  });

  it("make a map of an object whose fields are data", () => {
    const records = Array.from({ length: 60 }, (_, n) => ({ prices: { [`sku${n}`]: n + 0.5, [`sku${n + 1}`]: 1.5 } }));
    expect(shown(records)).toEqual({ prices: "map(double)!" });
  });

  it("in an object that may be absent are not required", () => {
    expect(shown([{ a: 1, s: { x: 1 } }, { a: 1 }])).toEqual({ a: "int!", s: "{ x: int }" });
  });

  it("of the retail simulator are those of its pipeline, and read all of its records", () => {
    const { record } = createRecorder({ ...demoDefaults, start: 0 });
    const records = Array.from({ length: 200 }, (_, n) => String(record(n).line));
    const columns = reread(records);
    expect(columns.find(({ name }) => name === "timestamp")).toMatchObject({ type: { kind: "timestamp" }, required: true });
    for (const line of records) expect(readRecord(line, columns)).toHaveProperty("row");
  });
});

it("whatever the records are, the printed columns are a notation that reads all of them", () => {
  const key = fc.string({ minLength: 1, maxLength: 6, unit: "grapheme" });
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.jsonValue({ maxDepth: 0 }),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(key, value, { minKeys: 1, maxKeys: 5, noNullPrototype: true }), { minLength: 1, maxLength: 8 }),
      (objects) => {
        const records = objects.map((object) => JSON.stringify(object));
        if (inferColumns(records).columns.length === 0) return;
        const columns = reread(records);
        for (const record of records) expect(readRecord(record, columns), record).toHaveProperty("row");
      },
    ),
    { numRuns: 200 },
  );
});
