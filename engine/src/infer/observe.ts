import { readDate, readTimestamp } from "../expression/values/instant-text.ts";
import type { JsonNode } from "../expression/values/json.ts";

/** What was seen of the values at one place of the records. */
export interface Seen {
  /** How many values stood there, null among them. */
  values: number;
  nulls: number;
  /** Kind of value → how many. */
  kinds: Partial<Record<Kind, number>>;
  /** Of texts: how many were empty, or a number in quotes. */
  empty: number;
  quotedNumbers: number;
  /** Of whole numbers: how many could be an instant, by unit. */
  instants: { s: number; ms: number };
  /** Field → what stood in it. */
  fields: Map<string, Seen>;
  /** What stood in the elements of lists. */
  elements: Seen | undefined;
}

export type Kind = "boolean" | "int" | "long" | "huge" | "double" | "date" | "timestamp" | "string" | "list" | "struct";

const TIMESTAMP = /^(?!0000)\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/;
const DATE = /^(?!0000)\d{4}-\d\d-\d\d$/;
const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const [INT, LONG] = [2n ** 31n, 2n ** 63n];
/** 2001 to 2036, in seconds and in milliseconds: what lies there is more likely an instant than a count. */
const [FIRST_SECOND, LAST_SECOND] = [1_000_000_000, 2_100_000_000];

/** Nothing seen yet. */
export function nothingSeen(): Seen {
  return {
    values: 0,
    nulls: 0,
    kinds: {},
    empty: 0,
    quotedNumbers: 0,
    instants: { s: 0, ms: 0 },
    fields: new Map(),
    elements: undefined,
  };
}

/** Adds a value to what was seen at its place. */
export function observe(seen: Seen, node: JsonNode): void {
  seen.values += 1;
  if (node.kind === "word" && node.text === "null") {
    seen.nulls += 1;
    return;
  }
  const kind = kindOf(node);
  seen.kinds[kind] = (seen.kinds[kind] ?? 0) + 1;
  if (node.kind === "string") {
    if (node.text === "") seen.empty += 1;
    if (NUMBER.test(node.text)) seen.quotedNumbers += 1;
  }
  if (node.kind === "number") noteInstant(seen, Number(node.text));
  if (node.kind === "object") observeFields(seen, node.fields);
  if (node.kind === "array") {
    seen.elements ??= nothingSeen();
    for (const item of node.items) observe(seen.elements, item);
  }
}

function observeFields(seen: Seen, fields: readonly [string, JsonNode][]): void {
  // Of a name that stands twice the last one counts.
  for (const [name, node] of new Map(fields)) {
    const inner = seen.fields.get(name) ?? nothingSeen();
    seen.fields.set(name, inner);
    observe(inner, node);
  }
}

function noteInstant(seen: Seen, value: number): void {
  if (!Number.isFinite(value)) return;
  if (value >= FIRST_SECOND && value <= LAST_SECOND) seen.instants.s += 1;
  if (value >= FIRST_SECOND * 1000 && value <= LAST_SECOND * 1000) seen.instants.ms += 1;
}

function kindOf(node: JsonNode): Kind {
  switch (node.kind) {
    case "object":
      return "struct";
    case "array":
      return "list";
    case "word":
      return "boolean";
    case "string":
      return textKind(node.text);
    case "number":
      return numberKind(node.text);
  }
}

function textKind(text: string): Kind {
  if (TIMESTAMP.test(text) && readTimestamp(text) !== undefined) return "timestamp";
  return DATE.test(text) && readDate(text) !== undefined ? "date" : "string";
}

function numberKind(text: string): Kind {
  if (!/^-?\d+$/.test(text)) return "double";
  const value = BigInt(text);
  if (value >= -INT && value < INT) return "int";
  return value >= -LONG && value < LONG ? "long" : "huge";
}
