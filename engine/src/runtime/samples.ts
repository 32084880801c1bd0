import { open, realpath } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import type { Compilation } from "../core.ts";
import { demoAt } from "../demo/index.ts";
import type { Row } from "../expression/index.ts";
import type { Plan } from "../plan/plan.ts";
import { readGiven } from "../preview/given-record.ts";
import type { Project } from "./project.ts";
import { resolvedSettings } from "./references.ts";
import type { LoadedTable } from "./tables.ts";
import { UserMistake } from "./user-mistake.ts";

/** A spec whose samples are looked for. */
export interface SampledSpec {
  path: string;
  project: Project;
  compilation: Compilation;
}

/** Node → the rows of its table. */
export function rowsByNode(tables: readonly LoadedTable[]): Map<string, Row[]> {
  return new Map(tables.map(({ node, rows }) => [node, rows]));
}

/** A record as it came, without its line end. */
type Line = string | Uint8Array;

/** Records of a source, and the file that they were read from; without one they are the simulator's. */
export interface Sample {
  lines: Line[];
  file?: string;
}

/** No more of a file is read for a sample. */
const MOST_BYTES = 16 * 1024 * 1024;

/** The sources of a pipeline, those that read a topic that is there already too. */
export function sourceNodes({ sources, existingTopics = [] }: Pick<Plan, "sources" | "existingTopics">): string[] {
  return [...sources, ...existingTopics].map(({ node }) => node);
}

/** Source → its first records: from a file that the user names, else its usual sample. Throws a UserMistake for a source without one. */
export async function samplesOf(spec: SampledSpec, inputs: readonly string[], records: number): Promise<Map<string, Line[]>> {
  const { plan } = spec.compilation;
  const sources = plan === undefined ? [] : sourceNodes(plan);
  const named = new Map(inputs.map((input) => namedFile(input, sources)));
  const samples = new Map<string, Line[]>();
  for (const source of sources) {
    const file = named.get(source);
    samples.set(
      source,
      file === undefined ? (await usualSample(spec, source, records)).lines : await namedSample(file, source, records),
    );
  }
  return samples;
}

/**
 * The first records of a source: from `samples/` beside the spec (`retail.ndjson`, or `retail.transactions.ndjson` for one of several
 * sources), else from the simulator where the source reads it. Throws a UserMistake where there are none, or they cannot be read.
 */
export async function usualSample(spec: SampledSpec, source: string, records: number): Promise<Sample> {
  const { plan } = spec.compilation;
  const isOnly = plan !== undefined && sourceNodes(plan).length === 1;
  const sample = (await sampleBeside(spec.path, source, isOnly, records)) ?? simulated(spec, source, records);
  if (sample !== undefined) return { ...sample, lines: checkedLines(sample.lines, source) };
  const hint = "name a file with `--sample FILE`, or put one into the folder `samples` beside the spec";
  throw new UserMistake("preview/no-sample", `There is no sample of the source \`${source}\`.`, hint);
}

async function namedSample(file: string, source: string, records: number): Promise<Line[]> {
  const lines = await readLines(file, records);
  if (lines !== undefined) return checkedLines(lines, source);
  const hint = "name a file with a record on each line";
  throw new UserMistake("preview/unreadable-sample", `The sample ${file} cannot be read.`, hint);
}

function checkedLines(lines: Line[], source: string): Line[] {
  for (const [i, line] of lines.entries()) {
    const given = readGiven(line);
    if ("mistake" in given)
      throw new UserMistake(
        "preview/wrong-record",
        `In record ${i + 1} of the sample of ${source} ${given.mistake}.`,
        given.hint,
      );
  }
  return lines;
}

function namedFile(input: string, sources: readonly string[]): [source: string, file: string] {
  const [, source, file] = /^([a-z][a-z0-9_]*)=(.+)$/s.exec(input) ?? [];
  const [only] = sources;
  if (source === undefined && sources.length === 1 && only !== undefined) return [only, input];
  if (source !== undefined && file !== undefined && sources.includes(source)) return [source, file];
  const names = sources.map((name) => `\`${name}\``).join(", ");
  const message =
    source === undefined ? `The pipeline has several sources, and \`${input}\` names none.` : `There is no source \`${source}\`.`;
  throw new UserMistake("preview/unknown-source", message, `write \`--sample SOURCE=FILE\`; the sources are ${names}`);
}

async function sampleBeside(spec: string, source: string, isOnly: boolean, records: number): Promise<Sample | undefined> {
  const folder = dirname(spec);
  const name = basename(spec).replace(/\.ya?ml$/, "");
  for (const file of [`${name}.${source}.ndjson`, ...(isOnly ? [`${name}.ndjson`] : [])]) {
    const named = join(folder, "samples", file);
    const path = await realpath(named).catch(() => undefined);
    if (path === undefined) continue;
    if (!path.startsWith(`${await realpath(folder)}${sep}`))
      throw new UserMistake(
        "preview/unreadable-sample",
        `The sample samples/${file} is a link out of the folder of the pipeline.`,
        "put the file itself there, or name it with `--sample FILE`",
      );
    const lines = await readLines(path, records);
    if (lines !== undefined) return { lines, file: named };
  }
  return undefined;
}

function simulated({ compilation, project }: SampledSpec, source: string, records: number): Sample | undefined {
  const settings = compilation.plan?.sources.find(({ node }) => node === source)?.settings ?? {};
  const { url } = resolvedSettings({ url: settings.url ?? null }, "spec", project.root) as { url?: unknown };
  if (typeof url !== "string" || !url.startsWith("demo:")) return undefined;
  const found = demoAt(url);
  if ("demo" in found) return { lines: found.demo.sample(found.query, records, settings) };
  throw new UserMistake(
    "demo/bad-address",
    found.problems.join("; "),
    "see `engine demo --help` for what the simulator understands",
  );
}

/** The first lines of a file, blank ones left out; undefined where it cannot be read. */
async function readLines(path: string, most: number): Promise<Line[] | undefined> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const lines: Line[] = [];
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(MOST_BYTES, (await file.stat()).size)), 0);
    for (let from = 0; from < bytesRead && lines.length < most; ) {
      const end = buffer.indexOf(10, from);
      const to = end === -1 ? bytesRead : end;
      const line = buffer.subarray(from, buffer[to - 1] === 13 ? to - 1 : to);
      if (line.length > 0) lines.push(line);
      from = to + 1;
    }
    return lines;
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}
