import { Command } from "commander";
import { currentAddresses } from "../../runtime/addresses.ts";
import { changeEvent } from "../../runtime/change.ts";
import { changesFromNothing, observeChanges } from "../../runtime/observe.ts";
import { allowsCode } from "../allowed-code.ts";
import { endWith } from "../failure.ts";
import { loadSpec, renderSpec } from "../load.ts";
import { openOutput } from "../output.ts";
import { chooseTarget } from "../targets.ts";

/** `engine plan`: what a run would create, alter, keep and refuse. Changes nothing, starts nothing. */
export function planCommand(): Command {
  return new Command("plan")
    .description("show what a run would create, alter or refuse to touch; changes nothing")
    .argument("<spec>", "a YAML file")
    .option("--target <name>", "a target of targets.yaml")
    .action(async (path: string, options: { target?: string; format: "text" | "json" }) => {
      const output = openOutput(options.format);
      const spec = await loadSpec(path, output);
      const rendered = await renderSpec(spec);
      const chosen = await chooseTarget(spec.project, options.target, output);
      if (rendered === undefined || chosen === undefined) return endWith(1);
      if (!allowsCode(spec, chosen, output)) return endWith(1);
      const { plan } = rendered;
      const addresses = await currentAddresses(spec.project, chosen, plan.pipeline);
      output.event({ event: "plan", target: chosen.name, compared: addresses !== undefined, plan });
      if (addresses === undefined)
        output.people.write("The local stack does not run, so this is compared with nothing. `engine stack up` starts it.\n\n");
      const changes =
        addresses === undefined ? changesFromNothing(plan) : await observeChanges(plan, addresses, spec.project, chosen.name);
      output.changes(changes.map(changeEvent));
      endWith(changes.some((change) => change.action === "refuse") ? 1 : 0);
    });
}
