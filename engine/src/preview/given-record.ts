import { readTimestamp } from "../expression/values/instant-text.ts";
import { type JsonNode, readJson, writeJson } from "../expression/values/json.ts";

/** What a sample or a test says that Kafka knows of a record; what it does not say is absent. */
export interface GivenFacts {
  /** In microseconds since 1970. */
  timestamp?: bigint;
  key?: string | null;
  partition?: number;
  offset?: bigint;
  topic?: string;
  headers?: ReadonlyMap<string, string | null>;
}

/** A record of a sample or a test: its value, and what is given of its facts. */
export interface GivenRecord {
  value: string | Uint8Array;
  facts: GivenFacts;
}

/** What is wrong with a record that gives its facts. */
export interface WrongRecord {
  mistake: string;
  hint: string;
}

const FACTS = "`$record`, `$timestamp`, `$key`, `$partition`, `$offset`, `$topic` and `$headers`";
/** As long as it takes to see how a record begins. */
const HEAD_BYTES = 64;

/**
 * Reads a record as it is given. One that tells its facts is an object of which every key begins with `$`: the record itself stands under `$record`, as an
 * object or, where its digits matter or it is none, as text. Any other is its own value.
 */
export function readGiven(line: string | Uint8Array): GivenRecord | WrongRecord {
  const head = typeof line === "string" ? line : new TextDecoder().decode(line.subarray(0, HEAD_BYTES));
  if (!/^\s*\{\s*"\$/.test(head)) return { value: line, facts: {} };
  const node = readJson(typeof line === "string" ? line : new TextDecoder().decode(line));
  if (node?.kind !== "object" || !node.fields.some(([name]) => name === "$record")) return { value: line, facts: {} };
  return readWrapped(node.fields);
}

function readWrapped(fields: readonly [string, JsonNode][]): GivenRecord | WrongRecord {
  const given: GivenRecord = { value: "", facts: {} };
  for (const [name, node] of fields) {
    if (name === "$record") given.value = node.kind === "string" ? node.text : writeJson(node);
    else if (!Object.hasOwn(READERS, name))
      return { mistake: `\`${name}\` is nothing that a record with its facts has`, hint: `there are ${FACTS}` };
    else {
      const fact = READERS[name]?.(node);
      if (fact === undefined)
        return { mistake: `\`${name}\` cannot be ${writeJson(node).slice(0, 80)}`, hint: `it is ${WANTED[name] ?? ""}` };
      Object.assign(given.facts, fact);
    }
  }
  return given;
}

const WANTED: Record<string, string> = {
  $timestamp: "an ISO 8601 time, such as `2026-01-05T12:00:00Z`",
  $key: "text, or null",
  $partition: "a whole number",
  $offset: "a whole number",
  $topic: "text",
  $headers: "a map of names to texts, or null where a header has no value",
};

/** A fact out of its JSON; undefined where it is none. */
const READERS: Record<string, (node: JsonNode) => GivenFacts | undefined> = {
  $timestamp: (node) => defined("timestamp", node.kind === "string" ? readTimestamp(node.text) : undefined),
  $key: (node) => defined("key", textOrNull(node)),
  $partition: (node) => defined("partition", wholeOf(node, 9) === undefined ? undefined : Number(wholeOf(node, 9))),
  $offset: (node) => defined("offset", wholeOf(node, 18)),
  $topic: (node) => defined("topic", node.kind === "string" ? node.text : undefined),
  $headers: (node) => defined("headers", headersOf(node)),
};

function defined<K extends keyof GivenFacts>(name: K, value: GivenFacts[K] | undefined): GivenFacts | undefined {
  return value === undefined ? undefined : { [name]: value };
}

function wholeOf(node: JsonNode, digits: number): bigint | undefined {
  return node.kind === "number" && /^\d+$/.test(node.text) && node.text.length <= digits ? BigInt(node.text) : undefined;
}

function textOrNull(node: JsonNode): string | null | undefined {
  if (node.kind === "word" && node.text === "null") return null;
  return node.kind === "string" ? node.text : undefined;
}

function headersOf(node: JsonNode): Map<string, string | null> | undefined {
  if (node.kind !== "object") return undefined;
  const headers = node.fields.map(([name, value]) => [name, textOrNull(value)] as const);
  return headers.every((header): header is readonly [string, string | null] => header[1] !== undefined)
    ? new Map(headers)
    : undefined;
}
