import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { Command, InvalidArgumentError } from "commander";
import { showType } from "../../column-type.ts";
import { columnsText } from "../../infer/columns-text.ts";
import { readTable } from "../../infer/csv.ts";
import { declared, inferColumns } from "../../infer/index.ts";
import { UserMistake } from "../../runtime/user-mistake.ts";
import { endWith } from "../failure.ts";
import { openOutput } from "../output.ts";
import { printable } from "../print.ts";

/** `engine infer`: what columns the records of a file have, ready to be put into a source. */
export function inferCommand(): Command {
  return new Command("infer")
    .description("print the `columns:` of a source for records that are there, with what is unsure as comments")
    .argument(
      "<file>",
      "NDJSON, a JSON object a line; or CSV with a header, by its name (.csv, .tsv); either may be packed (.gz)",
    )
    .option("--records <n>", "look at most at so many records", positive, 10_000)
    .action(async (path: string, options: { records: number; format: "text" | "json" }) => {
      const output = openOutput(options.format);
      const { records: lines, source } = await recordsOf(path, options.records);
      const inferred = inferColumns(lines);
      if (inferred.columns.length === 0)
        throw new UserMistake(
          "infer/no-records",
          `${path} holds no record: ${inferred.unreadable.length === 0 ? "it is empty" : "no line is a JSON object"}.`,
          HINT,
        );
      const columns = declared(inferred.columns).map(({ name, type, required }) => ({ name, type: showType(type), required }));
      const { records, unreadable, skipped } = inferred;
      output.event({
        event: "inferred",
        file: path,
        records,
        unreadable,
        skipped,
        columns,
        yaml: source + columnsText(inferred),
      });
      if (output.format === "text") output.say(printable(source + columnsText(inferred)).trimEnd());
      endWith(0);
    });
}

const HINT = "name a file with a JSON object on each line, or a `.csv` whose first line names the columns";

/** No more of a table is looked at. */
const MOST_BYTES = 16 * 1024 * 1024;

/** The first records of a file, and the settings of a source that reads them so. */
async function recordsOf(path: string, most: number): Promise<{ records: string[]; source: string }> {
  if (!/\.[ct]sv(\.gz)?$/i.test(path))
    return { records: (await linesOf(path, most)).filter((line) => line.trim() !== ""), source: "" };
  // A value may hold line ends, so of the lines that were read the last row may be a part of one.
  const lines = await linesOf(path, most + 1);
  const table = readTable(lines.join("\n")) ?? readTable(lines.slice(0, -1).join("\n"));
  const delimiter =
    table === undefined || table.delimiter === "," ? "" : `csv: { delimiter: ${JSON.stringify(table.delimiter)} }\n`;
  return { records: table?.records ?? [], source: `format: csv\n${delimiter}` };
}

async function linesOf(path: string, most: number): Promise<string[]> {
  const lines: string[] = [];
  let bytes = 0;
  const file = createReadStream(path);
  const text = path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
  file.once("error", (error) => text.destroy(error));
  try {
    for await (const line of createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })) {
      lines.push(line);
      bytes += line.length;
      if (lines.length >= most || bytes > MOST_BYTES) break;
    }
  } catch {
    throw new UserMistake("infer/unreadable", `The file ${path} cannot be read.`, HINT);
  } finally {
    file.destroy();
  }
  return lines;
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 1 to 9999999.");
  return Number(text);
}
