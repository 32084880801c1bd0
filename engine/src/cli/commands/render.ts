import { resolve } from "node:path";
import { Command } from "commander";
import { checkRendersInto, writeArtefacts } from "../../runtime/job-process.ts";
import { endWith } from "../failure.ts";
import { loadSpec, renderSpec } from "../load.ts";
import { openOutput } from "../output.ts";

/** `engine render`: writes the job and all it needs to a folder, where it runs without the engine. */
export function renderCommand(): Command {
  return new Command("render")
    .description("write the generated job to a folder where it runs alone with spark-submit")
    .argument("<spec>", "a YAML file")
    .requiredOption("--out <dir>", "the folder; its job files are replaced, other files in it stay")
    .action(async (path: string, options: { out: string; format: "text" | "json" }) => {
      const output = openOutput(options.format);
      const rendered = await renderSpec(await loadSpec(path, output));
      if (rendered === undefined) return endWith(1);
      await checkRendersInto(resolve(options.out));
      await writeArtefacts(resolve(options.out), rendered.artefacts);
      output.event({ event: "rendered", dir: options.out, files: rendered.artefacts.map((artefact) => artefact.path) });
      if (output.format === "text")
        output.say(`wrote ${rendered.artefacts.length} files to ${options.out}; ${options.out}/README.md says how to run them`);
    });
}
