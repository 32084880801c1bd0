import { isoText, readTimestamp } from "../expression/values/instant-text.ts";
import { kindOf } from "../nodes/index.ts";
import { byOrigin } from "../nodes/metadata.ts";
import { type NodePreview, openPreview, type PreviewPython, type PreviewTables } from "../preview/index.ts";
import type { TypedDag } from "../types.ts";
import type { WrittenTest } from "./append.ts";
import { expectationsOf } from "./expectations.ts";
import { recordText } from "./given.ts";

/** A record as it stands in its topic. */
export interface TopicRecord {
  value: Uint8Array;
  key: Uint8Array | null;
  /** In milliseconds since 1970. */
  timestamp: number;
  partition: number;
  offset: number;
  headers: ReadonlyMap<string, Uint8Array>;
}

/** A record as a test gives it: a map, or text; undefined where its value, or a fact that the pipeline reads, is not UTF-8. `facts`: those that the pipeline reads. */
export function givenOf(record: TopicRecord, facts: readonly string[]): unknown {
  const value = textOf(record.value);
  const told = facts.map((fact) => factOf(record, fact));
  if (value === undefined || told.includes(undefined)) return undefined;
  const plain = plainOf(value);
  const isMap = typeof plain === "object" && plain !== null && !Object.keys(plain).some((name) => name.startsWith("$"));
  if (facts.length === 0 && isMap) return plain;
  if (facts.length === 0 && !/^\s*\{\s*"\$/.test(value)) return value;
  const headers = told.flatMap((each) => (each?.header === undefined ? [] : [each.header]));
  return {
    $record: isMap ? plain : value,
    ...Object.assign({}, ...told.flatMap((each) => each?.fact ?? [])),
    ...(headers.length > 0 && { $headers: Object.fromEntries(headers) }),
  };
}

/** What the pipeline reads of the records of a source beside their values. */
export function factsRead({ nodes }: TypedDag, source: string): string[] {
  const topics = nodes.filter(({ node, part }) => part.kind === "topic" && (node.from[0]?.node ?? node.id) === source);
  return [...new Set(topics.flatMap(({ output }) => byOrigin(output?.columns ?? []).ofFacts.map(({ fact }) => fact)))];
}

interface Told {
  fact?: Record<string, unknown>;
  header?: [name: string, value: string | null];
}

function factOf({ timestamp, key, partition, offset, headers }: TopicRecord, fact: string): Told | undefined {
  if (fact === "timestamp") return { fact: { $timestamp: isoText(BigInt(timestamp) * 1000n) } };
  if (fact === "partition") return { fact: { $partition: partition } };
  if (fact === "offset") return { fact: { $offset: offset } };
  if (fact === "topic") return {};
  const isKey = fact === "key";
  const name = fact.slice("header.".length);
  const bytes = isKey ? key : (headers.get(name) ?? null);
  const text = bytes === null ? null : textOf(bytes);
  if (text === undefined) return undefined;
  return isKey ? { fact: { $key: text } } : { header: [name, text] };
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The record as a map, where a map says all that its text does: every digit, and no name twice. */
function plainOf(text: string): unknown {
  try {
    const plain: unknown = JSON.parse(text);
    const bare = text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, quoted?: string) => quoted ?? "");
    const isSame = bare.startsWith("{") && bare === JSON.stringify(plain);
    return isSame && !/\p{Surrogate}/u.test(text) ? plain : undefined;
  } catch {
    return undefined;
  }
}

/** A test of records, with what the evaluator makes of them: the documents of every sink, and what every node drops. `unknown`: why it cannot tell of a sink. */
export async function recordedTest(
  typed: TypedDag,
  { name, arrived, given }: Omit<WrittenTest, "expect">,
  python?: PreviewPython,
  tables?: PreviewTables,
): Promise<{ test: WrittenTest; unknown: string[] }> {
  const texts = Object.entries(given).map(([source, records]) => [source, records.map(recordText)] as const);
  const time = arrived === undefined ? undefined : readTimestamp(arrived);
  const nodes = await openPreview(typed, python, tables).run({
    samples: new Map(texts),
    ...(time !== undefined && { arrived: time }),
  });
  const isSink = ({ type }: NodePreview) => kindOf(type).role === "sink";
  const unknown = nodes.flatMap(({ node, type, missing }) =>
    missing !== undefined && kindOf(type).role === "sink" ? [`\`${node}\`: ${missing}`] : [],
  );
  return { test: { name, ...(arrived !== undefined && { arrived }), given, expect: expectationsOf(nodes, isSink) }, unknown };
}
