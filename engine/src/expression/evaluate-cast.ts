import { type ColumnType, isNumeric, sameType, showType } from "../column-type.ts";
import { dateText, daysOfInstant, MICROS_PER_DAY } from "./values/calendar.ts";
import { decimalOf, decimalText, fitDecimal, powerOfTen } from "./values/decimal.ts";
import { readDate, readTimestamp, timestampText } from "./values/instant-text.ts";
import { doubleText, readBoolean, readDouble, readWhole, trimmed } from "./values/number-text.ts";
import { type Evaluated, failure, type Value } from "./values/value.ts";

export const INT = { low: -(2n ** 31n), high: 2n ** 31n - 1n };
export const LONG = { low: -(2n ** 63n), high: 2n ** 63n - 1n };

type Present = Exclude<Value, null>;
type Cast = (value: Present) => Present | undefined;

/** The cast from one type to another as Spark does it: the value, or a failure that quotes what does not fit. */
export function castOf(from: ColumnType, to: ColumnType): (value: Value) => Evaluated {
  const cast = conversion(from, to);
  return (value) => {
    if (value === null) return null;
    return cast(value) ?? failure(`\`${shownValue(from, value)}\` cannot be cast to ${showType(to)}`);
  };
}

/** A scalar value as a message quotes it, cut where it is long. */
export function shownValue(type: ColumnType, value: Value): string {
  const text = value === null ? "null" : textOf(type, value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function conversion(from: ColumnType, to: ColumnType): Cast {
  if (sameType(from, to)) return (value) => value;
  switch (to.kind) {
    case "string":
      return (value) => textOf(from, value);
    case "int":
    case "long":
      return wholeCast(from, to.kind);
    case "double":
      return doubleCast(from);
    case "decimal":
      return decimalCast(from, to);
    case "boolean":
      return (value) => readBoolean(value as string);
    case "date":
      return (value) => (from.kind === "timestamp" ? daysOfInstant(value as bigint) : readDate(value as string));
    case "timestamp":
      return (value) => (from.kind === "date" ? midnight(value as number) : readTimestamp(value as string));
    default:
      throw new Error(`no cast from ${showType(from)} to ${showType(to)}`);
  }
}

function textOf(type: ColumnType, value: Present): string {
  switch (type.kind) {
    case "double":
      return doubleText(value as number);
    case "decimal":
      return decimalText(value as bigint, type.scale);
    case "date":
      return dateText(value as number);
    case "timestamp":
      return timestampText(value as bigint);
    default:
      return String(value);
  }
}

/** By way of text, as it is printed: only a year of four digits is read. */
function midnight(days: number): bigint | undefined {
  return /^\d{4}-/.test(dateText(days)) ? BigInt(days) * MICROS_PER_DAY : undefined;
}

function wholeCast(from: ColumnType, to: "int" | "long"): Cast {
  const { low, high } = to === "int" ? INT : LONG;
  const made = (value: bigint): Present => (to === "int" ? Number(value) : value);
  return (value) => {
    const whole = wholeOf(from, value, low, high);
    return whole === undefined || whole < low || whole > high ? undefined : made(whole);
  };
}

function wholeOf(from: ColumnType, value: Present, low: bigint, high: bigint): bigint | undefined {
  switch (from.kind) {
    case "string":
      return readWhole(value as string, low, high);
    case "double": {
      const number = value as number;
      if (!(Math.floor(number) <= Number(high) && Math.ceil(number) >= Number(low))) return undefined;
      const whole = BigInt(Math.trunc(number));
      // 2^63 passes Spark's check, since the largest long is no double, and is then cut
      return whole > high ? high : whole;
    }
    case "decimal":
      return (value as bigint) / powerOfTen(from.scale);
    default:
      return BigInt(value as boolean | number | bigint);
  }
}

function doubleCast(from: ColumnType): Cast {
  if (from.kind === "string") return (value) => readDouble(value as string);
  if (from.kind === "decimal") return (value) => Number(decimalText(value as bigint, from.scale));
  return (value) => Number(value);
}

function decimalCast(from: ColumnType, to: Extract<ColumnType, { kind: "decimal" }>): Cast {
  if (from.kind === "decimal") return (value) => fitDecimal(value as bigint, from.scale, to);
  if (from.kind === "double") return (value) => decimalOf(doubleText(value as number), to);
  if (isNumeric(from)) return (value) => fitDecimal(BigInt(value as number | bigint), 0, to);
  return (value) => decimalOf(latinDigits(trimmed(value as string)), to);
}

/** Java's BigDecimal reads the digits of every script, as long as they are one unit each. */
function latinDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    let code = digit.charCodeAt(0);
    if (digit.length > 1 || code < 0x80) return digit;
    while (/\p{Nd}/u.test(String.fromCharCode(code - 1))) code--;
    return String(digit.charCodeAt(0) - code);
  });
}
