import type { SinkFileConfig } from "@pipeline-engine/schemas/types";
import type { Drop, PreviewContext, PreviewRow, PreviewStep } from "../preview.ts";

/** Bytes of a folder's name that file systems take. */
const LONGEST_NAME = 255;

/** Shows the rows as they are, without those whose folder cannot be made. */
export function previewFile({ config }: PreviewContext<SinkFileConfig>): PreviewStep {
  return ([batch]) => {
    const main: PreviewRow[] = [];
    const dropped: Drop[] = [];
    for (const row of batch?.rows ?? []) {
      const long = config.partitionBy.find((name) => lengthOf(name, row.values[name]) > LONGEST_NAME);
      if (long === undefined) main.push(row);
      else
        dropped.push({
          ...{ row, input: 0, why: "dead-letter" },
          code: "file/partition-too-long",
          message: `the value of ${long} is too long for a folder's name`,
        });
    }
    return { outputs: { main }, dropped };
  };
}

function lengthOf(name: string, value: unknown): number {
  return new TextEncoder().encode(`${escaped(name)}=${typeof value === "string" ? escaped(value) : value}`).length;
}

/** What Hive, and Spark with it, writes as `%2F` in the name of a folder. */
function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are among them.
  return text.replace(/[\u0000-\u001f"#%'*/:=?\\\u007f{[\]^]/g, "%00");
}
