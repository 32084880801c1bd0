import type { TransformCheckConfig } from "@pipeline-engine/schemas/types";
import type { Row } from "../../expression/index.ts";
import { type Drop, isTrue, type PreviewContext, type PreviewRow, type PreviewStep } from "../preview.ts";

/** Holds each row to the rules; what becomes of one that breaks some is what `else` says. */
export function previewCheck(context: PreviewContext<TransformCheckConfig>): PreviewStep {
  const { config } = context;
  const rules = Object.keys(config.rules).map((name) => [name, context.row(["rules", name])] as const);
  return ([batch]) => {
    const outputs: Record<string, PreviewRow[]> = { main: [], ...(config.else === "output" && { broken: [] }) };
    const dropped: Drop[] = [];
    for (const row of batch?.rows ?? []) {
      const judged = rules.map(([name, rule]) => ({ name, outcome: rule(row.values) }));
      const failed = judged.find(({ outcome }) => "failed" in outcome);
      const broken = judged.filter(({ outcome }) => !isTrue(outcome)).map(({ name }) => name);
      if (failed !== undefined && "failed" in failed.outcome) {
        const message = `the rule \`${failed.name}\` has no value for this row: ${failed.outcome.failed}`;
        dropped.push({ row, input: 0, why: "dead-letter", code: "check/failed", message });
      } else if (config.else === "tag" || (config.else === "output" && broken.length > 0)) {
        outputs[broken.length > 0 && config.else === "output" ? "broken" : "main"]?.push(tagged(row, config.tag, broken));
      } else if (broken.length === 0) outputs.main?.push(row);
      else dropped.push(refusal(row, broken, config.else === "drop"));
    }
    return { outputs, dropped };
  };
}

function tagged(row: PreviewRow, tag: string, broken: string[]): PreviewRow {
  const values = Object.assign(Object.create(null) as Row, row.values);
  values[tag] = broken;
  return { ...row, values };
}

function refusal(row: PreviewRow, broken: string[], isDropped: boolean): Drop {
  const message = `breaks ${broken.map((name) => `\`${name}\``).join(", ")}`;
  return isDropped
    ? { row, input: 0, why: "filtered", message }
    : { row, input: 0, why: "dead-letter", code: "check/broken", message };
}
