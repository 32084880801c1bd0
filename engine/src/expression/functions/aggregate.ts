import type { ColumnType } from "../../column-type.ts";
import { inLong } from "../evaluate-operators.ts";
import type { TypedCall, TypedExpression } from "../typed.ts";
import { compareValues } from "../values/compare.ts";
import { fitDecimal } from "../values/decimal.ts";
import { estimateDistinct } from "../values/distinct-sketch.ts";
import { type Evaluated, failure, isFailure, type Value } from "../values/value.ts";
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

type Gather = NonNullable<FunctionEntry["gather"]>;

function present(rows: Value[][]): Value[] {
  return rows.flatMap(([value = null]) => (value === null ? [] : [value]));
}

function sumOf({ args, type }: TypedCall): (rows: Value[][]) => Evaluated {
  return (rows) => {
    const values = present(rows);
    if (values.length === 0) return null;
    if (type.kind === "double") return (values as number[]).reduce((sum, value) => sum + value, 0);
    const from = firstType(args);
    let sum = 0n;
    for (const value of values as (number | bigint)[]) {
      sum += BigInt(value);
      if (type.kind === "long" && isFailure(inLong(sum))) return failure("the sum is larger than a long");
    }
    if (type.kind !== "decimal" || from.kind !== "decimal") return sum;
    return fitDecimal(sum, from.scale, type) ?? failure(`the sum has more than the ${type.precision} digits of its decimal`);
  };
}

function averageOf(rows: Value[][]): Evaluated {
  const values = present(rows) as number[];
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function extreme(direction: 1 | -1): Gather {
  return ({ type }) =>
    (rows) => {
      let best: Value = null;
      for (const value of present(rows)) if (best === null || compareValues(type, value, best) * direction > 0) best = value;
      return best;
    };
}

function setOf({ args }: TypedCall): (rows: Value[][]) => Evaluated {
  const type = firstType(args);
  return (rows) => {
    const sorted = present(rows).sort((a, b) => compareValues(type, a, b));
    const different = sorted.filter((value, i) => i === 0 || compareValues(type, value, sorted[i - 1] ?? null) !== 0);
    // Spark keeps no negative zero in a set
    return different.map((value) => (value === 0 ? 0 : value));
  };
}

function pick(name: string, parameter: Parameter["accepts"], doc: string, result: unknown, gather: Gather): FunctionEntry {
  return {
    name,
    family: "aggregate",
    aggregate: true,
    doc,
    parameters: [{ name: "x", accepts: parameter }],
    result: firstType,
    nulls: "any",
    spark: ([x]) => `${name}(${x})`,
    gather,
    examples: [{ text: `${name}(s)`, rows: ROWS, value: result }],
  };
}

function isChosen([, where = true]: Value[]): boolean {
  return where === true;
}

/** The condition, where there is one, is the second argument: the value itself may be null in the row that counts. */
function arrival(name: "first" | "last", result: unknown, find: (rows: Value[][]) => Value[] | undefined): FunctionEntry {
  const doc = `The value of the row that came ${name}, null included; the order of arrival, which a replay may change.`;
  const entry = pick(name, "any", doc, result, () => (rows) => find(rows)?.[0] ?? null);
  return {
    ...entry,
    keepsNulls: true,
    spark: ([x, where]) =>
      where === undefined ? `${name}(${x})` : `${name}(CASE WHEN ${where} THEN struct(${x} AS v) END, true).v`,
    examples: [
      ...entry.examples,
      { text: `${name}(i) where d is null or s = 'a'`, rows: ROWS, value: name === "first" ? 2 : null },
    ],
  };
}

function counting(
  name: string,
  parameter: Parameter,
  doc: string,
  examples: Example[],
  counts: (value: Value | undefined) => boolean,
): FunctionEntry {
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
    gather: () => (rows) => BigInt(rows.filter(([value]) => counts(value)).length),
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
        { text: "count(*) where i = 1", rows: ROWS, value: 1 },
      ],
      (value) => value !== null,
    ),
    star: true,
    spark: ([x]) => `count(${x ?? "*"})`,
  },
  counting(
    "count_if",
    { name: "condition", accepts: "boolean" },
    "The number of rows where the condition is true.",
    [{ text: "count_if(i > 1)", rows: ROWS, value: 1 }],
    (value) => value === true,
  ),
  {
    name: "sum",
    family: "aggregate",
    aggregate: true,
    doc: "The sum of the values that are not null: a long for int and long, a double for double; fails when it grows too large.",
    parameters: [{ name: "x", accepts: "number" }],
    result: sumType,
    nulls: "any",
    spark: ([x], { args }) => (isDouble(args) ? `sum(${x})` : `try_sum(${x})`),
    gather: sumOf,
    fails: ([x], { args }) => (isDouble(args) ? undefined : `(count(${x}) > 0 AND try_sum(${x}) IS NULL)`),
    examples: [
      { text: "sum(i)", rows: ROWS, value: 3 },
      { text: "sum(d)", rows: ROWS, value: 4 },
      { text: "(sum(i) where s = 'a') / count(*)", rows: ROWS, value: 2 / 3 },
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
    gather: () => averageOf,
    examples: [{ text: "avg(i)", rows: ROWS, value: 1.5 }],
  },
  pick("min", "scalar", "The smallest value.", "a", extreme(-1)),
  pick("max", "scalar", "The largest value.", "b", extreme(1)),
  arrival("first", "b", (rows) => rows.find(isChosen)),
  arrival("last", null, (rows) => rows.findLast(isChosen)),
  {
    ...counting(
      "approx_count_distinct",
      { name: "x", accepts: "scalar" },
      `About how many different values there are (within 5 %). Beyond some 400 it has no preview.`,
      [{ text: "approx_count_distinct(s)", rows: ROWS, value: 2 }],
      () => true,
    ),
    gather:
      ({ args }) =>
      (rows) =>
        estimateDistinct(firstType(args), present(rows)) ??
        failure("more than some 400 different values are an estimate of Spark's alone"),
  },
  {
    name: "collect_set",
    family: "aggregate",
    aggregate: true,
    doc: "The different values, null left out, in ascending order.",
    parameters: [{ name: "x", accepts: "scalar" }],
    result: (args) => ({ kind: "list", element: firstType(args) }),
    nulls: "never",
    spark: ([x]) => `sort_array(collect_set(${x}))`,
    gather: setOf,
    examples: [{ text: "collect_set(s)", rows: ROWS, value: ["a", "b"] }],
  },
];
