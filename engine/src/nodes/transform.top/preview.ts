import type { TransformTopConfig } from "@pipeline-engine/schemas/types";
import type { Row, Value } from "../../expression/index.ts";
import { type PreviewContext, type PreviewStep, rowOf } from "../preview.ts";
import { type Group, previewGroups } from "../preview-groups.ts";
import { directionOf, rankOrder } from "./rank.ts";

/** Keeps the rows of every group, and emits the first of each that changes, or whose window is over. */
export function previewTop(context: PreviewContext<TransformTopConfig>): PreviewStep {
  const { config, inputs, output } = context;
  const { setting, lowest } = directionOf(config);
  const value = context.row([setting]);
  const order = rankOrder(context.typeOf([setting]), inputs[0]?.columns ?? [], lowest);
  const valueIn = (row: Row): Value => {
    const outcome = value(row);
    return "value" in outcome ? outcome.value : null;
  };
  const firstOf = ({ rows }: Group) =>
    rows
      .map((row) => ({ row, value: valueIn(row) }))
      .sort(order)
      .slice(0, config.n);
  return previewGroups({
    config,
    input: inputs[0],
    timeCode: "top/event-time",
    windowsAreGiven: config.window === null && inputs[0]?.watermark !== undefined,
    refusal(values) {
      const outcome = value(values);
      if ("value" in outcome) return undefined;
      return { code: "top/failed", message: `\`${setting}\` has no value for this row: ${outcome.failed}` };
    },
    rowsOf(group) {
      const own = config.window === null ? undefined : group.window;
      return {
        rows: firstOf(group).map(({ row }, at) =>
          rowOf(output?.columns ?? [], (name) => {
            if (own !== undefined && name === "window_start") return own.start;
            if (own !== undefined && name === "window_end") return own.end;
            return name === config.rank ? at + 1 : (row[name] ?? null);
          }),
        ),
      };
    },
  });
}
