import { Command } from "commander";
import { hasErrors } from "../../diagnostic.ts";
import { endWith } from "../failure.ts";
import { loadSpec } from "../load.ts";
import { openOutput } from "../output.ts";

/** `engine validate`: every mistake at once, nothing started. */
export function validateCommand(): Command {
  return new Command("validate")
    .description("check a spec: every mistake with its line, nothing is started")
    .argument("<spec...>", "YAML files")
    .action(async (paths: string[], options: { format: "text" | "json" }) => {
      const output = openOutput(options.format);
      let valid = true;
      for (const path of paths) {
        const { compilation } = await loadSpec(path, output);
        const good = !hasErrors(compilation.diagnostics);
        valid &&= good;
        output.event({ event: "validated", file: path, valid: good });
        if (good && output.format === "text")
          output.say(
            `${path} is valid: ${compilation.plan?.streams.length ?? 0} streams, ${compilation.plan?.queries.length ?? 0} queries`,
          );
      }
      endWith(valid ? 0 : 1);
    });
}
