import type { SinkMongodbConfig } from "@pipeline-engine/schemas/types";
import { type Column, columnAt, showType } from "../../column-type.ts";
import { didYouMean } from "../../diagnostic.ts";
import type { NodeContext, PythonValue, Stream } from "../node-kind.ts";
import { columnPaths, lastStep } from "../paths.ts";
import { bsonSchema } from "./validator.ts";

type Context = NodeContext<SinkMongodbConfig>;

/** The paths of the key; undefined without one. Reports what cannot be a part of `_id`. */
export function keyOf({ config, report }: Context, columns: readonly Column[]): string[] | undefined {
  if (config.key === null) return undefined;
  const isList = Array.isArray(config.key);
  const paths: string[] = [config.key].flat();
  const names = new Set<string>();
  paths.forEach((path: string, i: number) => {
    const at = isList ? ["key", i] : ["key"];
    const column = columnAt(columns, path.split("."));
    if (column === undefined) {
      const hint = didYouMean(path, columnPaths(columns));
      report(at, { code: "sink/unknown-column", message: `The key \`${path}\` is no column of these rows.`, hint });
    } else if (column.type.kind === "list" || column.type.kind === "map" || column.type.kind === "struct") {
      const fields = column.type.kind === "struct" ? column.type.fields : [];
      report(at, {
        code: "sink/key-not-single",
        message: `\`${path}\` is of type ${showType(column.type)}, but a key is made of single values.`,
        hint:
          fields[0] === undefined
            ? "choose a column with one value"
            : `choose a field of it, for example \`${path}.${fields[0].name}\``,
      });
    }
    if (names.has(lastStep(path))) {
      report(at, {
        code: "sink/duplicate-key-field",
        message: `Two fields of the key would be named \`${lastStep(path)}\`.`,
        hint: "rename one with transform.select",
      });
    }
    names.add(lastStep(path));
  });
  return paths;
}

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

/** The columns of the key, by the names that they have in `_id`. */
export function keyFields(key: readonly string[], columns: readonly Column[]): Column[] {
  return key.flatMap((path) => {
    const column = columnAt(columns, path.split("."));
    return column === undefined ? [] : [{ ...column, name: lastStep(path), required: true }];
  });
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
