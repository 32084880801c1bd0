import { type Column, type ColumnType, sparkName, sparkType } from "../column-type.ts";

/** The columns as Spark's DDL, NOT NULL where they are required. */
export function ddl(columns: readonly Column[]): string {
  return columns
    .map((column) => `${sparkName(column.name)} ${sparkType(column.type)}${column.required ? " NOT NULL" : ""}`)
    .join(", ");
}

/** path → what a numeric timestamp counts since 1970. */
export function unitsOf(columns: readonly Column[]): { units?: Record<string, string> } {
  const units = timestampUnits(columns, "");
  return units.length === 0 ? {} : { units: Object.fromEntries(units) };
}

function timestampUnits(columns: readonly Column[], prefix: string): [string, string][] {
  return columns.flatMap(({ name, type }): [string, string][] => {
    const inner = innermost(type);
    if (inner.kind === "struct") return timestampUnits(inner.fields, `${prefix}${name}.`);
    return inner.kind === "timestamp" && inner.unit !== undefined ? [[prefix + name, inner.unit]] : [];
  });
}

/** What lists and maps hold in the end: the job knows their elements by the path of the column. */
function innermost(type: ColumnType): ColumnType {
  if (type.kind === "list") return innermost(type.element);
  return type.kind === "map" ? innermost(type.value) : type;
}
