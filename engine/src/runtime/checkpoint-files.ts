import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Ends } from "./counters.ts";

/**
 * The offsets that a query committed last, read from its checkpoint folder; empty for a new one. Spark keeps `offsets/N` (a version line, the
 * batch's metadata, then a line per source) and `commits/N`; a batch counts once its commit file exists.
 */
export async function committedOffsets(checkpoint: string): Promise<Ends> {
  const batches = (await readdir(join(checkpoint, "commits")).catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  if (batches.length === 0) return {};
  const text = await readFile(join(checkpoint, "offsets", String(Math.max(...batches))), "utf8");
  const [, , ...sources] = text.split("\n");
  return Object.assign({}, ...sources.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Ends));
}
