import type { SinkFileConfig } from "@pipeline-engine/schemas/types";
import { type Column, showType } from "../../column-type.ts";
import { didYouMean } from "../../diagnostic.ts";
import { parseDuration } from "../../duration.ts";
import type { NodeContext, NodeKind } from "../node-kind.ts";
import { previewFile } from "./preview.ts";

type Context = NodeContext<SinkFileConfig>;

/** What may name a folder: its text is the same everywhere, and reads back as the value. */
const NAMING = new Set(["string", "int", "long", "boolean", "date"]);

/** Writes the rows of every batch as files into a folder. */
export const sinkFile: NodeKind<SinkFileConfig> = {
  type: "sink.file",
  role: "sink",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: {},
  preview: previewFile,
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    const { path, format, partitionBy, every } = context.config;
    checkPartitions(context, input.columns);
    const interval = every === null ? undefined : parseDuration(every);
    return {
      part: {
        kind: "sink",
        module: "file",
        call: "write",
        arguments: { path, format, partition_by: partitionBy, output_mode: input.changes },
        keepsAll: true,
        folder: path,
        ...(interval !== undefined && { every: interval }),
      },
    };
  },
};

function checkPartitions({ config, report }: Context, columns: readonly Column[]): void {
  config.partitionBy.forEach((name, at) => {
    const column = columns.find((each) => each.name === name);
    if (column === undefined) {
      const names = columns.map((each) => each.name);
      const hint = didYouMean(name, names);
      report(["partitionBy", at], { code: "sink/unknown-column", message: `\`${name}\` is no column of these rows.`, hint });
    } else if (!NAMING.has(column.type.kind)) {
      report(["partitionBy", at], {
        code: "file/partition-column",
        message: `\`${name}\` is of type ${showType(column.type)}, which names no folder.`,
        hint: "take a column of text, a whole number, a boolean or a date, or make one with transform.select",
      });
    }
  });
  if (config.format !== "parquet" || !columns.every(({ name }) => config.partitionBy.includes(name))) return;
  report(["partitionBy"], {
    code: "file/nothing-left",
    message: "Every column is a folder's name, so the files would hold none.",
    hint: "leave out one of the columns, or write `format: ndjson`",
  });
}
