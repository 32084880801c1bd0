import type { ColumnType } from "../../../src/column-type.ts";
import { sparkName, sparkType } from "../../../src/column-type.ts";
import type { Row, Value, ValueMap } from "../../../src/expression/index.ts";
import { decimalText } from "../../../src/expression/values/decimal.ts";
import { doubleText } from "../../../src/expression/values/number-text.ts";

/** Stands for null inside of a list, map or struct. */
const NULL = "~";

/** A value as text that loses nothing: texts as hexadecimal UTF-8, doubles as Java writes them, instants in microseconds. */
export function encode(type: ColumnType, value: Value): string | null {
  if (value === null) return null;
  switch (type.kind) {
    case "string":
      return Buffer.from(value as string, "utf8").toString("hex");
    case "binary":
      return Buffer.from(value as Uint8Array).toString("hex");
    case "double":
      return doubleText(value as number);
    case "decimal":
      return decimalText(value as bigint, type.scale);
    case "list":
      return JSON.stringify((value as Value[]).map((one) => encode(type.element, one) ?? NULL));
    case "map":
      return JSON.stringify(
        Array.from(value as ValueMap, ([key, one]) => [encode({ kind: "string" }, key), encode(type.value, one) ?? NULL]),
      );
    case "struct":
      return JSON.stringify(type.fields.map((field) => encode(field.type, (value as Row)[field.name] ?? null) ?? NULL));
    default:
      return String(value);
  }
}

/** The SQL that writes a value in the form of `encode`. */
export function encodeSql(type: ColumnType, sql: string, depth = 0): string {
  const v = `v${depth}`;
  const inner = (element: ColumnType, of: string) => `coalesce(${encodeSql(element, of, depth + 1)}, '${NULL}')`;
  switch (type.kind) {
    case "string":
    case "binary":
      return `lower(hex(CAST(${sql} AS BINARY)))`;
    case "date":
      return `CAST(unix_date(${sql}) AS STRING)`;
    case "timestamp":
      return `CAST(unix_micros(${sql}) AS STRING)`;
    case "list":
      return `to_json(transform(${sql}, ${v} -> ${inner(type.element, v)}))`;
    case "map":
      return `to_json(transform(map_entries(${sql}), ${v} -> array(${encodeSql({ kind: "string" }, `${v}.key`)}, ${inner(type.value, `${v}.value`)})))`;
    case "struct":
      return `CASE WHEN ${sql} IS NOT NULL THEN to_json(array(${type.fields.map((field) => inner(field.type, `${sql}.${sparkName(field.name)}`)).join(", ")})) END`;
    default:
      return `CAST(${sql} AS STRING)`;
  }
}

/** The SQL that reads a value in the form of `encode`. */
export function decodeSql(type: ColumnType, sql: string, depth = 0): string {
  const v = `v${depth}`;
  const inner = (element: ColumnType, of: string) => decodeSql(element, `nullif(${of}, '${NULL}')`, depth + 1);
  switch (type.kind) {
    case "string":
      return `CAST(unhex(${sql}) AS STRING)`;
    case "binary":
      return `unhex(${sql})`;
    case "date":
      return `date_from_unix_date(CAST(${sql} AS INT))`;
    case "timestamp":
      return `timestamp_micros(CAST(${sql} AS BIGINT))`;
    case "list":
      return `transform(from_json(${sql}, 'ARRAY<STRING>'), ${v} -> ${inner(type.element, v)})`;
    case "map": {
      const entry = `named_struct('key', ${decodeSql({ kind: "string" }, `${v}[0]`)}, 'value', ${inner(type.value, `${v}[1]`)})`;
      return `map_from_entries(transform(from_json(${sql}, 'ARRAY<ARRAY<STRING>>'), ${v} -> ${entry}))`;
    }
    case "struct": {
      const fields = type.fields.map((field, i) => `${quoted(field.name)}, ${inner(field.type, `${v}[${i}]`)}`);
      return `transform(array(from_json(${sql}, 'ARRAY<STRING>')), ${v} -> CASE WHEN ${v} IS NOT NULL THEN named_struct(${fields.join(", ")}) END)[0]`;
    }
    default:
      return `CAST(${sql} AS ${sparkType(type)})`;
  }
}

function quoted(name: string): string {
  return `'${name}'`;
}
