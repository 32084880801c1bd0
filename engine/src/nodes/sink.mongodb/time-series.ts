import type { SinkMongodbConfig } from "@pipeline-engine/schemas/types";
import { type Column, showType } from "../../column-type.ts";
import { didYouMean } from "../../diagnostic.ts";
import { parseDuration } from "../../duration.ts";
import type { NodeContext, TimeSeriesPlan } from "../node-kind.ts";
import { isInstant } from "../paths.ts";

type Context = NodeContext<SinkMongodbConfig>;

/** What makes the collection a time series; undefined where it is none. Reports what MongoDB would refuse. */
export function timeSeriesOf(context: Context, columns: readonly Column[]): TimeSeriesPlan | undefined {
  const { config, report } = context;
  if (config.timeSeries === null) return undefined;
  const { timeField, metaField, granularity, expireAfter } = config.timeSeries;
  if (config.mode !== "insert") {
    report(["timeSeries"], {
      code: "sink/time-series-mode",
      message: "Documents of a time series are never replaced, and this sink replaces those with the same key.",
      hint: "add `mode: insert`",
    });
  }
  const time = columnNamed(context, columns, "timeField", timeField);
  if (time !== undefined && !isInstant(time.type)) {
    report(["timeSeries", "timeField"], {
      code: "sink/time-series-field",
      message: `A time series stands on a time, but \`${timeField}\` is of type ${showType(time.type)}.`,
      hint: "name a timestamp column",
    });
  }
  if (metaField !== null) columnNamed(context, columns, "metaField", metaField);
  if (metaField === timeField) {
    report(["timeSeries", "metaField"], {
      code: "sink/time-series-field",
      message: `\`${metaField}\` cannot be the time and what the time series is of.`,
      hint: "name the column that says whose times they are, or leave `metaField` out",
    });
  }
  refuseIndexes(context);
  const expiry = expireAfter === null ? undefined : parseDuration(expireAfter);
  return {
    timeField,
    ...(metaField !== null && { metaField }),
    granularity,
    ...(expiry !== undefined && { expireAfterSeconds: Math.ceil(expiry / 1000) }),
  };
}

function columnNamed({ report }: Context, columns: readonly Column[], setting: string, name: string): Column | undefined {
  const column = columns.find((each) => each.name === name);
  if (column !== undefined) return column;
  const hint = didYouMean(
    name,
    columns.map((each) => each.name),
  );
  report(["timeSeries", setting], { code: "sink/unknown-column", message: `\`${name}\` is no column of these rows.`, hint });
  return undefined;
}

/** MongoDB keeps the documents of a time series in buckets, over which it cannot have every index. */
function refuseIndexes({ config, report }: Context): void {
  config.indexes.forEach((index, at) => {
    const refuse = (setting: string, message: string, hint: string) =>
      report(["indexes", at, setting], { code: "sink/time-series-index", message, hint });
    if (index.unique) refuse("unique", "An index of a time series cannot be unique.", "leave `unique` out");
    if (index.expireAfter !== null)
      refuse("expireAfter", "A time series expires as a whole.", "write `expireAfter` under `timeSeries`");
    if (index.where !== null) refuse("where", "An index of a time series holds all of it.", "leave `where` out");
    const kind = Object.values(index.fields).find((each) => each === "text" || each === "hashed");
    if (kind !== undefined) refuse("fields", `A time series takes no ${kind} index.`, "index the field with 1 or -1");
  });
}
