import type { ColumnType } from "../column-type.ts";
import { INT, LONG } from "./evaluate-cast.ts";
import type { ArithmeticOperator, CompareOperator } from "./tree.ts";
import { decimalArithmetic } from "./values/decimal.ts";
import { type Evaluated, failure, type Value } from "./values/value.ts";

type Present = Exclude<Value, null>;

/** `+ - * / %` on two values of the given types; the operands have been brought to what the result's type asks for. */
export function arithmetic(
  op: ArithmeticOperator,
  type: ColumnType,
  left: ColumnType,
  right: ColumnType,
): (a: Present, b: Present) => Evaluated {
  if (type.kind === "double") return (a, b) => onDoubles(op, a as number, b as number);
  if (type.kind === "int") return (a, b) => onInts(op, a as number, b as number);
  if (type.kind === "long") return (a, b) => onLongs(op, a as bigint, b as bigint);
  if (type.kind !== "decimal" || left.kind !== "decimal" || right.kind !== "decimal") throw new Error("no arithmetic here");
  return (a, b) => {
    if (b === 0n && (op === "/" || op === "%")) return failure("the divisor is 0");
    const result = decimalArithmetic(
      op,
      { unscaled: a as bigint, scale: left.scale },
      { unscaled: b as bigint, scale: right.scale },
      type,
    );
    return result ?? failure(`the result has more than the ${type.precision} digits of its decimal`);
  };
}

function onDoubles(op: ArithmeticOperator, a: number, b: number): Evaluated {
  switch (op) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return b === 0 ? failure("the divisor is 0") : a / b;
    case "%":
      return b === 0 ? failure("the divisor is 0") : a % b;
  }
}

function onInts(op: ArithmeticOperator, a: number, b: number): Evaluated {
  if ((op === "/" || op === "%") && b === 0) return failure("the divisor is 0");
  // a product beyond 2^53 is inexact, but then it is no int anyway; + 0 takes the sign from a zero
  const result = op === "+" ? a + b : op === "-" ? a - b : op === "*" ? a * b + 0 : (a % b) + 0;
  return inInt(result);
}

/** The whole number if it is an int. */
export function inInt(value: number): Evaluated {
  return value >= Number(INT.low) && value <= Number(INT.high) ? value : failure("the result is larger than an int");
}

function onLongs(op: ArithmeticOperator, a: bigint, b: bigint): Evaluated {
  if ((op === "/" || op === "%") && b === 0n) return failure("the divisor is 0");
  return inLong(op === "+" ? a + b : op === "-" ? a - b : op === "*" ? a * b : a % b);
}

/** The whole number if it is a long. */
export function inLong(value: bigint): Evaluated {
  return value >= LONG.low && value <= LONG.high ? value : failure("the result is larger than a long");
}

/** Unary minus. */
export function negated(type: ColumnType): (value: Present) => Evaluated {
  if (type.kind === "int") return (value) => inInt(0 - (value as number));
  if (type.kind === "long") return (value) => inLong(-(value as bigint));
  return (value) => -(value as number | bigint);
}

/** What an order (negative, zero, positive) says to a comparison. */
export function holds(op: CompareOperator, order: number): boolean {
  switch (op) {
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

/** `and` and `or` of three-valued logic. */
export function logic(op: "and" | "or", a: boolean | null, b: boolean | null): boolean | null {
  const decisive = op === "or";
  if (a === decisive || b === decisive) return decisive;
  return a === null || b === null ? null : !decisive;
}

/** A `like` pattern as a regular expression over code points. */
export function likeRegex(pattern: string): RegExp {
  const source = pattern.replace(/\\([%_\\])|%|_|[^%_\\]/gu, (token, escaped: string | undefined) => {
    if (token === "%") return ".*";
    if (token === "_") return ".";
    return (escaped ?? token).replace(/[\\^$.|?*+()[\]{}/]/g, "\\$&");
  });
  return new RegExp(`^${source}$`, "su");
}
