import { compareValues } from "../values/compare.ts";
import { failure, type Value } from "../values/value.ts";
import { always, type FunctionEntry, firstType, type Parameter } from "./entry.ts";

/** So many values Spark's estimate of a percentile keeps as they are; the result is then exact. */
const EXACT = 10_000;
const real: Parameter = { name: "x", accepts: "double" };
const ROWS = [
  { i: 1, d: 1.5, s: "b", b: true },
  { i: 2, d: 2.5, s: "a", b: false },
  { i: 4, d: 5.5, s: "c", b: true },
  { i: null, d: null, s: null, b: null },
];

function aggregate(entry: Omit<FunctionEntry, "family" | "aggregate" | "nulls">): FunctionEntry {
  return { ...entry, family: "aggregate", aggregate: true, nulls: "may" };
}

/** Count, mean and sum of squared deviations, as Spark updates them row by row. */
function momentsOf(values: readonly number[]): { count: number; squares: number } {
  let [count, mean, squares] = [0, 0, 0];
  for (const value of values) {
    count++;
    const delta = value - mean;
    const part = delta / count;
    mean += part;
    squares += delta * (delta - part);
  }
  return { count, squares: squares + merged(mean, mean, count) };
}

/** What Spark adds when it merges a partition's part with an empty one: nothing, but NaN where the square of the mean overflows. */
function merged(x: number, y: number, count: number): number {
  return count === 0 ? 0 : x * (y / count) * 0 * count;
}

/** The sum of the products of the deviations of both, as Spark updates it row by row. */
function productsOf(pairs: readonly (readonly [number, number])[]): number {
  let [count, meanX, meanY, products] = [0, 0, 0, 0];
  for (const [x, y] of pairs) {
    count++;
    const delta = x - meanX;
    meanX += delta / count;
    meanY += (y - meanY) / count;
    products += delta * (y - meanY);
  }
  return products + merged(meanX, meanY, count);
}

function numbers(rows: Value[][]): number[] {
  return rows.flatMap(([value]) => (typeof value === "number" ? [value] : []));
}

function correlation(rows: Value[][]): number | null {
  const pairs = rows.flatMap(([x, y]): [number, number][] => (typeof x === "number" && typeof y === "number" ? [[x, y]] : []));
  const [x, y] = [momentsOf(pairs.map((pair) => pair[0])), momentsOf(pairs.map((pair) => pair[1]))];
  const divisor = Math.sqrt(x.squares / x.count) * Math.sqrt(y.squares / y.count);
  return pairs.length === 0 || divisor === 0 ? null : productsOf(pairs) / pairs.length / divisor;
}

function bestBy(name: "max_by" | "min_by", word: string, direction: 1 | -1, value: string): FunctionEntry {
  return aggregate({
    name,
    doc: `The value of the row whose \`by\` is the ${word}; of equal ones the last that came.`,
    parameters: [
      { name: "value", accepts: "any" },
      { name: "by", accepts: "scalar" },
    ],
    result: firstType,
    spark: ([x, by]) => `${name}(${x}, ${by})`,
    gather: ({ args }) => {
      const type = args[1]?.type ?? { kind: "null" };
      return (rows) => {
        let [best, order]: [Value, Value] = [null, null];
        for (const [given = null, by = null] of rows)
          if (by !== null && (order === null || compareValues(type, by, order) * direction >= 0)) [best, order] = [given, by];
        return best;
      };
    },
    examples: [
      { text: `${name}(s, i)`, rows: ROWS, value },
      { text: `${name}(s, i)`, rows: [{ s: "a", i: null }], value: null },
      { text: `${name}(s, i) where d = 2.5`, rows: ROWS, value: "a" },
    ],
  });
}

function allOrAny(name: "bool_and" | "bool_or", word: string, decisive: boolean): FunctionEntry {
  return aggregate({
    name,
    doc: `True when the condition is true for ${word}, rows where it is null left out; null when it is null for all.`,
    parameters: [{ name: "condition", accepts: "boolean" }],
    result: always("boolean"),
    spark: ([x]) => `${name}(${x})`,
    gather: () => (rows) => {
      const values = rows.flatMap(([value]) => (typeof value === "boolean" ? [value] : []));
      return values.length === 0 ? null : values.includes(decisive) === decisive;
    },
    examples: [{ text: `${name}(b)`, rows: ROWS, value: decisive }],
  });
}

/** Functions over a group that compare or describe its rows. */
export const STATISTICS: FunctionEntry[] = [
  bestBy("max_by", "largest", 1, "c"),
  bestBy("min_by", "smallest", -1, "b"),
  allOrAny("bool_and", "every row", false),
  allOrAny("bool_or", "one row or more", true),
  aggregate({
    name: "stddev",
    doc: "The standard deviation of the values as a sample; null for fewer than two.",
    parameters: [real],
    result: always("double"),
    spark: ([x]) => `stddev_samp(${x})`,
    gather: () => (rows) => {
      const { count, squares } = momentsOf(numbers(rows));
      return count < 2 ? null : Math.sqrt(squares / (count - 1));
    },
    examples: [
      { text: "stddev(i)", rows: [{ i: 1 }, { i: 3 }, { i: 5 }], value: 2 },
      { text: "stddev(i)", rows: [{ i: 1 }], value: null },
    ],
  }),
  aggregate({
    name: "corr",
    doc: "How closely two values go together (Pearson), -1 to 1, over the rows that have both; null where one of them never changes.",
    parameters: [real, { name: "y", accepts: "double" }],
    result: always("double"),
    // Spark's own `corr` divides by zero where a value never changes, which ends the query
    spark: ([x, y]) => {
      const [both, other] = [`CASE WHEN ${y} IS NOT NULL THEN ${x} END`, `CASE WHEN ${x} IS NOT NULL THEN ${y} END`];
      return `try_divide(covar_pop(${x}, ${y}), stddev_pop(${both}) * stddev_pop(${other}))`;
    },
    gather: () => correlation,
    examples: [
      {
        text: "corr(i, d)",
        rows: [
          { i: 1, d: 2 },
          { i: 2, d: 4 },
          { i: 3, d: null },
          { i: 3, d: 6 },
        ],
        value: 1,
      },
      {
        text: "corr(i, d)",
        rows: [
          { i: 1, d: 2 },
          { i: 1, d: 4 },
        ],
        value: null,
      },
    ],
  }),
  aggregate({
    name: "percentile_approx",
    doc: `The value below which about such a share (0 to 1) of the values lies; exact up to ${EXACT} values, and an estimate beyond, which has no preview.`,
    parameters: [real, { name: "share", accepts: "double", literal: true }],
    check: ([, share], report) => {
      const given = share?.kind === "literal" ? Number(share.value) : 0;
      if (given < 0 || given > 1) report(1, `${given} is no share between 0 and 1.`, "write 0.5 for the median");
    },
    result: always("double"),
    spark: ([x, share]) => `percentile_approx(${x}, ${share}, ${EXACT})`,
    gather: ({ args }) => {
      const share = args[1]?.kind === "literal" ? Number(args[1].value) : 0;
      return (rows) => {
        const values = numbers(rows).sort((a, b) => compareValues({ kind: "double" }, a, b));
        if (values.length > EXACT) return failure(`the percentile of more than ${EXACT} values is an estimate of Spark's alone`);
        return values[Math.max(0, Math.ceil(share * values.length) - 1)] ?? null;
      };
    },
    examples: [
      { text: "percentile_approx(d, 0.5)", rows: ROWS, value: 2.5 },
      { text: "percentile_approx(d, 0.5)", rows: [{ d: null }], value: null },
    ],
  }),
];
