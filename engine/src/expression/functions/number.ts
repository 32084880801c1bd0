import { type ColumnType, sparkType } from "../../column-type.ts";
import { castOf } from "../evaluate-cast.ts";
import { arithmetic, inInt, inLong } from "../evaluate-operators.ts";
import { onlyWhere } from "../spark-text.ts";
import { arithmeticType } from "../type-rules.ts";
import type { TypedCall, TypedExpression } from "../typed.ts";
import { floorDivide } from "../values/calendar.ts";
import { compareValues } from "../values/compare.ts";
import { powerOfTen, readDecimal, rescale } from "../values/decimal.ts";
import { doubleText } from "../values/number-text.ts";
import { type Evaluated, failure, type Value } from "../values/value.ts";
import { always, by, type FunctionEntry, firstType, intOf, type Parameter } from "./entry.ts";

const double = always("double");
const x: Parameter = { name: "x", accepts: "number" };
const real: Parameter = { name: "x", accepts: "double" };
const LONG_EDGE = "9.223372036854775808E18D";

/** Decimals of 38 digits have no room for the digit that rounding may add: those are rounded as doubles. */
function roundedType(type: ColumnType, places: number): ColumnType {
  if (type.kind !== "decimal") return type;
  const scale = Math.min(type.scale, places);
  const precision = type.precision - type.scale + 1 + scale;
  return precision > 38 ? { kind: "double" } : { kind: "decimal", precision, scale };
}

function kindOf(call: TypedCall): ColumnType["kind"] {
  return firstType(call.args).kind;
}

function whole(name: "floor" | "ceil", doc: string, examples: FunctionEntry["examples"]): FunctionEntry {
  const result = ([arg]: TypedExpression[]): ColumnType => {
    const type = arg?.type ?? { kind: "long" };
    return type.kind === "double" ? { kind: "long" } : wholeDecimal(type);
  };
  const spark: FunctionEntry["spark"] = ([value], call) => {
    if (kindOf(call) === "int" || kindOf(call) === "long") return `${value}`;
    // Spark silently clamps a double beyond a long
    return kindOf(call) === "double"
      ? `${name}(${onlyWhere(`${value}`, `v >= -${LONG_EDGE} AND v < ${LONG_EDGE}`)})`
      : `${name}(${value})`;
  };
  return {
    name,
    family: "number",
    doc,
    parameters: [x],
    result,
    nulls: "any",
    spark,
    fails: (_, call) => (kindOf(call) === "double" ? "null-result" : undefined),
    evaluate: (call) => wholeOf(name, firstType(call.args)),
    examples,
  };
}

function wholeOf(name: "floor" | "ceil", type: ColumnType): (args: Value[]) => Evaluated {
  if (type.kind === "double")
    return ([value]) => {
      const number = Math[name](value as number);
      return number >= -(2 ** 63) && number < 2 ** 63 ? BigInt(number) : failure("the number is larger than a long");
    };
  if (type.kind !== "decimal") return ([value = null]) => value;
  const one = powerOfTen(type.scale);
  return ([value]) => (name === "floor" ? floorDivide(value as bigint, one) : -floorDivide(-(value as bigint), one));
}

/** Rounds half away from zero what the double's own text says, as Spark does. */
export function roundDouble(value: number, places: number): number {
  const read = Number.isFinite(value) ? readDecimal(doubleText(value)) : undefined;
  if (read === undefined) return value;
  return read.scale <= places ? value + 0 : Number(`${rescale(read.unscaled, read.scale, places)}e-${places}`);
}

function roundOf({ args, type }: TypedCall): (args: Value[]) => Evaluated {
  const from = firstType(args);
  const places = intOf(args[1]) ?? 0;
  if (from.kind === "decimal" && type.kind === "decimal") return ([value]) => rescale(value as bigint, from.scale, type.scale);
  if (type.kind !== "double") return ([value = null]) => value;
  const asDouble = castOf(from, type);
  return ([value = null]) => roundDouble(asDouble(value) as number, places);
}

function wholeDecimal(type: ColumnType): ColumnType {
  return type.kind === "decimal" && type.scale > 0
    ? { kind: "decimal", precision: type.precision - type.scale + 1, scale: 0 }
    : type;
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
    name: "round",
    family: "number",
    doc: "The number rounded half away from zero to so many places (0 to 15, by default 0); keeps its type.",
    parameters: [x, { name: "places", accepts: "int", literal: true, optional: true }],
    check: (args, report) => {
      const places = intOf(args[1]) ?? 0;
      if (places < 0 || places > 15) report(1, `${places} places are not between 0 and 15.`);
    },
    result: ([value, places]) => roundedType(value?.type ?? { kind: "double" }, intOf(places) ?? 0),
    nulls: "any",
    spark: ([value], call) => {
      const type = kindOf(call);
      if (type === "int" || type === "long") return `${value}`;
      const input = type === "decimal" && call.type.kind === "double" ? `CAST(${value} AS DOUBLE)` : value;
      return `round(${input}, ${intOf(call.args[1]) ?? 0})`;
    },
    evaluate: roundOf,
    examples: [
      { text: "round(2.345, 2)", value: 2.35 },
      { text: "round(-2.5)", value: -3 },
      { text: "round(7)", value: 7 },
    ],
  },
  whole("floor", "The largest whole number not above the number, as a long; fails for a double beyond a long.", [
    { text: "floor(-1.5)", value: -2 },
    { text: "floor(d)", row: { d: 1e300 }, failed: true },
    { text: "floor(i)", row: { i: 3 }, value: 3 },
  ]),
  whole("ceil", "The smallest whole number not below the number, as a long; fails for a double beyond a long.", [
    { text: "ceil(1.2)", value: 2 },
    { text: "ceil(d)", row: { d: -1e300 }, failed: true },
  ]),
  {
    name: "sqrt",
    family: "number",
    doc: "The square root; NaN for a negative number.",
    parameters: [real],
    result: double,
    nulls: "any",
    spark: ([value]) => `sqrt(${value})`,
    evaluate: by((value: number) => Math.sqrt(value)),
    examples: [{ text: "sqrt(9)", value: 3 }],
  },
  {
    name: "power",
    family: "number",
    doc: "The number to a power, as a double.",
    parameters: [real, { name: "exponent", accepts: "double" }],
    result: double,
    nulls: "any",
    spark: ([value, exponent]) => `power(${value}, ${exponent})`,
    noPreview: ({ args }) => {
      const exponent = args[1]?.kind === "literal" ? Number(args[1].value) : Number.NaN;
      return [0, 1, 2, 0.5].includes(exponent) ? undefined : "the last digit of a power is another in Java than in JavaScript";
    },
    evaluate: by((value: number, exponent: number) => (exponent === 2 ? value * value : value ** exponent)),
    examples: [
      { text: "power(2, 10)", value: 1024 },
      { text: "power(d, 2)", row: { d: -1.5 }, value: 2.25 },
      { text: "power(d, 0.5)", row: { d: 6.25 }, value: 2.5 },
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
    name: "ln",
    family: "number",
    doc: "The natural logarithm; fails for 0 and below.",
    parameters: [real],
    result: double,
    nulls: "any",
    spark: ([value]) => `ln(${value})`,
    fails: "null-result",
    evaluate: by((value: number) => (value <= 0 ? failure("there is a logarithm only of what is above 0") : Math.log(value))),
    examples: [
      { text: "ln(1)", value: 0 },
      { text: "ln(0)", failed: true },
    ],
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
];
