import type { TransformUnionConfig } from "@pipeline-engine/schemas/types";
import { parseDuration } from "../../duration.ts";
import {
  type Drop,
  outOfTime,
  type PreviewContext,
  type PreviewRow,
  type PreviewStep,
  rowOf,
  smallestMark,
  valueAlong,
  Watermark,
} from "../preview.ts";

/** Puts the rows of all inputs one behind the other. With a watermark each input has one, and the smallest counts. */
export function previewUnion({ config, inputs, output }: PreviewContext<TransformUnionConfig>): PreviewStep {
  const columns = output?.columns ?? [];
  const { watermark: own } = config;
  const maxAhead = own === null ? undefined : parseDuration(own.maxAhead);
  const clocks = own === null ? [] : inputs.map(() => new Watermark(parseDuration(own.delay) ?? 0));
  return (batches) => {
    const main: PreviewRow[] = [];
    const dropped: Drop[] = [];
    const marks = own === null ? batches.flatMap((batch) => batch.watermark ?? []) : clocks.map(({ mark }) => mark);
    const watermark = marks.length === 0 ? undefined : smallestMark(marks);
    batches.forEach(({ rows }, input) => {
      for (const row of rows) {
        const values = rowOf(columns, (name) => row.values[name] ?? null);
        const united = { ...row, values };
        const reason = own === null ? undefined : outOfTime(united, own.on, maxAhead);
        if (reason !== undefined) {
          dropped.push({ row, input, why: "dead-letter", code: "union/event-time", message: reason });
          continue;
        }
        const time = own === null ? row.time : (valueAlong(values, own.on) as bigint);
        main.push({ ...united, ...(time !== undefined && { time }) });
        if (own !== null && time !== undefined) clocks[input]?.see(time);
      }
    });
    for (const clock of clocks) clock.advance();
    return { outputs: { main }, dropped, ...(watermark !== undefined && { watermark }) };
  };
}
