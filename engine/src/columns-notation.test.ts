import { expect, test } from "vitest";
import { showType } from "./column-type.ts";
import { parseColumns } from "./columns-notation.ts";

test("reads every notation, and prints it back", () => {
  const columns = {
    a: "string!",
    b: "decimal(10, 2)",
    c: "timestamp(ms)!",
    d: "map(double)",
    e: ["int"],
    f: { x: "long", y: [{ z: "date" }] },
    g: "binary",
    h: "map(map(boolean))",
  };
  const { value = [], findings } = parseColumns(columns, "/c");
  expect(findings).toEqual([]);
  expect(value.map(({ name, type, required }) => `${name}${required ? "!" : ""} ${showType(type)}`)).toEqual([
    "a! string",
    "b decimal(10,2)",
    "c! timestamp(ms)",
    "d map(double)",
    "e [int]",
    "f { x: long, y: [{ z: date }] }",
    "g binary",
    "h map(map(boolean))",
  ]);
});

test("a struct with a required column is required, a list of such structs is not", () => {
  const { value = [] } = parseColumns({ summary: { inner: { total: "double!" } }, items: [{ price: "double!" }] }, "");
  expect(value.map((column) => column.required)).toEqual([true, false]);
});

test("names that objects inherit are ordinary names", () => {
  const { value = [], findings } = parseColumns({ toString: "string", valueOf: "int" }, "");
  expect(findings).toEqual([]);
  expect(value.map((column) => column.name)).toEqual(["toString", "valueOf"]);
  expect(parseColumns({ a: "toString" }, "").findings).toHaveLength(1);
});

test("anything else is a finding, never a throw", () => {
  for (const value of [
    null,
    undefined,
    1,
    "x",
    [],
    [1],
    {},
    { a: null },
    { a: [] },
    { a: {} },
    { "": "string" },
    { a: "map()" },
    { a: "!" },
  ]) {
    expect(parseColumns(value, "").findings.length).toBeGreaterThan(0);
    expect(parseColumns(value, "").value).toBeUndefined();
  }
});
