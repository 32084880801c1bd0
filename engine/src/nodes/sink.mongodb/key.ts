import type { SinkMongodbConfig } from "@pipeline-engine/schemas/types";
import type { Column } from "../../column-type.ts";
import type { NodeContext, PythonValue, Stream } from "../node-kind.ts";
import { keyFields } from "../sink-key.ts";
import { bsonSchema } from "./validator.ts";

type Context = NodeContext<SinkMongodbConfig>;

/** MongoDB has one `_id` for each document, so a column of that name can be nothing but the key, and not even that where the key is a part of it. */
export function checkIdColumn({ config, report }: Context, key: string[] | undefined, columns: readonly Column[]): void {
  const isKey = config.mode === "upsert" && key?.length === 1 && key[0] === "_id";
  if (!columns.some((column) => column.name === "_id") || isKey) return;
  report(key === undefined ? [] : ["key"], {
    code: "sink/id-is-not-key",
    message:
      config.mode === "upsert"
        ? "The column `_id` and the key would both become the document's `_id`."
        : "The column `_id` would take the place of the `_id` that tells every row apart.",
    hint:
      config.mode === "upsert"
        ? "write `key: _id`, or rename the column with transform.select"
        : "rename the column with transform.select",
  });
}

/** What tells rows apart that are all kept: their record, or where they were made of several the batch that they came with. */
export function historyOf({ origin }: Stream): "record" | "batch" {
  return origin === "record" ? "record" : "batch";
}

/** The schema of `_id`. */
export function idSchema(config: SinkMongodbConfig, key: string[] | undefined, input: Stream): PythonValue {
  const plain = keySchema(key, input.columns);
  if (config.mode === "upsert" || (key === undefined && input.origin === "record")) return plain;
  const text = { bsonType: "string" };
  const more: Record<string, PythonValue> =
    historyOf(input) === "record" ? { record: text } : { query: text, checkpoint: text, batch: { bsonType: ["int", "long"] } };
  return { bsonType: "object", required: ["key", ...Object.keys(more)], properties: { key: plain, ...more } };
}

function keySchema(key: string[] | undefined, columns: readonly Column[]): PythonValue {
  if (key === undefined) return { bsonType: "string" };
  const fields = keyFields(key, columns);
  const [only] = fields;
  return bsonSchema(fields.length === 1 && only !== undefined ? only.type : { kind: "struct", fields }, false);
}

/** How to tell the rows of a stream apart. */
export function keyHint({ key, index }: Stream): string {
  if (key !== undefined) return `add \`key: ${showKey(key)}\` to the config`;
  if (index === undefined) return "add `key` with the columns that do";
  return `add \`key\` with the columns that identify the record, and ${index.map((name) => `\`${name}\``).join(", ")}`;
}

function showKey(names: readonly string[]): string {
  return names.length === 1 ? (names[0] ?? "") : `[${names.join(", ")}]`;
}
