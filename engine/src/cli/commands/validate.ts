import { Command, Option } from "commander";
import { hasErrors } from "../../diagnostic.ts";
import { testableInSpark } from "../../testing/spark/index.ts";
import { readTests } from "../../testing/test-file.ts";
import { endWith } from "../failure.ts";
import { type LoadedSpec, loadSpec, readText, shownPath } from "../load.ts";
import { type Output, openOutput } from "../output.ts";
import { plural } from "../print.ts";
import { type CheckedFile, sarifLog } from "../sarif.ts";
import { isTests, pathsOf } from "../test-files.ts";

/** `engine validate`: every mistake at once, nothing started. `version` is the engine's. */
export function validateCommand(version: string): Command {
  return new Command("validate")
    .description("check specs and their tests: every mistake with its line, nothing is started")
    .argument("<spec...>", "YAML files")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json", "sarif"]).default("text"))
    .action(async (paths: string[], { format }: { format: "text" | "json" | "sarif" }) => {
      const output = openOutput(format === "json" ? "json" : "text");
      const specs = new Map<string, Promise<LoadedSpec>>();
      const specAt = (path: string) => {
        const loaded = specs.get(path) ?? loadSpec(path, output);
        specs.set(path, loaded);
        return loaded;
      };
      // A spec that its tests ask for too is told once.
      const files = new Set<CheckedFile>();
      for (const path of paths) {
        const { checked, says, unread } = isTests(path)
          ? await checkTests(path, specAt, output)
          : checkedSpec(await specAt(path));
        for (const file of checked) files.add(file);
        const valid = !checked.some(({ diagnostics }) => hasErrors(diagnostics));
        output.event({ event: "validated", file: path, valid, ...(unread !== undefined && { unread }) });
        if (format !== "text") continue;
        if (valid) output.say(`${path} is valid: ${says}`);
        if (unread !== undefined) output.say(unread);
      }
      if (format === "sarif") process.stdout.write(`${JSON.stringify(sarifLog([...files], version), null, 2)}\n`);
      endWith([...files].some(({ diagnostics }) => hasErrors(diagnostics)) ? 1 : 0);
    });
}

/** What was found in one of the named files. `says`: what there is in it, where it is valid; `unread`: why it was not looked at itself. */
interface Check {
  checked: CheckedFile[];
  says: string;
  unread?: string;
}

function checkedSpec({ checked, compilation: { plan } }: LoadedSpec): Check {
  const says = `${plural(plan?.streams.length ?? 0, "stream")}, ${plural(plan?.queries.length ?? 0, "query", "queries")}`;
  return { checked, says };
}

/** The tests of a pipeline are checked against its types; where the pipeline has mistakes itself, those are told, and that its tests were not looked at. */
async function checkTests(path: string, specAt: (path: string) => Promise<LoadedSpec>, output: Output): Promise<Check> {
  const { checked, compilation } = await specAt(pathsOf(path).spec);
  if (compilation.typed === undefined || checked.some(({ diagnostics }) => hasErrors(diagnostics))) {
    return {
      checked,
      says: "",
      unread: `${path} was not checked: ${pathsOf(path).spec} has mistakes, and tests are read by its types`,
    };
  }
  const text = await readText(path);
  const { tests, diagnostics } = readTests(text, shownPath(path), testableInSpark(compilation.typed));
  output.diagnostics(diagnostics, text);
  return { checked: [{ text, diagnostics }], says: plural(tests.length, "test") };
}
