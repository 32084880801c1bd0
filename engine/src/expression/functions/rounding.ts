import type { ColumnType } from "../../column-type.ts";
import { castOf } from "../evaluate-cast.ts";
import { onlyWhere } from "../spark-text.ts";
import type { TypedCall, TypedExpression } from "../typed.ts";
import { floorDivide } from "../values/calendar.ts";
import { divideHalfUp, powerOfTen, readDecimal, rescale } from "../values/decimal.ts";
import { doubleText } from "../values/number-text.ts";
import { type Evaluated, failure, type Value } from "../values/value.ts";
import { by, type FunctionEntry, firstType, intOf, type Parameter, strict } from "./entry.ts";

const x: Parameter = { name: "x", accepts: "number" };
const places: Parameter = { name: "places", accepts: "int", literal: true, optional: true };
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

type Rescale = (unscaled: bigint, from: number, to: number) => bigint;

/** As `rescale`, but a half goes to the even neighbour. */
function rescaleEven(unscaled: bigint, from: number, to: number): bigint {
  if (to >= from) return rescale(unscaled, from, to);
  const divisor = powerOfTen(from - to);
  const half = unscaled % divisor;
  const isHalf = (half < 0n ? -half : half) * 2n === divisor;
  const quotient = unscaled / divisor;
  return isHalf && quotient % 2n === 0n ? quotient : divideHalfUp(unscaled, divisor);
}

/** Rounds what the double's own text says, as Spark does. */
function roundDouble(value: number, to: number, round: Rescale): number {
  const read = Number.isFinite(value) ? readDecimal(doubleText(value)) : undefined;
  if (read === undefined) return value;
  return read.scale <= to ? value + 0 : Number(`${round(read.unscaled, read.scale, to)}e-${to}`);
}

function roundOf({ args, type }: TypedCall, round: Rescale): (args: Value[]) => Evaluated {
  const from = firstType(args);
  const to = intOf(args[1]) ?? 0;
  if (from.kind === "decimal" && type.kind === "decimal") return ([value]) => round(value as bigint, from.scale, type.scale);
  if (type.kind !== "double") return ([value = null]) => value;
  const asDouble = castOf(from, type);
  return ([value = null]) => roundDouble(asDouble(value) as number, to, round);
}

function rounding(name: "round" | "bround", doc: string, round: Rescale, examples: FunctionEntry["examples"]): FunctionEntry {
  return strict(
    "number",
    name,
    doc,
    [x, places],
    ([value, to]) => roundedType(value?.type ?? { kind: "double" }, intOf(to) ?? 0),
    {
      check: (args, report) => {
        const to = intOf(args[1]) ?? 0;
        if (to < 0 || to > 15) report(1, `${to} places are not between 0 and 15.`);
      },
      spark: ([value], call) => {
        const type = kindOf(call);
        if (type === "int" || type === "long") return `${value}`;
        const input = type === "decimal" && call.type.kind === "double" ? `CAST(${value} AS DOUBLE)` : value;
        return `${name}(${input}, ${intOf(call.args[1]) ?? 0})`;
      },
      evaluate: (call) => roundOf(call, round),
      examples,
    },
  );
}

function wholeDecimal(type: ColumnType): ColumnType {
  return type.kind === "decimal" && type.scale > 0
    ? { kind: "decimal", precision: type.precision - type.scale + 1, scale: 0 }
    : type;
}

/** A double as DecimalFormat rounds it: by its exact value, a half to the even neighbour. */
function exactly(value: number, to: number): bigint {
  let exponent = 0;
  let scaled = Math.abs(value);
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    exponent++;
  }
  const dividend = BigInt(scaled) * powerOfTen(to);
  const divisor = 2n ** BigInt(exponent);
  const rest = (dividend % divisor) * 2n;
  const quotient = dividend / divisor;
  return rest > divisor || (rest === divisor && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

function grouped(digits: bigint, to: number): string {
  const text = digits.toString().padStart(to + 1, "0");
  const whole = text.slice(0, text.length - to).replace(/\B(?=(\d{3})+$)/g, ",");
  return to === 0 ? whole : `${whole}.${text.slice(-to)}`;
}

function formatted(value: number, to: number): Evaluated {
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  return Math.abs(value) < 1e15 ? sign + grouped(exactly(value, to), to) : failure("only a number below 1e15 is formatted");
}

/** Functions that round. */
export const ROUNDING: FunctionEntry[] = [
  rounding(
    "round",
    "The number rounded half away from zero to so many places (0 to 15, by default 0); keeps its type.",
    rescale,
    [
      { text: "round(2.345, 2)", value: 2.35 },
      { text: "round(-2.5)", value: -3 },
      { text: "round(7)", value: 7 },
    ],
  ),
  rounding("bround", "As `round`, but a half goes to the even neighbour, so that many roundings even out.", rescaleEven, [
    { text: "bround(2.5)", value: 2 },
    { text: "bround(3.5)", value: 4 },
    { text: "bround(amount, 1)", row: { amount: "0.25" }, value: 0.2 },
  ]),
  whole("floor", "The largest whole number not above the number, as a long; fails for a double beyond a long.", [
    { text: "floor(-1.5)", value: -2 },
    { text: "floor(d)", row: { d: 1e300 }, failed: true },
    { text: "floor(i)", row: { i: 3 }, value: 3 },
  ]),
  whole("ceil", "The smallest whole number not below the number, as a long; fails for a double beyond a long.", [
    { text: "ceil(1.2)", value: 2 },
    { text: "ceil(d)", row: { d: -1e300 }, failed: true },
  ]),
  strict(
    "number",
    "format_number",
    "The number as text, with commas between thousands and so many places (0 to 15), a half rounded to the even neighbour; fails from 1e15 on.",
    [
      { name: "x", accepts: "double" },
      { name: "places", accepts: "int", literal: true },
    ],
    () => ({ kind: "string" }),
    {
      check: (args, report) => {
        const to = intOf(args[1]) ?? 0;
        if (to < 0 || to > 15) report(1, `${to} places are not between 0 and 15.`);
      },
      // Java's own digits of larger doubles differ from their shortest
      spark: ([value, to]) => `format_number(${onlyWhere(`${value}`, "abs(v) < 1e15D")}, ${to})`,
      fails: "null-result",
      evaluate: by(formatted),
      examples: [
        { text: "format_number(1234567.891, 2)", value: "1,234,567.89" },
        { text: "format_number(0.5, 0)", value: "0" },
        { text: "format_number(1e15, 0)", failed: true },
      ],
    },
  ),
];
