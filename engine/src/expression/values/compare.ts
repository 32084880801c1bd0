import type { ColumnType } from "../../column-type.ts";
import type { Row, Value } from "./value.ts";

/**
 * The order of two values of one type, as Spark has it: text by code points, NaN above all and equal to itself, `-0` equal to `0`,
 * lists and structs element by element with null first. Negative, zero or positive.
 */
export function compareValues(type: ColumnType, a: Value, b: Value): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  switch (type.kind) {
    case "string":
      return compareText(a as string, b as string);
    case "binary":
      return compareBytes(a as Uint8Array, b as Uint8Array);
    case "double":
      return compareDoubles(a as number, b as number);
    case "list":
      return compareLists(type.element, a as Value[], b as Value[]);
    case "struct": {
      const [left, right] = [a as Row, b as Row];
      for (const { name, type: inner } of type.fields) {
        const order = compareValues(inner, left[name] ?? null, right[name] ?? null);
        if (order !== 0) return order;
      }
      return 0;
    }
    default:
      return a < b ? -1 : a > b ? 1 : 0;
  }
}

function compareDoubles(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The order of code points, which is that of UTF-8 bytes; JavaScript's own is that of UTF-16 units. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others. */
function rank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 || at >= b.length ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? 0);
}

function compareLists(element: ColumnType, a: Value[], b: Value[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const order = compareValues(element, a[at] ?? null, b[at] ?? null);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
