import { type ColumnType, isNumeric, sameType } from "../column-type.ts";
import type { ArithmeticOperator } from "./tree.ts";

type Decimal = Extract<ColumnType, { kind: "decimal" }>;
const MAX_DIGITS = 38;
/** The scale that Spark keeps when a result needs more digits than there are. */
const KEPT_SCALE = 6;

/** True for what can be compared, counted distinctly and ordered: all but lists, maps, structs and binary. */
export function isScalar(type: ColumnType): boolean {
  return isNumeric(type) || ["string", "boolean", "date", "timestamp", "null"].includes(type.kind);
}

/** The decimal that holds every int or long, or the decimal itself. */
export function asDecimal(type: ColumnType): Decimal | undefined {
  if (type.kind === "decimal") return type;
  if (type.kind === "int") return { kind: "decimal", precision: 10, scale: 0 };
  return type.kind === "long" ? { kind: "decimal", precision: 20, scale: 0 } : undefined;
}

/**
 * The type that both widen to without loss of range: int < long < double, int and long < decimal, decimal < double. Two
 * decimals meet in one that holds both, or in double where 38 digits do not. Undefined where the two do not go together.
 */
export function commonType(a: ColumnType, b: ColumnType): ColumnType | undefined {
  if (a.kind === "null") return b;
  if (b.kind === "null" || sameType(a, b)) return a;
  if (!isNumeric(a) || !isNumeric(b)) return undefined;
  if (a.kind === "double" || b.kind === "double") return { kind: "double" };
  if (a.kind !== "decimal" && b.kind !== "decimal") return { kind: "long" };
  const left = asDecimal(a);
  const right = asDecimal(b);
  if (left === undefined || right === undefined) return undefined;
  const scale = Math.max(left.scale, right.scale);
  const precision = Math.max(left.precision - left.scale, right.precision - right.scale) + scale;
  return precision > MAX_DIGITS ? { kind: "double" } : { kind: "decimal", precision, scale };
}

/** The type of an arithmetic result, by Spark's rules; `/` of anything but decimals is a double. */
export function arithmeticType(op: ArithmeticOperator, a: ColumnType, b: ColumnType): ColumnType | undefined {
  if (!isNumeric(a) || !isNumeric(b)) return undefined;
  const exact = a.kind === "decimal" || b.kind === "decimal";
  const left = asDecimal(a);
  const right = asDecimal(b);
  if (exact && left !== undefined && right !== undefined) return decimalResult(op, left, right);
  return op === "/" || exact ? { kind: "double" } : commonType(a, b);
}

function decimalResult(op: ArithmeticOperator, a: Decimal, b: Decimal): Decimal {
  const digits = a.precision - a.scale;
  const otherDigits = b.precision - b.scale;
  const scale = Math.max(a.scale, b.scale);
  switch (op) {
    case "*":
      return bounded(a.precision + b.precision + 1, a.scale + b.scale);
    case "/": {
      const quotient = Math.max(KEPT_SCALE, a.scale + b.precision + 1);
      return bounded(digits + b.scale + quotient, quotient);
    }
    case "%":
      return bounded(Math.min(digits, otherDigits) + scale, scale);
    default:
      return bounded(Math.max(digits, otherDigits) + scale + 1, scale);
  }
}

/** Spark's `DecimalType.adjustPrecisionScale`: digits before the point win over those behind it. */
function bounded(precision: number, scale: number): Decimal {
  if (precision <= MAX_DIGITS) return { kind: "decimal", precision, scale };
  const kept = Math.min(scale, KEPT_SCALE);
  return { kind: "decimal", precision: MAX_DIGITS, scale: Math.max(MAX_DIGITS - (precision - scale), kept) };
}

/** Whether a cast is refused, may fail for some value, or always works. */
export function castRule(from: ColumnType, to: ColumnType): "refused" | "fallible" | "total" {
  if (from.kind === "null" || (sameType(from, to) && isScalar(to))) return "total";
  if (!isScalar(from) || !isScalar(to)) return "refused";
  if (to.kind === "string") return "total";
  if (from.kind === "string") return "fallible";
  if (isNumeric(from) && isNumeric(to)) return widens(from, to) ? "total" : "fallible";
  if (from.kind === "timestamp" && to.kind === "date") return "total";
  if (from.kind === "date" && to.kind === "timestamp") return "fallible";
  if (from.kind === "boolean" && (to.kind === "int" || to.kind === "long" || to.kind === "double")) return "total";
  return "refused";
}

function widens(from: ColumnType, to: ColumnType): boolean {
  if (to.kind === "double" || from.kind === to.kind) return to.kind === "double" || fitsDecimal(from, to);
  if (to.kind === "long") return from.kind === "int";
  return to.kind === "decimal" && fitsDecimal(from, to);
}

function fitsDecimal(from: ColumnType, to: ColumnType): boolean {
  const inner = asDecimal(from);
  return (
    to.kind === "decimal" &&
    inner !== undefined &&
    inner.scale <= to.scale &&
    inner.precision - inner.scale <= to.precision - to.scale
  );
}
