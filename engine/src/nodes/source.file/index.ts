import type { SourceFileConfig } from "@pipeline-engine/schemas/types";
import { type Column, columnAt, showType } from "../../column-type.ts";
import { parseColumns } from "../../columns-notation.ts";
import { didYouMean } from "../../diagnostic.ts";
import { parseByteSize } from "../../duration.ts";
import { withMetadata } from "../metadata.ts";
import type { NodeContext, NodeKind, PythonValue } from "../node-kind.ts";
import { columnPaths, isInstant } from "../paths.ts";

type Context = NodeContext<SourceFileConfig>;

/** The lines or rows of files, with a cursor: a restart goes on at the byte behind the last record that Kafka has. */
export const sourceFile: NodeKind<SourceFileConfig> = {
  type: "source.file",
  role: "source",
  inputs: { roles: [], min: 0, max: 0 },
  shapes: { columns: "named", metadata: "named" },
  compile(context) {
    const { config } = context;
    const columns = parseColumns(config.columns, "").value;
    checkCsv(context);
    checkParquet(context);
    if (columns !== undefined) checkPace(context, columns);
    return {
      output: { columns: withMetadata(columns ?? [], context), changes: "append", origin: "record" },
      part: { kind: "source", settings: settingsOf(config), largestRecord: parseByteSize(config.maxLine) ?? 0 },
    };
  },
};

/** What is not set does not stand in the plan. */
function settingsOf({ csv, replay, metadata: _, ...settings }: SourceFileConfig): Record<string, PythonValue> {
  return {
    ...(settings as unknown as Record<string, PythonValue>),
    ...(csv !== null && { csv: { ...csv } }),
    ...(replay !== null && { replay: { ...replay } }),
  };
}

function checkCsv({ config, report }: Context): void {
  if (config.csv === null || config.format === "csv") return;
  const message = `\`csv\` says how CSV is read, and the format is ${config.format}.`;
  report(["csv"], { code: "file/wrong-setting", message, hint: "set `format: csv`, or leave out `csv`" });
}

function checkParquet({ config, report }: Context): void {
  if (config.format !== "parquet" || config.encoding === "utf-8") return;
  const message = `\`encoding: ${config.encoding}\` is how lines of text are written, and Parquet has none.`;
  report(["encoding"], { code: "file/wrong-setting", message, hint: "leave out `encoding`" });
}

function checkPace({ config, report }: Context, columns: readonly Column[]): void {
  if (config.replay === null) return;
  const { pace } = config.replay;
  const type = columnAt(columns, pace.split("."))?.type;
  if (type === undefined) {
    const hint = didYouMean(pace, columnPaths(columns)) ?? "name a column with the time of the record";
    report(["replay", "pace"], { code: "file/unknown-column", message: `\`${pace}\` is no column of these records.`, hint });
  } else if (!isInstant(type)) {
    report(["replay", "pace"], {
      code: "file/pace-type",
      message: `\`${pace}\` is of type ${showType(type)}, and a replay goes by a time.`,
      hint: "name a column of type timestamp or date",
    });
  }
}
