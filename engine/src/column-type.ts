/** The types a value can have, from the JSON record to the MongoDB validator. */
export type ColumnType =
  | { kind: "string" | "boolean" | "int" | "long" | "double" | "date" | "binary" }
  /** An instant, UTC. `unit` says how a JSON number is to be read; without it only ISO 8601 text fits. */
  | { kind: "timestamp"; unit?: "s" | "ms" | "us" }
  | { kind: "decimal"; precision: number; scale: number }
  | { kind: "list"; element: ColumnType }
  | { kind: "map"; value: ColumnType }
  | { kind: "struct"; fields: Column[] }
  /** The type of the literal `null`: fits everywhere a value may be absent. */
  | { kind: "null" };

/** A named, typed value of a row. `required`: never null once the row has been read. */
export interface Column {
  name: string;
  type: ColumnType;
  required: boolean;
  /** Where its record is read: it is made of this fact of the record (`timestamp`, `header.trace`) and does not stand in its value. */
  fact?: string;
}

/** The notation a user writes and a message quotes: `int`, `decimal(10,2)`, `{ id: string }`, `[string]`, `map(double)`. */
export function showType(type: ColumnType): string {
  switch (type.kind) {
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "timestamp":
      return type.unit === undefined ? "timestamp" : `timestamp(${type.unit})`;
    case "list":
      return `[${showType(type.element)}]`;
    case "map":
      return `map(${showType(type.value)})`;
    case "struct":
      return `{ ${type.fields.map((f) => `${f.name}: ${showType(f.type)}${f.required ? "!" : ""}`).join(", ")} }`;
    default:
      return type.kind;
  }
}

/** The type as Spark's DDL spells it (Spark SQL reference, "Data Types"). */
export function sparkType(type: ColumnType): string {
  switch (type.kind) {
    case "long":
      return "BIGINT";
    case "null":
      return "VOID";
    case "decimal":
      return `DECIMAL(${type.precision},${type.scale})`;
    case "list":
      return `ARRAY<${sparkType(type.element)}>`;
    case "map":
      return `MAP<STRING, ${sparkType(type.value)}>`;
    case "struct":
      return `STRUCT<${type.fields.map((f) => `${sparkName(f.name)}: ${sparkType(f.type)}${f.required ? " NOT NULL" : ""}`).join(", ")}>`;
    default:
      return type.kind.toUpperCase();
  }
}

/** A column name quoted for Spark SQL: always in backticks, inner backticks doubled. */
export function sparkName(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

/** Same shape, required or not put aside. A `null` literal is of every type. */
export function sameType(a: ColumnType, b: ColumnType): boolean {
  if (a.kind === "null" || b.kind === "null") return true;
  if (a.kind === "decimal" && b.kind === "decimal") return a.precision === b.precision && a.scale === b.scale;
  if (a.kind === "list" && b.kind === "list") return sameType(a.element, b.element);
  if (a.kind === "map" && b.kind === "map") return sameType(a.value, b.value);
  if (a.kind === "struct" && b.kind === "struct") {
    return (
      a.fields.length === b.fields.length &&
      a.fields.every((field, i) => field.name === b.fields[i]?.name && sameType(field.type, b.fields[i].type))
    );
  }
  return a.kind === b.kind;
}

/** int, long, double and decimal. */
export function isNumeric(type: ColumnType): boolean {
  return type.kind === "int" || type.kind === "long" || type.kind === "double" || type.kind === "decimal";
}

/** The column at a dotted path such as `store_location.region`, with `required` true only when every step is. */
export function columnAt(columns: readonly Column[], path: readonly string[]): Column | undefined {
  let fields: readonly Column[] = columns;
  let required = true;
  let found: Column | undefined;
  for (const step of path) {
    found = fields.find((field) => field.name === step);
    if (found === undefined) return undefined;
    required = required && found.required;
    fields = found.type.kind === "struct" ? found.type.fields : [];
  }
  return found === undefined ? undefined : { ...found, required };
}
