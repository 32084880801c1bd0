import type { TransformDeduplicateConfig } from "@pipeline-engine/schemas/types";
import { columnAt } from "../../column-type.ts";
import { parseDuration } from "../../duration.ts";
import {
  type Drop,
  isBehind,
  type Mark,
  outOfTime,
  type PreviewBatch,
  type PreviewContext,
  type PreviewRow,
  type PreviewStep,
  valueAlong,
  Watermark,
} from "../preview.ts";
import { groupKey } from "../preview-keys.ts";

/** Remembers each key until the watermark has passed the time of its first row by `within`. */
export function previewDeduplicate({ config, inputs }: PreviewContext<TransformDeduplicateConfig>): PreviewStep {
  const within = parseDuration(config.within) ?? 0;
  const isGiven = inputs[0]?.watermark !== undefined;
  const clock = new Watermark(within);
  const keys = [config.key].flat().map((path) => ({ path, column: columnAt(inputs[0]?.columns ?? [], path.split(".")) }));
  const timeOf = (row: PreviewRow) => (isGiven ? row.time : undefined) ?? (valueAlong(row.values, config.on) as bigint);
  const seen = new Map<string, bigint>();
  const verdict = (row: PreviewRow, { late }: Mark): Omit<Drop, "row" | "input"> | undefined => {
    const reason = outOfTime(row, config.on, isGiven ? undefined : parseDuration(config.maxAhead));
    if (reason !== undefined) return { why: "dead-letter", code: "deduplicate/event-time", message: reason };
    const values = keys.map(({ path, column }) => ({
      type: column?.type ?? { kind: "null" as const },
      value: valueAlong(row.values, path),
    }));
    if (values.some(({ value }) => value === null))
      return { why: "dead-letter", code: "deduplicate/null-key", message: "the key is null" };
    const time = timeOf(row);
    clock.see(time);
    if (isBehind(time, late)) return { why: "late", message: `\`${config.on}\` is behind the watermark` };
    const key = groupKey(values);
    if (seen.has(key)) return { why: "repeat", message: `repeats a row with the same ${[config.key].flat().join(", ")}` };
    seen.set(key, time + BigInt(within) * 1000n);
    return undefined;
  };
  return ([batch]: readonly PreviewBatch[]) => {
    const watermark = (isGiven ? batch?.watermark : undefined) ?? clock.mark;
    const main: PreviewRow[] = [];
    const dropped: Drop[] = [];
    for (const row of batch?.rows ?? []) {
      const drop = verdict(row, watermark);
      if (drop === undefined) main.push({ ...row, time: timeOf(row) });
      else dropped.push({ row, input: 0, ...drop });
    }
    for (const [key, until] of seen) if (isBehind(until, watermark.over)) seen.delete(key);
    clock.advance();
    return { outputs: { main }, dropped, watermark };
  };
}
