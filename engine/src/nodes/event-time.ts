import { type Column, columnAt, showType } from "../column-type.ts";
import { didYouMean } from "../diagnostic.ts";
import { parseDuration, showDuration } from "../duration.ts";
import type { NodeContext, Stream } from "./node-kind.ts";
import { columnPaths } from "./paths.ts";

/** What a room says of a column that is not there, or is no timestamp; `needs` goes before "but `at` is of type string". */
export interface TimeMistakes {
  unknown: { code: string; purpose: string };
  type: { code: string; needs: string };
}

/** Reports a column by which the time is to be told at a path of the config, where it is not there or is no timestamp. */
export function checkTimestamp<Config>(
  { report }: NodeContext<Config>,
  at: string[],
  on: string,
  columns: readonly Column[],
  { unknown, type }: TimeMistakes,
): void {
  const column = columnAt(columns, on.split("."));
  if (column === undefined) {
    const hint = didYouMean(on, columnPaths(columns));
    report(at, { code: unknown.code, message: `There is no column \`${on}\` ${unknown.purpose}.`, hint });
  } else if (column.type.kind !== "timestamp") {
    report(at, {
      code: type.code,
      message: `${type.needs}, but \`${on}\` is of type ${showType(column.type)}.`,
      hint: "declare the column as `timestamp` where the record is read, or convert it with `to_timestamp`",
    });
  }
}

/** A watermark that rows have from above and that is not the one that is asked for. */
export interface OtherWatermark {
  /** What differs: the column it stands on, or how far it lags behind. */
  differs: "column" | "delay";
  column: string;
  delay: string;
  message: string;
}

/** Tells whether rows have another watermark already than one on `on` with `delay`: Spark refuses to define a watermark twice on one way. */
export function otherWatermark({ watermark, eventTime }: Stream, on: string, delay: string): OtherWatermark | undefined {
  if (watermark === undefined) return undefined;
  const isOtherColumn = eventTime !== on;
  if (!isOtherColumn && watermark === parseDuration(delay)) return undefined;
  const [column, shown] = [eventTime ?? "a column that is not there any more", showDuration(watermark)];
  const message = `These rows have a watermark already, on \`${column}\` with ${shown}, and Spark takes one alone.`;
  return { differs: isOtherColumn ? "column" : "delay", column, delay: shown, message };
}
