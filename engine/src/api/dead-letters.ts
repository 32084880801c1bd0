import { explain } from "../explain/index.ts";
import { newestRecords, type PlacedRecord } from "../runtime/newest-records.ts";
import { servicesOf } from "./services.ts";
import type { SpecFiles } from "./spec-files.ts";

const MOST_LETTERS = 5000;
const EXAMPLES = 5;
const MOST_BYTES = 4000;
const MARK = "__connect.errors.";

/** A dead letter as the page shows it. */
export interface LetterExample {
  message: string;
  /** The original bytes as text, what is no text as `\xNN`; cut where it is long. */
  value: string;
  bytes: number;
  at: string;
  topic?: string;
  partition?: number;
  offset?: string;
}

/** Dead letters of one node and code, with what `engine explain` says of the code. */
export interface LetterGroup {
  node: string;
  code: string;
  why?: string;
  mend?: string;
  count: number;
  examples: LetterExample[];
}

/** The newest dead letters of a pipeline by node and code, the largest group first. A letter that was written twice counts once. */
export async function deadLettersOf(files: SpecFiles, spec: string, limit: number, target?: string) {
  const { plan, addresses } = await servicesOf(files, spec, target);
  const topic = plan.deadLetters;
  const most = Math.min(limit, MOST_LETTERS);
  const records = (await newestRecords(addresses.kafka, [topic], most)).get(topic) ?? [];
  return { topic, ...lettersByCode(records), more: records.length === most };
}

/** Groups letters, oldest first, as Kafka has them. */
export function lettersByCode(records: readonly PlacedRecord[]): { groups: LetterGroup[]; read: number } {
  const letters = new Map(records.map((record) => [`${textOf(record.key)}`, record]));
  const groups = new Map<string, LetterGroup>();
  for (const record of [...letters.values()].reverse()) {
    const [node, code] = [header(record, "stage") ?? "", header(record, "class.name") ?? ""];
    const group = groups.get(`${node} ${code}`) ?? { node, code, ...explained(code), count: 0, examples: [] };
    groups.set(`${node} ${code}`, group);
    group.count += 1;
    if (group.examples.length < EXAMPLES) group.examples.push(exampleOf(record));
  }
  const found = [...groups.values()].sort((a, b) => b.count - a.count || (a.node < b.node ? -1 : 1));
  return { groups: found, read: letters.size };
}

function explained(code: string): Pick<LetterGroup, "why" | "mend"> {
  const found = explain(code);
  return "why" in found ? { why: found.why, mend: found.mend } : {};
}

function exampleOf(record: PlacedRecord): LetterExample {
  const [topic, partition, offset] = ["topic", "partition", "offset"].map((name) => header(record, name));
  const value = record.value ?? Buffer.alloc(0);
  return {
    message: header(record, "exception.message") ?? "",
    value: readable(value),
    bytes: Number(textOf(record.headers?.["engine.length"]) || value.length),
    at: new Date(Number(record.timestamp)).toISOString(),
    ...(topic !== undefined && offset !== undefined && { topic, partition: Number(partition), offset }),
  };
}

function header(record: PlacedRecord, name: string): string | undefined {
  const value = record.headers?.[MARK + name];
  return value === undefined ? undefined : textOf(value);
}

function textOf(value: unknown): string {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return Buffer.isBuffer(first) ? first.toString() : typeof first === "string" ? first : "";
}

/** Bytes as a person can read them: control characters, and what is no UTF-8, as `\xNN`. */
function readable(bytes: Buffer): string {
  const head = bytes.subarray(0, MOST_BYTES);
  const end = bytes.length > MOST_BYTES ? "…" : "";
  return textIn(head).replace(CONTROLS, escaped) + end;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for; tabs and line ends stay.
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f]/g;
const escaped = (character: string) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;

function textIn(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return bytes.toString("latin1").replace(/[\x80-\xff]/g, escaped);
  }
}
