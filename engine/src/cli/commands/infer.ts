import { open } from "node:fs/promises";
import { Command, InvalidArgumentError } from "commander";
import { showType } from "../../column-type.ts";
import { columnsText } from "../../infer/columns-text.ts";
import { declared, inferColumns } from "../../infer/index.ts";
import { UserMistake } from "../../runtime/user-mistake.ts";
import { endWith } from "../failure.ts";
import { openOutput } from "../output.ts";
import { printable } from "../print.ts";

/** `engine infer`: what columns the records of a file have, ready to be put into a source. */
export function inferCommand(): Command {
  return new Command("infer")
    .description("print the `columns:` of a source for records that are there, with what is unsure as comments")
    .argument("<file>", "NDJSON: a JSON object a line")
    .option("--records <n>", "look at most at so many records", positive, 10_000)
    .action(async (path: string, options: { records: number; format: "text" | "json" }) => {
      const output = openOutput(options.format);
      const inferred = inferColumns(await recordsOf(path, options.records));
      if (inferred.columns.length === 0)
        throw new UserMistake(
          "infer/no-records",
          `${path} holds no record: ${inferred.unreadable.length === 0 ? "it is empty" : "no line is a JSON object"}.`,
          "name a file with a JSON object on each line",
        );
      const columns = declared(inferred.columns).map(({ name, type, required }) => ({ name, type: showType(type), required }));
      const { records, unreadable, skipped } = inferred;
      output.event({ event: "inferred", file: path, records, unreadable, skipped, columns, yaml: columnsText(inferred) });
      if (output.format === "text") output.say(printable(columnsText(inferred)).trimEnd());
      endWith(0);
    });
}

/** The first lines of a file, blank ones left out. */
async function recordsOf(path: string, most: number): Promise<string[]> {
  const file = await open(path).catch(() => {
    throw new UserMistake("infer/unreadable", `The file ${path} cannot be read.`, "name a file with a JSON object on each line");
  });
  const records: string[] = [];
  for await (const line of file.readLines({ encoding: "utf8" })) {
    if (line.trim() !== "") records.push(line);
    if (records.length >= most) break;
  }
  return records;
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 1 to 9999999.");
  return Number(text);
}
