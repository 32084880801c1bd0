import { Command, Option } from "commander";
import { hasErrors } from "../../diagnostic.ts";
import { endWith } from "../failure.ts";
import { loadSpec } from "../load.ts";
import { openOutput } from "../output.ts";
import { plural } from "../print.ts";
import { type CheckedFile, sarifLog } from "../sarif.ts";

/** `engine validate`: every mistake at once, nothing started. `version` is the engine's. */
export function validateCommand(version: string): Command {
  return new Command("validate")
    .description("check a spec: every mistake with its line, nothing is started")
    .argument("<spec...>", "YAML files")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json", "sarif"]).default("text"))
    .action(async (paths: string[], { format }: { format: "text" | "json" | "sarif" }) => {
      const output = openOutput(format === "json" ? "json" : "text");
      const files: CheckedFile[] = [];
      for (const path of paths) {
        const { checked, compilation } = await loadSpec(path, output);
        const { diagnostics, plan } = compilation;
        files.push(...checked);
        const valid = !hasErrors(diagnostics);
        output.event({ event: "validated", file: path, valid });
        if (valid && format === "text")
          output.say(
            `${path} is valid: ${plural(plan?.streams.length ?? 0, "stream")}, ${plural(plan?.queries.length ?? 0, "query", "queries")}`,
          );
      }
      if (format === "sarif") process.stdout.write(`${JSON.stringify(sarifLog(files, version), null, 2)}\n`);
      endWith(files.some(({ diagnostics }) => hasErrors(diagnostics)) ? 1 : 0);
    });
}
