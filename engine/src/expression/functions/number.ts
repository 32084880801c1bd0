import { type ColumnType, sparkType } from "../../column-type.ts";
import { arithmetic, inInt, inLong } from "../evaluate-operators.ts";
import { arithmeticType } from "../type-rules.ts";
import type { TypedCall } from "../typed.ts";
import { compareValues } from "../values/compare.ts";
import { type Evaluated, failure, type Value } from "../values/value.ts";
import { always, by, type FunctionEntry, firstType, intOf, type Parameter, strict } from "./entry.ts";

const double = always("double");
const x: Parameter = { name: "x", accepts: "number" };
const real: Parameter = { name: "x", accepts: "double" };

function kindOf(call: TypedCall): ColumnType["kind"] {
  return firstType(call.args).kind;
}

function extremeOf(name: "greatest" | "least", { type }: TypedCall): (args: Value[]) => Evaluated {
  const better = name === "greatest" ? 1 : -1;
  return (values) => {
    let best: Value = null;
    for (const value of values)
      if (value !== null && (best === null || compareValues(type, value, best) * better > 0)) best = value;
    return best;
  };
}

function extreme(name: "greatest" | "least", word: string, value: number): FunctionEntry {
  return {
    name,
    family: "number",
    doc: `The ${word} of the values that are not null.`,
    variadic: true,
    parameters: [
      { name: "a", accepts: "common" },
      { name: "b", accepts: "common" },
    ],
    result: firstType,
    nulls: "all",
    spark: (args) => `${name}(${args.join(", ")})`,
    evaluate: (call) => extremeOf(name, call),
    examples: [
      { text: `${name}(1, 3, 2)`, value },
      { text: `${name}(i, 3)`, row: { i: null }, value: 3 },
    ],
  };
}

function bucketOf(value: number, low: number, high: number, count: number): Evaluated {
  if (Number.isNaN(value)) return failure("the number is NaN");
  const [below, above, passed] =
    low < high ? [value < low, value >= high, value - low] : [value > low, value <= high, low - value];
  if (below || above) return BigInt(below ? 0 : count + 1);
  return BigInt(Math.trunc((count * passed) / Math.abs(high - low))) + 1n;
}

/** Functions on numbers. */
export const NUMBER: FunctionEntry[] = [
  {
    name: "abs",
    family: "number",
    doc: "The number without its sign; fails for the smallest int and the smallest long.",
    parameters: [x],
    result: firstType,
    nulls: "any",
    spark: ([value], call) => {
      if (kindOf(call) === "int") return `try_cast(abs(CAST(${value} AS BIGINT)) AS INT)`;
      const type = firstType(call.args);
      // Spark's own would round beyond 34 digits, and then may throw
      if (type.kind === "decimal" && type.precision > 34)
        return `try_cast(replace(CAST(${value} AS STRING), '-', '') AS ${sparkType(type)})`;
      return kindOf(call) === "long" ? `try_cast(abs(CAST(${value} AS DECIMAL(20,0))) AS BIGINT)` : `abs(${value})`;
    },
    fails: (_, call) => (kindOf(call) === "int" || kindOf(call) === "long" ? "null-result" : undefined),
    evaluate: (call) => {
      const kind = kindOf(call);
      if (kind === "int") return ([value]) => inInt(Math.abs(value as number));
      if (kind === "double") return ([value]) => Math.abs(value as number);
      return ([value]) => {
        const size = (value as bigint) < 0n ? -(value as bigint) : (value as bigint);
        return kind === "long" ? inLong(size) : size;
      };
    },
    examples: [
      { text: "abs(-3)", value: 3 },
      { text: "abs(i)", row: { i: -2147483648 }, failed: true },
      { text: "abs(-1.5)", value: 1.5 },
    ],
  },
  {
    name: "mod",
    family: "number",
    doc: "The remainder, with the sign of the dividend, as `%`; fails for a divisor of 0.",
    parameters: [x, { name: "divisor", accepts: "number" }],
    result: ([a, b]) => (a && b ? arithmeticType("%", a.type, b.type) : undefined) ?? { kind: "double" },
    nulls: "any",
    spark: ([a, b]) => `try_mod(${a}, ${b})`,
    fails: "null-result",
    evaluate: ({ type, args: [left, right] }) => {
      const apply = arithmetic("%", type, left?.type ?? type, right?.type ?? type);
      return ([a, b]) => apply(a as number, b as number);
    },
    examples: [
      { text: "mod(-7, 3)", value: -1 },
      { text: "mod(7, 0)", failed: true },
      { text: "mod(7.5, i)", row: { i: 2 }, value: 1.5 },
    ],
  },
  extreme("greatest", "largest", 3),
  extreme("least", "smallest", 1),
  {
    name: "sign",
    family: "number",
    doc: "-1, 0 or 1 as a double.",
    parameters: [real],
    result: double,
    nulls: "any",
    spark: ([value]) => `sign(${value})`,
    evaluate: by((value: number) => Math.sign(value)),
    examples: [{ text: "sign(-4)", value: -1 }],
  },
  {
    name: "is_nan",
    family: "number",
    doc: "True for a double that is no number; null for null.",
    parameters: [real],
    result: always("boolean"),
    nulls: "any",
    // Spark's isnan says false for null
    spark: ([value]) => `(${value} = double('NaN'))`,
    evaluate: by((value: number) => Number.isNaN(value)),
    examples: [
      { text: "is_nan(sqrt(-1))", value: true },
      { text: "is_nan(d)", row: { d: null }, value: null },
      { text: "is_nan(1)", value: false },
    ],
  },
  strict("number", "radians", "An angle in degrees as radians.", [real], double, {
    spark: ([value]) => `radians(${value})`,
    evaluate: by((value: number) => value * 0.017453292519943295),
    examples: [{ text: "radians(0)", value: 0 }],
  }),
  strict("number", "degrees", "An angle in radians as degrees.", [real], double, {
    spark: ([value]) => `degrees(${value})`,
    evaluate: by((value: number) => value * 57.29577951308232),
    examples: [{ text: "degrees(0)", value: 0 }],
  }),
  strict(
    "number",
    "width_bucket",
    "Which of `count` equal parts of the range from `low` to `high` the number lies in, from 1; 0 below, `count + 1` above. Fails for NaN.",
    [
      real,
      { name: "low", accepts: "double", literal: true },
      { name: "high", accepts: "double", literal: true },
      { name: "count", accepts: "int", literal: true },
    ],
    always("long"),
    {
      check: ([, low, high, count], report) => {
        const [from, to] = [low, high].map((one) => (one?.kind === "literal" ? Number(one.value) : 0));
        if (from === to) report(2, "The range is empty.");
        const parts = intOf(count) ?? 1;
        if (parts < 1 || parts > 10_000) report(3, `${parts} parts are not between 1 and 10000.`);
      },
      spark: (args) => `width_bucket(${args.join(", ")})`,
      fails: "null-result",
      evaluate: by(bucketOf),
      examples: [
        { text: "width_bucket(5.3, 0.0, 10.0, 5)", value: 3 },
        { text: "width_bucket(d, 0.0, 10.0, 5)", row: { d: -1 }, value: 0 },
        { text: "width_bucket(d, 0.0, 10.0, 5)", row: { d: "NaN" }, failed: true },
      ],
    },
  ),
];
