import { BSON, type Document } from "mongodb";
import { connectMongo } from "./mongo.ts";
import type { MongoAddress } from "./services.ts";

const MOST_TEXT = 2000;
const MOST_PARTS = 100;
const QUERY_MS = 10_000;

/** What a column of a result holds; `mixed` where that differs. */
export type ResultType = "number" | "text" | "time" | "boolean" | "object" | "list" | "binary" | "mixed" | "null";

/** Documents of a collection as plain JSON. */
export interface CollectionRows {
  /** In the order of the documents. */
  columns: { name: string; type: ResultType }[];
  rows: Record<string, Plain>[];
  /** How many documents the collection holds, roughly. */
  total: number;
  /** Sentences on what is shown shorter than it is. */
  notes: string[];
}

/**
 * Reads documents of a collection: times become ISO 8601, numbers that JSON cannot hold texts, and long texts, lists and objects are cut, which a note says. `sort`: a field's path and
 * 1 or -1; without it the newest documents come first. Throws an EnvironmentProblem where MongoDB does not answer.
 */
export async function readCollection(
  { uri, database }: MongoAddress,
  collection: string,
  { limit, sort }: { limit: number; sort?: { path: string; order: 1 | -1 } },
): Promise<CollectionRows> {
  const client = await connectMongo(uri, 5000);
  try {
    const documents = client.db(database).collection(collection);
    const found = await documents
      .find({}, { maxTimeMS: QUERY_MS, promoteLongs: false })
      .sort(sort === undefined ? { $natural: -1 } : { [sort.path]: sort.order })
      .limit(limit)
      .toArray();
    const cut = { texts: 0, parts: 0 };
    const rows = found.map((document) => plainObject(document, cut));
    const total = await documents.estimatedDocumentCount({ maxTimeMS: QUERY_MS });
    const notes = [
      ...(cut.texts > 0 ? [`Texts above ${MOST_TEXT.toLocaleString("en-US")} characters are cut.`] : []),
      ...(cut.parts > 0 ? [`Of long lists and objects the first ${MOST_PARTS} parts are shown.`] : []),
    ];
    return { rows, columns: columnsOf(rows), total, notes };
  } finally {
    await client.close();
  }
}

type Plain = string | number | boolean | null | Plain[] | { [name: string]: Plain };

/** What was shown shorter than it is. */
type Cut = { texts: number; parts: number };

function plainObject(document: Document, cut: Cut): Record<string, Plain> {
  return Object.fromEntries(first(Object.entries(document), cut).map(([name, value]) => [name, plain(value, cut)]));
}

function first<T>(parts: T[], cut: Cut): T[] {
  if (parts.length <= MOST_PARTS) return parts;
  cut.parts += 1;
  return parts.slice(0, MOST_PARTS);
}

function plain(value: unknown, cut: Cut): Plain {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (typeof value === "string") return shortened(value, cut);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "boolean") return value;
  if (Array.isArray(value)) return first(value, cut).map((one) => plain(one, cut));
  if (BSON.Long.isLong(value)) return safe(value.toBigInt());
  if (value instanceof BSON.Double || value instanceof BSON.Int32) return plain(value.valueOf(), cut);
  if (value instanceof BSON.Decimal128) return value.toString();
  if (value instanceof BSON.Binary) return { $binary: shortened(value.toString("base64"), cut) };
  if (typeof value === "object" && "_bsontype" in value) return String(value);
  return plainObject(value as Document, cut);
}

function safe(value: bigint): Plain {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
}

function shortened(text: string, cut: Cut): string {
  if (text.length <= MOST_TEXT) return text;
  cut.texts += 1;
  return `${text.slice(0, MOST_TEXT)}…`;
}

function columnsOf(rows: readonly Record<string, Plain>[]): { name: string; type: ResultType }[] {
  const types = new Map<string, ResultType>();
  for (const row of rows)
    for (const [name, value] of Object.entries(row)) {
      const [before = "null", now] = [types.get(name), typeOf(value)];
      types.set(name, before === "null" || before === now ? now : now === "null" ? before : "mixed");
    }
  return [...types].map(([name, type]) => ({ name, type }));
}

function typeOf(value: Plain): ResultType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  if (typeof value === "object") return "$binary" in value ? "binary" : "object";
  if (typeof value === "string") return /^-?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) ? "time" : "text";
  return typeof value === "number" ? "number" : "boolean";
}
