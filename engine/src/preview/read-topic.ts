import type { Column } from "../column-type.ts";
import type { Row, Value } from "../expression/index.ts";
import { keyText } from "../nodes/kafka.topic/key-text.ts";
import { byOrigin } from "../nodes/metadata.ts";
import type { TopicPart } from "../nodes/node-kind.ts";
import type { Drop, PreviewResult, PreviewRow } from "../nodes/preview.ts";
import { type GivenFacts, type GivenRecord, readGiven } from "./given-record.ts";
import { readRecord } from "./record.ts";

/** A batch: the records of each source, and how many of it came before. */
export interface Part {
  samples: ReadonlyMap<string, readonly (string | Uint8Array)[]>;
  read: ReadonlyMap<string, number>;
  arrived?: bigint;
}

/** Reads the records of a source as its topic hands them on: typed, with the columns that are made of their facts. */
export function readTopic(source: string, topic: TopicPart, columns: readonly Column[], batch: Part): PreviewResult {
  const main: PreviewRow[] = [];
  const dropped: Drop[] = [];
  const { inValue, ofFacts } = byOrigin(columns);
  (batch.samples.get(source) ?? []).forEach((line, i) => {
    const record = (batch.read.get(source) ?? 0) + i + 1;
    const { value, facts } = recordOf(line, record, topic, batch.arrived);
    const read = readRecord(value, inValue);
    const row = { record, ...(facts.timestamp !== undefined && { arrived: facts.timestamp }) };
    if ("row" in read) main.push({ ...row, values: withFacts(read.row, ofFacts, facts) });
    else dropped.push({ row: { ...row, values: Object.create(null) }, why: "dead-letter", ...read });
  });
  return { outputs: { main }, dropped };
}

/**
 * A record as it stands in its topic: what is given of its facts, and what is not as in a topic with one partition in which the samples stand alone. What gives
 * its facts wrongly was told where it was read, and is its own value.
 */
export function recordOf(line: string | Uint8Array, record: number, { name, own }: TopicPart, arrived?: bigint): GivenRecord {
  const given = readGiven(line);
  const { value, facts } = "mistake" in given ? { value: line, facts: {} } : given;
  const text = typeof value === "string" ? value : new TextDecoder().decode(value);
  const key = own?.key === undefined ? null : keyText(text, own.key);
  const time = arrived === undefined ? {} : { timestamp: arrived };
  return { value, facts: { key, partition: 0, offset: BigInt(record - 1), topic: name, ...time, ...facts } };
}

function withFacts(row: Row, columns: readonly (Column & { fact: string })[], facts: GivenFacts): Row {
  for (const { name, fact } of columns) row[name] = factOf(fact, facts);
  return row;
}

function factOf(fact: string, { headers, ...facts }: GivenFacts): Value {
  if (fact.startsWith("header.")) return headers?.get(fact.slice("header.".length)) ?? null;
  return facts[fact as keyof typeof facts] ?? null;
}
