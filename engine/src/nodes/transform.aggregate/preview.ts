import type { TransformAggregateConfig } from "@pipeline-engine/schemas/types";
import type { Row } from "../../expression/index.ts";
import { type Drop, type GroupEvaluator, type PreviewContext, type PreviewStep, rowOf } from "../preview.ts";
import { type Group, previewGroups } from "../preview-groups.ts";

type Context = PreviewContext<TransformAggregateConfig>;
type Computed = [name: string, evaluator: GroupEvaluator][];

/** Keeps the rows of every group, and computes a row of each that changes, or whose window is over. */
export function previewAggregate(context: Context): PreviewStep {
  const { config, inputs } = context;
  const computed: Computed = Object.keys(config.compute).map((name) => [name, context.group(["compute", name])]);
  return previewGroups({
    config,
    input: inputs[0],
    timeCode: "aggregate/event-time",
    refusal: (values) => refusalOf(values, computed),
    rowsOf: (group) => rowOfGroup(group, context, new Map(computed)),
  });
}

/** Why a row may not touch the state: an argument of an aggregate function has no value for it. */
function refusalOf(values: Row, computed: Computed): Pick<Drop, "code" | "message"> | undefined {
  for (const [name, evaluator] of computed)
    for (const argument of evaluator.arguments) {
      const outcome = argument(values);
      if ("failed" in outcome)
        return { code: "aggregate/failed", message: `\`${name}\` has no value for this row: ${outcome.failed}` };
    }
  return undefined;
}

function rowOfGroup(
  { by, window, rows }: Group,
  { output }: Context,
  evaluators: Map<string, GroupEvaluator>,
): { rows: Row[] } | { drop: Omit<Drop, "input"> } {
  let failed: string | undefined;
  const values = rowOf(output?.columns ?? [], (name) => {
    if (window !== undefined && name === "window_start") return window.start;
    if (window !== undefined && name === "window_end") return window.end;
    const outcome = evaluators.get(name)?.value(rows);
    if (outcome === undefined) return by.get(name) ?? null;
    if ("value" in outcome) return outcome.value;
    failed ??= `\`${name}\` has no value for this group: ${outcome.failed}`;
    return null;
  });
  if (failed === undefined) return { rows: [values] };
  return { drop: { row: { values }, why: "dead-letter", code: "aggregate/failed", message: failed } };
}
