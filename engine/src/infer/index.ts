import type { Column, ColumnType } from "../column-type.ts";
import { columnNameMistake } from "../columns-notation.ts";
import { readJson } from "../expression/values/json.ts";
import { type Kind, nothingSeen, observe, type Seen } from "./observe.ts";

/** A column as the sample shows it, with what is not sure about it in half a sentence each. */
export interface InferredColumn {
  name: string;
  type: InferredType;
  required: boolean;
  unsure: string[];
}

/** As a column's type, but its fields say what they are unsure of. */
export type InferredType =
  | Exclude<ColumnType, { kind: "struct" | "list" | "map" }>
  | { kind: "struct"; fields: InferredColumn[] }
  | { kind: "list"; element: InferredType }
  | { kind: "map"; value: InferredType };

/** What a sample says of the columns of its source. */
export interface Inferred {
  columns: InferredColumn[];
  records: number;
  /** Records that are no JSON object, by their number from 1: they would be dead letters. */
  unreadable: number[];
  /** Fields that can be no column, by path, with the reason. */
  skipped: [path: string, reason: string][];
}

/** An object with more fields than this, of which each stands in few of them, is keyed by data. */
const MANY_FIELDS = 25;

/** Reads the columns of a source out of records, each the text of a JSON object. What is no record is passed over and told. */
export function inferColumns(records: readonly string[]): Inferred {
  const seen = nothingSeen();
  const unreadable: number[] = [];
  records.forEach((record, i) => {
    const node = isJson(record) ? readJson(record) : undefined;
    if (node?.kind === "object") observe(seen, node);
    else unreadable.push(i + 1);
  });
  const skipped: [string, string][] = [];
  return { columns: columnsOf(seen, "", skipped), records: records.length - unreadable.length, unreadable, skipped };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function columnsOf(seen: Seen, path: string, skipped: [string, string][]): InferredColumn[] {
  const objects = seen.kinds.struct ?? 0;
  const names = new Set<string>();
  return Array.from(seen.fields).flatMap(([name, inner]): InferredColumn[] => {
    const mistake = names.has(name.toLowerCase()) ? "differs from another only in upper and lower case" : columnNameMistake(name);
    if (mistake !== undefined) {
      skipped.push([`${path}${name}`, mistake]);
      return [];
    }
    names.add(name.toLowerCase());
    const { type, unsure } = typeOf(inner, `${path}${name}.`, skipped);
    const required = objects > 0 && inner.values === objects && inner.nulls === 0;
    return [{ name, type: required ? type : relaxed(type), required, unsure }];
  });
}

/** A required field makes the object around it required, so in one that may be absent nothing is. */
function relaxed(type: InferredType): InferredType {
  if (type.kind !== "struct") return type;
  return { kind: "struct", fields: type.fields.map((field) => ({ ...field, type: relaxed(field.type), required: false })) };
}

function typeOf(seen: Seen, path: string, skipped: [string, string][]): { type: InferredType; unsure: string[] } {
  const kinds = Object.keys(seen.kinds) as Kind[];
  const sure = (type: InferredType, ...unsure: string[]) => ({ type, unsure });
  if (kinds.length === 0) return sure({ kind: "string" }, "always null");
  const scalar = scalarOf(seen, kinds);
  if (scalar !== undefined) return scalar;
  const [only] = kinds;
  if (kinds.length === 1 && only === "struct") return structOf(seen, path, skipped);
  if (kinds.length === 1 && only === "list") {
    const { elements } = seen;
    if (elements === undefined || elements.values === 0)
      return sure({ kind: "list", element: { kind: "string" } }, "always empty");
    const { type, unsure } = typeOf(elements, path, skipped);
    return sure({ kind: "list", element: elements.nulls > 0 ? relaxed(type) : type }, ...unsure);
  }
  return sure({ kind: "string" }, `of several kinds: ${counts(seen)}; as text it reads all of them`);
}

/** One type for numbers, texts or booleans that go together. */
function scalarOf(seen: Seen, kinds: readonly Kind[]): { type: InferredType; unsure: string[] } | undefined {
  const all = (...wanted: Kind[]) => kinds.every((kind) => wanted.includes(kind));
  const instant = unsureInstant(seen);
  if (all("boolean")) return { type: { kind: "boolean" }, unsure: [] };
  if (all("int")) return { type: { kind: "int" }, unsure: instant };
  if (all("int", "long")) return { type: { kind: "long" }, unsure: instant };
  if (all("int", "long", "huge")) return { type: { kind: "decimal", precision: 38, scale: 0 }, unsure: ["larger than a long"] };
  if (all("int", "long", "huge", "double"))
    return { type: { kind: "double" }, unsure: seen.kinds.huge ? ["larger than a long, so digits are lost"] : instant };
  if (all("timestamp")) return { type: { kind: "timestamp" }, unsure: [] };
  if (all("date")) return { type: { kind: "date" }, unsure: [] };
  if (!all("date", "timestamp", "string")) return undefined;
  const texts = Object.values(seen.kinds).reduce((sum, count) => sum + count, 0);
  if (seen.quotedNumbers === texts) return { type: { kind: "string" }, unsure: ["always a number in quotes"] };
  const times = (seen.kinds.date ?? 0) + (seen.kinds.timestamp ?? 0);
  if (times === 0) return { type: { kind: "string" }, unsure: [] };
  const others = seen.empty === texts - times ? "empty" : "something else";
  return { type: { kind: "string" }, unsure: [`${times} of ${texts} are dates or times, the others ${others}`] };
}

function unsureInstant({ instants, values, nulls }: Seen): string[] {
  const count = values - nulls;
  if (count > 0 && instants.s === count) return ["perhaps seconds since 1970: then `timestamp(s)`"];
  return count > 0 && instants.ms === count ? ["perhaps milliseconds since 1970: then `timestamp(ms)`"] : [];
}

/** An object whose fields are data is a map, where all of them have one type. */
function structOf(seen: Seen, path: string, skipped: [string, string][]): { type: InferredType; unsure: string[] } {
  const objects = seen.kinds.struct ?? 0;
  const fields = [...seen.fields.values()];
  if (fields.length === 0) return { type: { kind: "map", value: { kind: "string" } }, unsure: ["always an empty object"] };
  const filled = fields.reduce((sum, field) => sum + field.values, 0) / (fields.length * objects);
  if (fields.length > MANY_FIELDS && filled < 0.5) {
    const values = fields.map((field) => typeOf(field, path, []).type);
    const [first] = values;
    const isScalar = first !== undefined && !["struct", "list", "map"].includes(first.kind);
    if (isScalar && values.every((type) => JSON.stringify(type) === JSON.stringify(first)))
      return { type: { kind: "map", value: first }, unsure: [`a map, since it has ${fields.length} different fields`] };
  }
  const columns = columnsOf(seen, path, skipped);
  if (columns.length > 0) return { type: { kind: "struct", fields: columns }, unsure: [] };
  return { type: { kind: "map", value: { kind: "string" } }, unsure: ["none of its fields can be a column"] };
}

function counts({ kinds }: Seen): string {
  return Object.entries(kinds)
    .map(([kind, count]) => `${count} ${kind === "struct" ? "object" : kind}`)
    .join(", ");
}

/** The columns without what is unsure of them, as a source declares them. */
export function declared(columns: readonly InferredColumn[]): Column[] {
  return columns.map(({ name, type, required }) => ({ name, type: plainType(type), required }));
}

function plainType(type: InferredType): ColumnType {
  switch (type.kind) {
    case "struct":
      return { kind: "struct", fields: declared(type.fields) };
    case "list":
      return { kind: "list", element: plainType(type.element) };
    case "map":
      return { kind: "map", value: plainType(type.value) };
    default:
      return type;
  }
}
