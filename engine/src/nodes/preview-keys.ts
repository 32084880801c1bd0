import type { ColumnType } from "../column-type.ts";
import { type Row, toPlain, type Value } from "../expression/index.ts";

/** A value as Spark groups by it: `-0` is `0`, at any depth. */
export function normalised(type: ColumnType, value: Value): Value {
  if (value === null) return null;
  if (type.kind === "double") return value === 0 ? 0 : value;
  if (type.kind === "list") return (value as Value[]).map((each) => normalised(type.element, each));
  if (type.kind !== "struct") return value;
  const row = Object.create(null) as Row;
  for (const { name, type: inner } of type.fields) row[name] = normalised(inner, (value as Row)[name] ?? null);
  return row;
}

/** A text that is the same for two lists of values exactly if Spark takes them for the same group. */
export function groupKey(values: readonly { type: ColumnType; value: Value }[]): string {
  return JSON.stringify(values.map(({ type, value }) => toPlain(type, normalised(type, value))));
}
