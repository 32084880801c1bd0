import type { Column, ColumnType } from "@pipeline-engine/engine/core";

/** A column, or a field of one, as it is chosen. */
export interface ColumnPath {
  path: string;
  type: string;
}

/** Every path that names a value of these columns, those of structs field by field. */
export function pathsOf(columns: readonly Column[], prefix = ""): ColumnPath[] {
  return columns.flatMap(({ name, type, required }) => [
    { path: `${prefix}${name}`, type: `${typeText(type)}${required ? "!" : ""}` },
    ...(type.kind === "struct" ? pathsOf(type.fields, `${prefix}${name}.`) : []),
  ]);
}

/** A type in a few words: what is in a struct stands below it. */
function typeText(type: ColumnType): string {
  switch (type.kind) {
    case "struct":
      return "{ … }";
    case "list":
      return `[${typeText(type.element)}]`;
    case "map":
      return `map(${typeText(type.value)})`;
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "timestamp":
      return type.unit === undefined ? "timestamp" : `timestamp(${type.unit})`;
    default:
      return type.kind;
  }
}
