import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { Command } from "commander";
import { currentAddresses } from "../../runtime/addresses.ts";
import { EnvironmentProblem } from "../../runtime/environment-problem.ts";
import { connectMongo } from "../../runtime/mongo.ts";
import { engineState } from "../../runtime/state.ts";
import { withCleanup } from "../../runtime/with-cleanup.ts";
import { endWith } from "../failure.ts";
import { loadSpec } from "../load.ts";
import { openOutput } from "../output.ts";
import { chooseTarget } from "../targets.ts";

const PATIENCE_MS = 120_000;

/** `engine stop`: asks the engine that runs a pipeline to drain, and waits until it has. */
export function stopCommand(): Command {
  return new Command("stop")
    .description("ask the engine that runs a pipeline to drain and end, and wait for it")
    .argument("<spec>", "a YAML file")
    .option("--target <name>", "a target of targets.yaml")
    .action(async (path: string, options: { target?: string; format: "text" | "json" }) => {
      const output = openOutput(options.format);
      const spec = await loadSpec(path, output);
      const chosen = await chooseTarget(spec.project, options.target, output);
      const { plan } = spec.compilation;
      if (plan === undefined || chosen === undefined) return endWith(1);
      const addresses = await currentAddresses(spec.project, chosen, plan.pipeline);
      const stopped = addresses !== undefined && (await stopHolder(addresses.mongodb, plan.pipeline));
      output.event({ event: "stop", pipeline: plan.pipeline, stopped });
      if (output.format === "text")
        output.say(stopped ? `${plan.pipeline} has drained and ended` : `${plan.pipeline} was not running`);
    });
}

async function stopHolder(at: { uri: string; database: string }, pipeline: string): Promise<boolean> {
  return withCleanup(async (defer) => {
    const mongo = await connectMongo(at.uri);
    defer(() => mongo.close());
    const state = engineState(mongo.db(at.database));
    const holder = await state.holder(pipeline);
    if (holder === undefined) return false;
    if (holder.host !== hostname()) {
      throw new EnvironmentProblem(
        "stop/other-machine",
        `The pipeline is run by process ${holder.pid} on ${holder.host}.`,
        `run \`engine stop\` on ${holder.host}`,
      );
    }
    process.kill(holder.pid, "SIGTERM");
    const deadline = performance.now() + PATIENCE_MS;
    // The local stack may go down with the run it belonged to: then MongoDB no longer answers, and that is an end too.
    while (await state.holder(pipeline).catch(() => undefined)) {
      if (performance.now() > deadline)
        throw new EnvironmentProblem(
          "stop/slow",
          `Process ${holder.pid} still drains.`,
          "wait, or send it a second SIGTERM to end it at once",
        );
      await delay(250);
    }
    return true;
  });
}
