import type { ColumnType } from "../../column-type.ts";
import type { ArithmeticOperator } from "../tree.ts";

export type DecimalType = Extract<ColumnType, { kind: "decimal" }>;

/** Digits that Java's arithmetic keeps in a product, and places that it keeps in a quotient, before either takes its own type. */
const KEPT = 38;
const POWERS: bigint[] = [1n];

/** 10 to a power. */
export function powerOfTen(exponent: number): bigint {
  for (let at = POWERS.length; at <= exponent; at++) POWERS.push((POWERS[at - 1] ?? 1n) * 10n);
  return POWERS[exponent] ?? 1n;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** A quotient of whole numbers, rounded half away from zero. */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const rest = magnitude(dividend % divisor) * 2n;
  if (rest < magnitude(divisor)) return quotient;
  return dividend < 0n === divisor < 0n ? quotient + 1n : quotient - 1n;
}

/** The digits at another scale, rounded half away from zero where places are lost. */
export function rescale(unscaled: bigint, from: number, to: number): bigint {
  return to >= from ? unscaled * powerOfTen(to - from) : divideHalfUp(unscaled, powerOfTen(from - to));
}

/** The digits as a decimal of the type, or undefined where they are too many. */
export function fitDecimal(unscaled: bigint, scale: number, type: DecimalType): bigint | undefined {
  const digits = rescale(unscaled, scale, type.scale);
  return magnitude(digits) < powerOfTen(type.precision) ? digits : undefined;
}

/** The number of decimal digits. */
export function digitCount(unscaled: bigint): number {
  return unscaled === 0n ? 1 : magnitude(unscaled).toString().length;
}

/** All digits with the point in its place: `-0.50`. */
export function decimalText(unscaled: bigint, scale: number): string {
  const digits = magnitude(unscaled)
    .toString()
    .padStart(scale + 1, "0");
  const sign = unscaled < 0n ? "-" : "";
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Any number as text, with or without point and exponent, as digits and scale; undefined for what is no number. */
export function readDecimal(text: string): { unscaled: bigint; scale: number } | undefined {
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,10}))?$/.exec(text);
  const digits = `${parts?.[2] ?? ""}${parts?.[3] ?? ""}`;
  if (parts === null || digits === "") return undefined;
  const unscaled = BigInt(digits) * (parts[1] === "-" ? -1n : 1n);
  return { unscaled, scale: (parts[3] ?? "").length - Number(parts[4] ?? 0) };
}

/** The text's number in the type, rounded half away from zero; undefined where it does not fit or is none. */
export function decimalOf(text: string, type: DecimalType): bigint | undefined {
  const read = readDecimal(text);
  if (read === undefined) return undefined;
  if (read.unscaled === 0n) return 0n;
  const whole = digitCount(read.unscaled) - read.scale;
  if (whole > KEPT) return undefined;
  // an exponent of many digits must not build a number of many digits
  return whole < -KEPT ? 0n : fitDecimal(read.unscaled, read.scale, type);
}

/** Java finds no remainder where the whole quotient, zeros at its end apart, has too many digits. */
function isTooLong(quotient: bigint): boolean {
  const surplus = digitCount(quotient) - KEPT;
  return surplus > 0 && quotient % powerOfTen(surplus) !== 0n;
}

interface Operand {
  unscaled: bigint;
  scale: number;
}

/** `left op right` in the result's type, by the rules of Spark and of Java's BigDecimal below it; undefined where it has none. */
export function decimalArithmetic(op: ArithmeticOperator, left: Operand, right: Operand, type: DecimalType): bigint | undefined {
  const scale = Math.max(left.scale, right.scale);
  const [a, b] = [rescale(left.unscaled, left.scale, scale), rescale(right.unscaled, right.scale, scale)];
  switch (op) {
    case "+":
      return fitDecimal(a + b, scale, type);
    case "-":
      return fitDecimal(a - b, scale, type);
    case "*": {
      const product = left.unscaled * right.unscaled;
      const surplus = Math.max(0, digitCount(product) - KEPT);
      return fitDecimal(divideHalfUp(product, powerOfTen(surplus)), left.scale + right.scale - surplus, type);
    }
    case "/":
      if (right.unscaled === 0n) return undefined;
      return fitDecimal(divideHalfUp(a * powerOfTen(KEPT), b), KEPT, type);
    case "%":
      return b === 0n || isTooLong(a / b) ? undefined : fitDecimal(a % b, scale, type);
  }
}
