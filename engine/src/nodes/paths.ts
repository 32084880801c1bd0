import { type Column, type ColumnType, sparkName } from "../column-type.ts";

/** Every dotted path into the columns, parents before children: `summary`, `summary.total` ... */
export function columnPaths(columns: readonly Column[], prefix = ""): string[] {
  return columns.flatMap((column) => {
    const path = prefix + column.name;
    return [path, ...(column.type.kind === "struct" ? columnPaths(column.type.fields, `${path}.`) : [])];
  });
}

/** The last step of a path: `region` for `store_location.region`. */
export function lastStep(path: string): string {
  return path.split(".").at(-1) ?? path;
}

/** A path as Spark SQL. */
export function sqlPath(path: string): string {
  return path.split(".").map(sparkName).join(".");
}

/** True for the types that MongoDB stores as a date. */
export function isInstant(type: ColumnType): boolean {
  return type.kind === "timestamp" || type.kind === "date";
}
