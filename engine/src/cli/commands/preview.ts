import { Command, InvalidArgumentError } from "commander";
import { hasErrors } from "../../diagnostic.ts";
import { previewPipeline } from "../../preview/index.ts";
import { rowsByNode, samplesOf } from "../../runtime/samples.ts";
import { UserMistake } from "../../runtime/user-mistake.ts";
import { endWith } from "../failure.ts";
import { loadSpec } from "../load.ts";
import { openOutput } from "../output.ts";
import { preparePython } from "../preview-python.ts";
import { paperOf } from "../print.ts";
import { previewEvent, printPreview } from "../print-preview.ts";

interface Options {
  node?: string;
  sample: string[];
  records: number;
  batch?: number;
  format: "text" | "json";
}

/** `engine preview`: sample rows into and out of each node; nothing is started. */
export function previewCommand(): Command {
  return new Command("preview")
    .description("show what each node makes of sample rows; nothing is started")
    .argument("<spec>", "a YAML file")
    .option("--node <id>", "show this node alone")
    .option(
      "--sample <[source=]file>",
      "NDJSON to read instead of samples/<spec>.ndjson beside the spec",
      (file: string, files: string[]) => [...files, file],
      [],
    )
    .option("--records <n>", "read at most so many records of each source", positive, 1000)
    .option("--batch <n>", "let so many records come at once, and let time pass between them", positive)
    .action(async (path: string, options: Options) => {
      const output = openOutput(options.format);
      const spec = await loadSpec(path, output);
      const { typed, diagnostics } = spec.compilation;
      if (typed === undefined || hasErrors(diagnostics)) return endWith(1);
      const ids = typed.nodes.map(({ node }) => node.id);
      if (options.node !== undefined && !ids.includes(options.node))
        throw new UserMistake("preview/unknown-node", `There is no node \`${options.node}\`.`, `the nodes are ${ids.join(", ")}`);
      const samples = await samplesOf(spec, options.sample, options.records);
      const arrived = BigInt(Date.now()) * 1000n;
      const python = await preparePython(spec, output);
      const previews = await previewPipeline(typed, {
        ...(python && { python }),
        tables: rowsByNode(spec.tables),
        samples,
        arrived,
        ...(options.batch !== undefined && { batch: options.batch }),
      });
      python?.close();
      for (const preview of previews.filter(({ node }) => options.node === undefined || node === options.node)) {
        const records = samples.get(preview.node)?.length;
        output.event(previewEvent(preview, records));
        if (output.format === "text") output.say(printPreview(preview, records, paperOf(output.people)));
      }
      endWith(0);
    });
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 1 to 9999999.");
  return Number(text);
}
