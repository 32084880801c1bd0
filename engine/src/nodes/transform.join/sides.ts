import type { TransformJoinConfig } from "@pipeline-engine/schemas/types";
import { type Column, columnAt } from "../../column-type.ts";

/** A column of the left rows and one of the right that must equal it, by their paths. */
export interface Pair {
  left: string;
  right: string;
  columns: { left: Column | undefined; right: Column | undefined };
}

interface Columns {
  columns: readonly Column[];
}

/** The keys of the join, in the order of the text. */
export function pairsOf({ on }: TransformJoinConfig, left: Columns, right: Columns): Pair[] {
  return Object.entries(on).map(([mine, theirs]) => ({
    left: mine,
    right: theirs,
    columns: { left: columnAt(left.columns, mine.split(".")), right: columnAt(right.columns, theirs.split(".")) },
  }));
}

/** The columns that a left row gains, each with the column of the right that it comes from. What is a key is there already, from the left. */
export function rightColumns(
  { on, prefix, kind }: TransformJoinConfig,
  columns: readonly Column[],
): { from: string; column: Column }[] {
  const keys = new Set(Object.values(on));
  return columns
    .filter(({ name }) => !keys.has(name))
    .map((column) => ({
      from: column.name,
      column: { ...column, name: prefix + column.name, required: column.required && kind === "inner" },
    }));
}
