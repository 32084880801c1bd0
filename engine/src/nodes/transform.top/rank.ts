import type { TransformTopConfig } from "@pipeline-engine/schemas/types";
import type { Column, ColumnType } from "../../column-type.ts";
import { compareValues, type Row, type Value } from "../../expression/index.ts";

/** Which of the two settings says what stands first. */
export function directionOf({ lowest }: TransformTopConfig): { setting: "highest" | "lowest"; lowest: boolean } {
  return lowest === null ? { setting: "highest", lowest: false } : { setting: "lowest", lowest: true };
}

/** False where a map is anywhere in the type: Spark cannot compare maps. */
export function hasOrder(type: ColumnType): boolean {
  if (type.kind === "struct") return type.fields.every((field) => hasOrder(field.type));
  return type.kind === "list" ? hasOrder(type.element) : type.kind !== "map";
}

/** A row with the value that it is ranked by. */
export interface Ranked {
  row: Row;
  value: Value;
}

/**
 * The order in which rows stand: by their value, null last; where it is equal by their columns from the first to the last, in the same direction,
 * null as the lowest. Maps decide nothing.
 */
export function rankOrder(type: ColumnType, columns: readonly Column[], lowest: boolean): (a: Ranked, b: Ranked) => number {
  const direction = lowest ? 1 : -1;
  const ties = columns.filter((column) => hasOrder(column.type));
  return (a, b) => {
    if ((a.value === null) !== (b.value === null)) return a.value === null ? 1 : -1;
    const byValue = compareValues(type, a.value, b.value);
    if (byValue !== 0) return direction * byValue;
    for (const { name, type: inner } of ties) {
      const order = compareValues(inner, a.row[name] ?? null, b.row[name] ?? null);
      if (order !== 0) return direction * order;
    }
    return 0;
  };
}
