import type { Column, ColumnType } from "../column-type.ts";
import { newRow, type Row, type Value } from "../expression/index.ts";
import { decimalOf } from "../expression/values/decimal.ts";
import { readDate, readTimestamp } from "../expression/values/instant-text.ts";
import { type JsonNode, readJson, writeJson } from "../expression/values/json.ts";

/** Why a record is a dead letter. */
export interface Unreadable {
  code: string;
  message: string;
}

const BOUNDS = { int: [-(2n ** 31n), 2n ** 31n - 1n], long: [-(2n ** 63n), 2n ** 63n - 1n] } as const;
const TIMESTAMP = /^(?!0000)\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/;
const DATE = /^(?!0000)\d{4}-\d\d-\d\d$/;
const NUMBER = /^-?\d{1,20}(\.\d+)?([eE][+-]?\d{1,3})?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** Where a column is a decimal, no number of the record may have such an exponent: Java would write out all of its zeros. */
const HUGE_EXPONENT = /[:[,]\s*"?[+-]?[0-9.]+[eE][+-]?0*[1-9]\d{4,}"?\s*[,}\]]/;
const PER_SECOND = { s: 1_000_000n, ms: 1000n, us: 1n };
const EXACT = { kind: "decimal", precision: 38, scale: 6 } as const;
const [FIRST, LAST] = [-62_135_596_800_000_000n, 253_402_300_799_999_999n];
const CUT = 80;

/** Reads a record as the job does: strictly, by the rules that `spark-templates/reading.py` states. */
export function readRecord(record: string | Uint8Array, columns: readonly Column[]): { row: Row } | Unreadable {
  let text: string;
  try {
    text = typeof record === "string" ? record : new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(record);
  } catch {
    return { code: "record/not-utf8", message: "not valid UTF-8" };
  }
  const mistake = notJson(text);
  if (mistake !== undefined)
    return { code: "record/not-json", message: `not one JSON object: ${mistake} in ${shown(quoted(text))}` };
  const node = readJson(text);
  if (node === undefined) return { code: "record/out-of-range", message: "nested too deeply" };
  if (node.kind !== "object") return { code: "record/not-json", message: `not a JSON object: ${shown(writeJson(node))}` };
  if (holdsDecimal(columns) && HUGE_EXPONENT.test(text))
    return { code: "record/out-of-range", message: "a number has an exponent of five digits or more" };
  return readObject(node.fields, columns);
}

/** Reads the fields of an object by the same rules. */
export function readObject(fields: readonly [string, JsonNode][], columns: readonly Column[]): { row: Row } | Unreadable {
  try {
    return { row: readFields(fields, columns, "") };
  } catch (error) {
    if (error instanceof Misfit) return { code: error.code, message: error.message };
    throw error;
  }
}

/** Ends the reading of a record; never leaves this file. */
class Misfit extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

function notJson(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof SyntaxError ? "a syntax error" : "too large";
  }
}

function readFields(fields: readonly [string, JsonNode][], columns: readonly Column[], path: string): Row {
  const row = newRow();
  for (const { name, type, required } of columns) {
    const here = `${path}${name}`;
    // Of a repeated name the last counts, but all must fit.
    const values = fields.filter(([field]) => field === name).map(([, node]) => readValue(node, type, here));
    const value = values.at(-1) ?? null;
    if (value === null && required)
      throw new Misfit("record/missing-required", `column \`${here}\` is required and ${values.length > 0 ? "null" : "missing"}`);
    row[name] = value;
  }
  return row;
}

function readValue(node: JsonNode, type: ColumnType, path: string): Value {
  if (node.kind === "word" && node.text === "null") return null;
  switch (type.kind) {
    case "list":
      if (node.kind !== "array") throw unfit("record/wrong-type", path, "a list", node);
      return node.items.map((item) => readValue(item, type.element, path));
    case "map":
      if (node.kind !== "object") throw unfit("record/wrong-type", path, "an object", node);
      return new Map(node.fields.map(([key, value]) => [wellFormed(key), readValue(value, type.value, path)]));
    case "struct":
      if (node.kind !== "object") throw unfit("record/wrong-type", path, "an object", node);
      return readFields(node.fields, type.fields, `${path}.`);
    default:
      return readScalar(node, type, path);
  }
}

function readScalar(node: JsonNode, type: ColumnType, path: string): Value {
  const refuse = (wanted: string, code = "record/wrong-type") => unfit(code, path, wanted, node);
  switch (type.kind) {
    case "string":
      return wellFormed(node.kind === "string" ? node.text : writeJson(node));
    case "boolean":
      if (node.kind !== "word") throw refuse("true or false");
      return node.text === "true";
    case "int":
    case "long":
      return readWhole(node, type.kind, refuse);
    case "double": {
      if (node.kind !== "number") throw refuse("a number");
      const value = Number(node.text);
      if (!Number.isFinite(value)) throw refuse("a finite double", "record/out-of-range");
      return value;
    }
    case "decimal": {
      const value = node.kind === "number" || node.kind === "string" ? decimalOf(node.text, type) : undefined;
      if (value === undefined)
        throw refuse(
          `decimal(${type.precision},${type.scale})`,
          node.kind === "number" ? "record/out-of-range" : "record/wrong-type",
        );
      return value;
    }
    case "binary":
      if (node.kind !== "string" || !BASE64.test(node.text)) throw refuse("Base64 text");
      return Uint8Array.from(atob(node.text), (character) => character.charCodeAt(0));
    case "date":
    case "timestamp":
      return readTime(node, type, refuse);
    default:
      throw new Error(`no record holds a ${type.kind}`);
  }
}

type Refuse = (wanted: string, code?: string) => Misfit;

function readWhole(node: JsonNode, kind: "int" | "long", refuse: Refuse): Value {
  const wanted = kind === "int" ? "an int" : "a long";
  if (node.kind !== "number" || !/^-?\d+$/.test(node.text)) throw refuse(wanted);
  const value = BigInt(node.text);
  const [low, high] = BOUNDS[kind];
  if (value < low || value > high) throw refuse(wanted, "record/out-of-range");
  return kind === "int" ? Number(value) : value;
}

function readTime(node: JsonNode, type: ColumnType, refuse: Refuse): Value {
  if (type.kind === "timestamp" && type.unit !== undefined) return readInstant(node, type.unit, refuse);
  const wanted = `an ISO 8601 ${type.kind === "date" ? "date" : "time"}, years 0001 to 9999`;
  if (node.kind !== "string") throw refuse(wanted);
  const isOutside = /^(?:[+-]?\d{5,}-|0000-)/.test(node.text);
  if (!(type.kind === "date" ? DATE : TIMESTAMP).test(node.text))
    throw refuse(wanted, isOutside ? "record/out-of-range" : "record/wrong-type");
  const value = type.kind === "date" ? readDate(node.text) : readTimestamp(node.text);
  if (value === undefined || (typeof value === "bigint" && (value < FIRST || value > LAST)))
    throw refuse(wanted, "record/out-of-range");
  return value;
}

function readInstant(node: JsonNode, unit: "s" | "ms" | "us", refuse: Refuse): Value {
  const wanted = `a number (${unit} since 1970, years 0001 to 9999)`;
  if ((node.kind !== "number" && node.kind !== "string") || !NUMBER.test(node.text)) throw refuse(wanted);
  const digits = decimalOf(node.text, EXACT);
  const micros = digits === undefined ? undefined : (digits * PER_SECOND[unit]) / 1_000_000n;
  if (micros === undefined || micros < FIRST || micros > LAST) throw refuse(wanted, "record/out-of-range");
  return micros;
}

function unfit(code: string, path: string, wanted: string, node: JsonNode): Misfit {
  return new Misfit(code, `column \`${path}\` wants ${wanted}, not ${shown(writeJson(node))}`);
}

/** A lone surrogate becomes `?` on its way through Spark. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "?");
}

function holdsDecimal(columns: readonly Column[]): boolean {
  const holds = (type: ColumnType): boolean => {
    if (type.kind === "list") return holds(type.element);
    if (type.kind === "map") return holds(type.value);
    return type.kind === "struct" ? holdsDecimal(type.fields) : type.kind === "decimal";
  };
  return columns.some(({ type }) => holds(type));
}

const quoted = (text: string) => JSON.stringify(text);

function shown(text: string): string {
  return text.length > CUT ? `${text.slice(0, CUT)}…` : text;
}
