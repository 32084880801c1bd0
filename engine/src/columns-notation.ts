import type { Column, ColumnType } from "./column-type.ts";
import { type Checked, type Finding, nearest } from "./diagnostic.ts";
import { joinPointer } from "./pointer.ts";

const NAMES = [
  "string",
  "int",
  "long",
  "double",
  "boolean",
  "date",
  "timestamp",
  "binary",
  "decimal(10,2)",
  "timestamp(ms)",
  "map(string)",
];

/** What people write who know another system's names. */
const FOREIGN: Record<string, string> = {
  integer: "int",
  number: "double",
  float: "double",
  bigint: "long",
  text: "string",
  str: "string",
  bool: "boolean",
  datetime: "timestamp",
  bytes: "binary",
  decimal: "decimal(10,2)",
  numeric: "decimal(10,2)",
  timestamp_ms: "timestamp(ms)",
  map: "map(string)",
};

/**
 * Reads the notation of columns: a map of names to types, where a type is a text (`string!`, `decimal(10,2)`, `map(double)`), a map
 * (a struct) or a one-element list. A struct that holds a required column is itself required. `pointer` is where the value stands.
 */
export function parseColumns(value: unknown, pointer: string): Checked<Column[]> {
  const findings: Finding[] = [];
  const columns = readFields(value, pointer, findings);
  return findings.length > 0 || columns === undefined ? { findings } : { value: columns, findings };
}

function readFields(value: unknown, pointer: string, findings: Finding[]): Column[] | undefined {
  if (!isMap(value)) {
    findings.push({
      code: "columns/not-a-map",
      pointer,
      message: `Columns are a map of names to types, not ${show(value)}.`,
      hint: "for example `{ id: string!, total: double }`",
    });
    return undefined;
  }
  const names = Object.keys(value);
  if (names.length === 0) {
    findings.push({
      code: "columns/empty",
      pointer,
      message: "There are no columns here.",
      hint: "name at least one, for example `id: string!`",
    });
  }
  const seen = new Map<string, string>();
  return names.flatMap((name) => {
    const at = joinPointer(pointer, name);
    findings.push(...nameFindings(name, at, seen));
    const read = readType(value[name], at, findings);
    return read === undefined ? [] : [{ name, ...read }];
  });
}

function nameFindings(name: string, pointer: string, seen: Map<string, string>): Finding[] {
  const twin = seen.get(name.toLowerCase());
  seen.set(name.toLowerCase(), name);
  if (twin !== undefined) {
    const message = `The columns \`${twin}\` and \`${name}\` differ only in upper and lower case.`;
    return [
      {
        code: "columns/duplicate",
        pointer,
        on: "key",
        message,
        hint: "no two columns of one object may be told apart by case alone",
      },
    ];
  }
  const wrong = nameMistake(name);
  return wrong === undefined
    ? []
    : [
        {
          code: "columns/name",
          pointer,
          on: "key",
          message: `${show(name)} cannot be a column name: ${wrong.why}.`,
          hint: wrong.hint,
        },
      ];
}

/** Why a name can be no column, in half a sentence; undefined where it can. */
export function columnNameMistake(name: string): string | undefined {
  return nameMistake(name)?.why;
}

function nameMistake(name: string): { why: string; hint: string } | undefined {
  if (name === "") return { why: "it is empty", hint: "give the column a name" };
  if (name.startsWith("__"))
    return {
      why: "names beginning with `__` are the engine's own",
      hint: "leave the field out; the topic keeps the original bytes",
    };
  if (name.startsWith("$"))
    return {
      why: "MongoDB gives `$` at the beginning a meaning",
      hint: "leave the field out; the topic keeps the original bytes",
    };
  if (name.includes("."))
    return { why: "a dot separates the steps of a path", hint: "write a nested object as a map of columns" };
  if (name.endsWith("!"))
    return { why: "`!` stands after the type", hint: `put it after the type, as in \`${name.slice(0, -1)}: string!\`` };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(name)) return { why: "it holds a control character", hint: "use printable characters" };
  if (name.length > 128) return { why: "it is longer than 128 characters", hint: "leave the field out" };
  return undefined;
}

function readType(value: unknown, pointer: string, findings: Finding[]): Omit<Column, "name"> | undefined {
  if (typeof value === "string") return readText(value, pointer, findings);
  if (Array.isArray(value)) return readList(value, pointer, findings);
  if (isMap(value)) {
    const fields = readFields(value, pointer, findings);
    return fields && { type: { kind: "struct", fields }, required: fields.some((field) => field.required) };
  }
  const message = value === null || value === undefined ? "The type of this column is missing." : `${show(value)} is not a type.`;
  findings.push({ code: "columns/type", pointer, message, hint: "for example `string`, `int`, `double`, `timestamp`" });
  return undefined;
}

function readList(value: unknown[], pointer: string, findings: Finding[]): Omit<Column, "name"> | undefined {
  if (value.length !== 1) {
    const message = `A list type has one element, the type of its elements; here are ${value.length}.`;
    findings.push({ code: "columns/list", pointer, message, hint: "for example `[string]` or `[{ price: double }]`" });
    return undefined;
  }
  const at = joinPointer(pointer, 0);
  const element = readType(value[0], at, findings);
  if (element !== undefined && typeof value[0] === "string" && element.required) {
    const message = `The elements of a list cannot be required, but this says \`${value[0]}\`.`;
    findings.push({ code: "columns/list", pointer: at, message, hint: `write \`[${value[0].slice(0, -1)}]\`` });
  }
  return element && { type: { kind: "list", element: element.type }, required: false };
}

function readText(text: string, pointer: string, findings: Finding[]): Omit<Column, "name"> | undefined {
  const required = text.endsWith("!");
  const name = (required ? text.slice(0, -1) : text).trim();
  const type = typeOf(name);
  if (typeof type === "object") return { type, required };
  findings.push({ code: "columns/type", pointer, message: `There is no type \`${name}\`.`, hint: type });
  return undefined;
}

/** The type, or the hint that helps where there is none. */
function typeOf(name: string): ColumnType | string {
  switch (name) {
    case "string":
    case "int":
    case "long":
    case "double":
    case "boolean":
    case "date":
    case "binary":
    case "timestamp":
      return { kind: name };
    case "timestamp(s)":
      return { kind: "timestamp", unit: "s" };
    case "timestamp(ms)":
      return { kind: "timestamp", unit: "ms" };
    case "timestamp(us)":
      return { kind: "timestamp", unit: "us" };
  }
  const decimal = /^decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(name);
  if (decimal !== null) return decimalOf(Number(decimal[1]), Number(decimal[2]));
  const map = /^map\((.+)\)$/.exec(name)?.[1];
  if (map !== undefined) {
    const value = typeOf(map.trim());
    return typeof value === "object" ? { kind: "map", value } : value;
  }
  return hintFor(name);
}

function decimalOf(precision: number, scale: number): ColumnType | string {
  if (precision < 1 || precision > 38) return "a decimal has 1 to 38 digits, for example `decimal(10,2)`";
  if (scale > precision) return "a decimal has no more digits after the point than digits in all, for example `decimal(10,2)`";
  return { kind: "decimal", precision, scale };
}

function hintFor(name: string): string {
  const lower = name.toLowerCase();
  if (lower === "object" || lower === "struct" || lower === "json")
    return "write a nested object as a map of columns: `{ city: string }`";
  if (lower === "array" || lower === "list") return "write a list as its one element: `[string]`";
  if (lower.startsWith("timestamp(")) return "the unit is `s`, `ms` or `us`, for example `timestamp(ms)`";
  const known = (Object.hasOwn(FOREIGN, lower) ? FOREIGN[lower] : undefined) ?? nearest(name, NAMES);
  return known === undefined
    ? `the types are ${NAMES.slice(0, 8).join(", ")}, decimal(p,s) and map(type)`
    : `did you mean \`${known}\`?`;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = typeof value === "object" && value !== null ? (Array.isArray(value) ? "a list" : "a map") : JSON.stringify(value);
  return value === undefined ? "nothing" : text.startsWith("a ") ? text : `\`${text.slice(0, 80)}\``;
}
