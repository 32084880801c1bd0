import type { SinkMongodbConfig } from "@pipeline-engine/schemas/types";
import { type Column, columnAt, showType } from "../../column-type.ts";
import { didYouMean } from "../../diagnostic.ts";
import type { NodeContext, NodeKind, PythonValue, Stream } from "../node-kind.ts";
import { columnPaths, lastStep } from "../paths.ts";
import { indexesOf } from "./indexes.ts";
import { previewMongodb } from "./preview.ts";
import { bsonSchema, validatorOf } from "./validator.ts";

type Context = NodeContext<SinkMongodbConfig>;

/** Writes each row as one document, replacing the one with the same key. */
export const sinkMongodb: NodeKind<SinkMongodbConfig> = {
  type: "sink.mongodb",
  role: "sink",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: {},
  preview: previewMongodb,
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    const { config } = context;
    const key = keyOf(context, input.columns);
    if (key === undefined && input.origin === "derived") {
      context.report([], {
        code: "sink/missing-key",
        message: "One record became several of these rows, or several became one, so nothing but a key can tell them apart.",
        hint: keyHint(input),
      });
    }
    checkIdColumn(context, key, input.columns);
    const indexes = indexesOf(context, input.columns);
    return {
      part: {
        kind: "sink",
        module: "mongodb",
        arguments: { collection: config.collection, key: key ?? null, output_mode: input.changes },
        collection: {
          name: config.collection,
          indexes,
          validator: validatorOf(input.columns, idSchema(key, input.columns)),
          validatorAction: config.validator,
        },
      },
    };
  },
};

function keyOf({ config, report }: Context, columns: readonly Column[]): string[] | undefined {
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

/** MongoDB has one `_id` for each document, so a column of that name can be nothing but the key. */
function checkIdColumn({ report }: Context, key: string[] | undefined, columns: readonly Column[]): void {
  if (!columns.some((column) => column.name === "_id") || (key?.length === 1 && key[0] === "_id")) return;
  report(key === undefined ? [] : ["key"], {
    code: "sink/id-is-not-key",
    message: "The column `_id` and the key would both become the document's `_id`.",
    hint: "write `key: _id`, or rename the column with transform.select",
  });
}

function idSchema(key: string[] | undefined, columns: readonly Column[]): PythonValue {
  if (key === undefined) return { bsonType: "string" };
  const fields = key.flatMap((path) => {
    const column = columnAt(columns, path.split("."));
    return column === undefined ? [] : [{ ...column, name: lastStep(path), required: true }];
  });
  const [only] = fields;
  return bsonSchema(fields.length === 1 && only !== undefined ? only.type : { kind: "struct", fields }, false);
}

function keyHint({ key, index }: Stream): string {
  if (key !== undefined) return `add \`key: ${showKey(key)}\` to the config`;
  if (index === undefined) return "add `key` with the columns that do";
  return `add \`key\` with the columns that identify the record, and ${index.map((name) => `\`${name}\``).join(", ")}`;
}

function showKey(names: readonly string[]): string {
  return names.length === 1 ? (names[0] ?? "") : `[${names.join(", ")}]`;
}
