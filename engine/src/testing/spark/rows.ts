import type { Column, ColumnType } from "../../column-type.ts";
import { type Row, readPlain } from "../../expression/index.ts";
import { type JsonNode, readJson } from "../../expression/values/json.ts";

/** A row from the JSON that Spark or a sink has made of it, with every digit of its numbers. Throws where it is none of these columns. */
export function rowFrom(text: string, columns: readonly Column[]): Row {
  const type: ColumnType = { kind: "struct", fields: [...columns] };
  const node = readJson(text);
  const read = node === undefined ? { mistake: "it is no JSON", path: "" } : readPlain(type, plainOf(node, type));
  if ("mistake" in read) throw new Error(`a row that Spark made cannot be read: ${read.path} ${read.mistake}`);
  return read.value as Row;
}

function plainOf(node: JsonNode, type: ColumnType): unknown {
  switch (node.kind) {
    case "word":
      return node.text === "null" ? null : node.text === "true";
    case "number":
      return type.kind === "long" || type.kind === "decimal" ? node.text : Number(node.text);
    case "string":
      return ofText(node.text, type);
    case "array":
      return node.items.map((item) => plainOf(item, type.kind === "list" ? type.element : NONE));
    case "object":
      return Object.fromEntries(node.fields.map(([name, value]) => [name, plainOf(value, fieldOf(type, name))]));
  }
}

const NONE = { kind: "null" } as const;

function fieldOf(type: ColumnType, name: string): ColumnType {
  if (type.kind === "map") return type.value;
  return (type.kind === "struct" && type.fields.find((field) => field.name === name)?.type) || NONE;
}

/** MongoDB has no date but a moment of it, and the key of a record is the text of a value. */
function ofText(text: string, type: ColumnType): unknown {
  if (type.kind === "date") return text.slice(0, "2026-01-01".length);
  if (type.kind === "boolean") return text === "true";
  if (type.kind === "int") return Number(text);
  const isNested = type.kind === "struct" || type.kind === "list" || type.kind === "map";
  const inner = isNested ? readJson(text) : undefined;
  return inner === undefined ? text : plainOf(inner, type);
}
