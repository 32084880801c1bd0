import { Command } from "commander";
import { currentAddresses } from "../../runtime/addresses.ts";
import { connectMongo } from "../../runtime/mongo.ts";
import { engineState } from "../../runtime/state.ts";
import { withCleanup } from "../../runtime/with-cleanup.ts";
import { endWith } from "../failure.ts";
import { loadSpec } from "../load.ts";
import { openOutput } from "../output.ts";
import { chooseTarget } from "../targets.ts";

/** `engine status`: whether a pipeline runs, who runs it, and whether the spec is what was applied last. */
export function statusCommand(): Command {
  return new Command("status")
    .description("say whether a pipeline runs, where, and whether it is this spec")
    .argument("<spec>", "a YAML file")
    .option("--target <name>", "a target of targets.yaml")
    .action(async (path: string, options: { target?: string; format: "text" | "json" }) => {
      const output = openOutput(options.format);
      const spec = await loadSpec(path, output);
      const chosen = await chooseTarget(spec.project, options.target, output);
      const { plan } = spec.compilation;
      if (plan === undefined || chosen === undefined) return endWith(1);
      const addresses = await currentAddresses(spec.project, chosen, plan.pipeline);
      const found = addresses && (await inspect(addresses.mongodb, plan.pipeline));
      const running = found?.holder !== undefined;
      output.event({
        event: "status",
        pipeline: plan.pipeline,
        target: chosen.name,
        running,
        holder: found?.holder ?? null,
        applied: found?.applied ?? null,
        spec: plan.spec,
      });
      if (output.format === "json") return;
      output.say(
        `${plan.pipeline} on ${chosen.name}: ${found?.holder ? `running, process ${found.holder.pid} on ${found.holder.host} since ${found.holder.since.toISOString()}` : "not running"}`,
      );
      if (found?.applied)
        output.say(
          found.applied === plan.spec
            ? "The spec is what was applied last."
            : "The spec has changed since it was applied; `engine plan` shows how.",
        );
      if (addresses === undefined) output.say("The local stack does not run.");
    });
}

async function inspect(at: { uri: string; database: string }, pipeline: string) {
  return withCleanup(async (defer) => {
    const mongo = await connectMongo(at.uri);
    defer(() => mongo.close());
    const state = engineState(mongo.db(at.database));
    return { holder: await state.holder(pipeline), applied: (await state.appliedPlan(pipeline))?.spec };
  });
}
