import { Command } from "commander";
import { explain, explanations } from "../../explain/index.ts";
import { UserMistake } from "../../runtime/user-mistake.ts";
import { endWith } from "../failure.ts";
import { openOutput } from "../output.ts";
import { paint, paperOf } from "../print.ts";

/** `engine explain`: why a code is told, and how to mend it; without a code all codes. */
export function explainCommand(): Command {
  return new Command("explain")
    .description("say why a code is told and how to mend it")
    .argument("[code]", "such as `schema/unknown-key`; without it all codes are listed")
    .action((code: string | undefined, options: { format: "text" | "json" }) => {
      const output = openOutput(options.format);
      if (code === undefined) {
        const codes = Object.keys(explanations).sort();
        output.event({ event: "codes", codes });
        if (output.format === "text") output.say(codes.join("\n"));
        return endWith(0);
      }
      const found = explain(code);
      if (!("why" in found)) {
        const hint =
          found.nearest === undefined ? "`engine explain` lists all codes" : `did you mean \`engine explain ${found.nearest}\`?`;
        throw new UserMistake("explain/unknown-code", `There is no code \`${code}\`.`, hint);
      }
      output.event({ event: "explanation", code, ...found });
      if (output.format === "text") {
        const paper = paperOf(output.people);
        const section = (label: string, yaml: string | undefined) =>
          yaml === undefined ? [] : ["", paint(paper, "cyan", label), ...yaml.split("\n").map((line) => `  ${line}`)];
        const lines = [paint(paper, "bold", code), "", found.why, "", `${paint(paper, "cyan", "To mend it:")} ${found.mend}`];
        output.say([...lines, ...section("Wrong:", found.wrong), ...section("Right:", found.right)].join("\n"));
      }
      endWith(0);
    });
}
