import { type ColumnType, showType } from "../../column-type.ts";
import { dateText } from "./calendar.ts";
import { decimalText, fitDecimal, readDecimal } from "./decimal.ts";
import { isoText, readDate, readTimestamp } from "./instant-text.ts";
import { newRow, type Row, type Value, type ValueMap } from "./value.ts";

/** A plain value that is not of its type: where in it, as `items[0].price`, and why. */
export interface Unfit {
  path: string;
  mistake: string;
}

const BOUNDS = { int: [-(2n ** 31n), 2n ** 31n - 1n], long: [-(2n ** 63n), 2n ** 63n - 1n] } as const;
const WORDS: Record<string, number> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

/**
 * Reads a value as samples and tests write it in JSON or YAML: a long or decimal as a number or its digits in quotes, NaN and the
 * infinities as text, a date and a timestamp as ISO 8601, binary as base64, a map and a struct as an object. What is absent is null.
 */
export function readPlain(type: ColumnType, plain: unknown, path = ""): { value: Value } | Unfit {
  if (plain === null || plain === undefined) return { value: null };
  const value = scalar(type, plain);
  if (value !== undefined) return { value };
  if (type.kind === "list" && Array.isArray(plain)) return readList(type.element, plain, path);
  const isObject = typeof plain === "object" && !Array.isArray(plain);
  if (type.kind === "map" && isObject) return readMap(type.value, Object.entries(plain), path);
  if (type.kind === "struct" && isObject) return readStruct(type, plain as Record<string, unknown>, path);
  return { path, mistake: `\`${shown(plain)}\` is no ${showType(type)}` };
}

function shown(plain: unknown): string {
  const text = typeof plain === "bigint" ? String(plain) : (JSON.stringify(plain) ?? String(plain));
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function scalar(type: ColumnType, plain: unknown): Value | undefined {
  switch (type.kind) {
    case "boolean":
      return typeof plain === "boolean" ? plain : undefined;
    case "string":
      return typeof plain === "string" && !/\p{Surrogate}/u.test(plain) ? plain : undefined;
    case "int":
    case "long":
      return whole(type.kind, plain);
    case "double":
      return typeof plain === "number" ? plain : typeof plain === "bigint" ? Number(plain) : WORDS[String(plain)];
    case "decimal": {
      const read = typeof plain === "object" ? undefined : readDecimal(String(plain));
      const digits = read && read.scale <= 100 && read.scale >= -100 ? fitDecimal(read.unscaled, read.scale, type) : undefined;
      return digits;
    }
    case "date":
      return typeof plain === "string" ? readDate(plain) : undefined;
    case "timestamp":
      return typeof plain === "string" ? readTimestamp(plain) : undefined;
    case "binary":
      return typeof plain === "string" ? fromBase64(plain) : plain instanceof Uint8Array ? plain : undefined;
    default:
      return undefined;
  }
}

function whole(kind: "int" | "long", plain: unknown): Value | undefined {
  const isWhole =
    typeof plain === "bigint" ||
    (typeof plain === "number" && Number.isSafeInteger(plain)) ||
    (kind === "long" && typeof plain === "string" && /^-?\d{1,19}$/.test(plain));
  if (!isWhole) return undefined;
  const value = BigInt(plain);
  const [low, high] = BOUNDS[kind];
  if (value < low || value > high) return undefined;
  return kind === "int" ? Number(value) : value;
}

function readList(element: ColumnType, plain: unknown[], path: string): { value: Value } | Unfit {
  const list: Value[] = [];
  for (const [i, one] of plain.entries()) {
    const read = readPlain(element, one, `${path}[${i}]`);
    if ("mistake" in read) return read;
    list.push(read.value);
  }
  return { value: list };
}

function readMap(type: ColumnType, entries: [string, unknown][], path: string): { value: Value } | Unfit {
  const map = new Map<string, Value>();
  for (const [key, one] of entries) {
    const read = readPlain(type, one, `${path}['${key}']`);
    if ("mistake" in read) return read;
    map.set(key, read.value);
  }
  return { value: map };
}

function readStruct(
  { fields }: Extract<ColumnType, { kind: "struct" }>,
  plain: Record<string, unknown>,
  path: string,
): { value: Value } | Unfit {
  const row = newRow();
  for (const { name, type } of fields) {
    const read = readPlain(type, Object.hasOwn(plain, name) ? plain[name] : null, path === "" ? name : `${path}.${name}`);
    if ("mistake" in read) return read;
    row[name] = read.value;
  }
  return { value: row };
}

/** Writes a value so that `readPlain` gives it back and JSON holds it: a long that is no safe number becomes text. */
export function toPlain(type: ColumnType, value: Value): unknown {
  if (value === null) return null;
  switch (type.kind) {
    case "long":
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case "double":
      return Number.isFinite(value) ? value : String(value);
    case "decimal":
      return decimalText(value as bigint, type.scale);
    case "date":
      return dateText(value as number);
    case "timestamp":
      return isoText(value as bigint);
    case "binary":
      return btoa(Array.from(value as Uint8Array, (byte) => String.fromCharCode(byte)).join(""));
    case "list":
      return (value as Value[]).map((one) => toPlain(type.element, one));
    case "map":
      return plainObject(Array.from(value as ValueMap, ([key, one]) => [key, toPlain(type.value, one)]));
    case "struct":
      return plainObject(type.fields.map((field) => [field.name, toPlain(field.type, (value as Row)[field.name] ?? null)]));
    default:
      return value;
  }
}

function plainObject(entries: [string, unknown][]): Record<string, unknown> {
  // not by assignment, which a key `__proto__` would turn into something else
  return Object.fromEntries(entries);
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
