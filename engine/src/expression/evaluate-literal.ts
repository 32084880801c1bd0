import type { TypedLiteral } from "./typed.ts";
import { decimalOf } from "./values/decimal.ts";
import { readDate, readTimestamp } from "./values/instant-text.ts";
import type { Value } from "./values/value.ts";

/** The value of a literal, whose text has been checked. */
export function readLiteral({ type, value }: TypedLiteral): Value {
  if (value === null) return null;
  switch (type.kind) {
    case "decimal":
      return known(decimalOf(String(value), type));
    case "date":
      return known(readDate(String(value)));
    case "timestamp":
      return known(readTimestamp(String(value)));
    default:
      return value;
  }
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a literal was not checked");
  return value;
}
