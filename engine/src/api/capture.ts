import { lstat, mkdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { newestRecords } from "../runtime/newest-records.ts";
import { sourceNodes } from "../runtime/samples.ts";
import { topicOf } from "../testing/topic-of.ts";
import { servicesOf } from "./services.ts";
import { FileRefused, ID, replaceFile, type SpecFiles } from "./spec-files.ts";

const MOST_RECORDS = 1000;
const MOST_LINE = 64 * 1024;

/** Writes the newest records of a source's topic as the sample of that source. Throws a FileRefused where there is a sample already, but for `replace`. */
export async function captureSample(
  files: SpecFiles,
  root: string,
  spec: string,
  { source, records, replace, target }: { source: string; records: number; replace: boolean; target: string | undefined },
) {
  const { compilation, plan, addresses } = await servicesOf(files, spec, target);
  if (compilation.typed === undefined || !sourceNodes(plan).includes(source) || !ID.test(source))
    throw new FileRefused(404, "api/unknown-source", "The saved pipeline has no source of that name that fills a topic.", {
      hint: "save it, with a topic that reads the source",
    });
  const { name: topic } = topicOf(compilation.typed, source);
  const newest = (await newestRecords(addresses.kafka, [topic], Math.min(records, MOST_RECORDS))).get(topic) ?? [];
  if (newest.length === 0)
    throw new FileRefused(409, "api/no-records", `There are no records in the topic ${topic} yet.`, { hint: "press Run first" });
  const lines = newest.flatMap(({ value }) => lineOf(value));
  if (lines.length === 0)
    throw new FileRefused(
      409,
      "api/no-records",
      `None of the newest records in the topic ${topic} is a line of text, as those of a sample are.`,
    );
  const path = join(dirname(files.path(spec)), "samples", `${spec}.${source}.ndjson`);
  const file = relative(root, path);
  if (!replace && (await lstat(path).catch(() => undefined)) !== undefined)
    throw new FileRefused(409, "api/sample-exists", `There is a sample already: ${file}.`, { hint: "replace it, or keep it" });
  await mkdir(dirname(path), { recursive: true });
  if ((await lstat(dirname(path))).isSymbolicLink())
    throw new FileRefused(403, "api/link", "The folder of the samples is a link, and the editor writes through none.");
  await replaceFile(path, lines.map((line) => `${line}\n`).join(""));
  return { source, file, records: lines.length, left: newest.length - lines.length };
}

/** A record as a line of the sample; none where it is no text, too long, or has line ends of its own. */
function lineOf(value: Buffer | null): string[] {
  if (value === null || value.length > MOST_LINE || value.includes(10) || value.includes(13)) return [];
  try {
    return [new TextDecoder("utf-8", { fatal: true }).decode(value)];
  } catch {
    return [];
  }
}
