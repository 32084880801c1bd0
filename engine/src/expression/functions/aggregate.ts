import type { ColumnType } from "../../column-type.ts";
import type { TypedExpression } from "../typed.ts";
import { always, type Example, type FunctionEntry, firstType, type Parameter } from "./entry.ts";

const long = always("long");
const value: Parameter = { name: "x", accepts: "any" };
const ROWS = [
  { i: 1, d: 1.5, s: "b", b: true },
  { i: 2, d: 2.5, s: "a", b: false },
  { i: null, d: null, s: null, b: null },
];

function sumType([x]: TypedExpression[]): ColumnType {
  const type = x?.type ?? { kind: "null" };
  if (type.kind === "decimal") return { ...type, precision: Math.min(38, type.precision + 10) };
  return { kind: type.kind === "double" ? "double" : "long" };
}

function isDouble(args: TypedExpression[]): boolean {
  return firstType(args).kind === "double";
}

function pick(name: string, parameter: Parameter["accepts"], doc: string, result: unknown, text = `${name}(s)`): FunctionEntry {
  return {
    name,
    family: "aggregate",
    aggregate: true,
    doc,
    parameters: [{ name: "x", accepts: parameter }],
    result: firstType,
    nulls: "any",
    spark: ([x]) => `${name}(${x})`,
    examples: [{ text, rows: ROWS, value: result }],
  };
}

function counting(name: string, parameter: Parameter, doc: string, examples: Example[]): FunctionEntry {
  const spark: FunctionEntry["spark"] = ([x]) => `${name}(${x})`;
  return {
    name,
    family: "aggregate",
    aggregate: true,
    doc,
    parameters: [parameter],
    result: long,
    nulls: "never",
    spark,
    examples,
  };
}

/** Functions over the rows of a group. */
export const AGGREGATE: FunctionEntry[] = [
  {
    ...counting(
      "count",
      { ...value, optional: true },
      "The number of rows (`count(*)`), or of those where the value is not null.",
      [
        { text: "count(*)", rows: ROWS, value: 3 },
        { text: "count(i)", rows: ROWS, value: 2 },
      ],
    ),
    star: true,
    spark: ([x]) => `count(${x ?? "*"})`,
  },
  counting("count_if", { name: "condition", accepts: "boolean" }, "The number of rows where the condition is true.", [
    { text: "count_if(i > 1)", rows: ROWS, value: 1 },
  ]),
  {
    name: "sum",
    family: "aggregate",
    aggregate: true,
    doc: "The sum of the values that are not null: a long for int and long, a double for double; fails when it grows too large.",
    parameters: [{ name: "x", accepts: "number" }],
    result: sumType,
    nulls: "any",
    spark: ([x], { args }) => (isDouble(args) ? `sum(${x})` : `try_sum(${x})`),
    fails: ([x], { args }) => (isDouble(args) ? undefined : `(count(${x}) > 0 AND try_sum(${x}) IS NULL)`),
    examples: [
      { text: "sum(i)", rows: ROWS, value: 3 },
      { text: "sum(d)", rows: ROWS, value: 4 },
      { text: "sum(l)", rows: [{ l: "9223372036854775807" }, { l: 1 }], failed: true },
      { text: "sum(i)", rows: [{ i: null }], value: null },
    ],
  },
  {
    name: "avg",
    family: "aggregate",
    aggregate: true,
    doc: "The mean of the values that are not null, as a double.",
    parameters: [{ name: "x", accepts: "double" }],
    result: always("double"),
    nulls: "any",
    spark: ([x]) => `avg(${x})`,
    examples: [{ text: "avg(i)", rows: ROWS, value: 1.5 }],
  },
  pick("min", "scalar", "The smallest value.", "a"),
  pick("max", "scalar", "The largest value.", "b"),
  pick(
    "first",
    "any",
    "The value of the row that came first, null included; the order of arrival, which a replay may change.",
    "b",
    "first(s)",
  ),
  pick(
    "last",
    "any",
    "The value of the row that came last, null included; the order of arrival, which a replay may change.",
    null,
    "last(s)",
  ),
  counting("approx_count_distinct", { name: "x", accepts: "scalar" }, "About how many different values there are (within 5 %).", [
    { text: "approx_count_distinct(s)", rows: ROWS, value: 2 },
  ]),
  {
    name: "collect_set",
    family: "aggregate",
    aggregate: true,
    doc: "The different values, null left out, in ascending order.",
    parameters: [{ name: "x", accepts: "scalar" }],
    result: (args) => ({ kind: "list", element: firstType(args) }),
    nulls: "never",
    spark: ([x]) => `sort_array(collect_set(${x}))`,
    examples: [{ text: "collect_set(s)", rows: ROWS, value: ["a", "b"] }],
  },
];
