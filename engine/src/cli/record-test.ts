import { readFile, writeFile } from "node:fs/promises";
import { relative } from "node:path";
import type { TransformMaskConfig } from "@pipeline-engine/schemas/types";
import { createPatch } from "diff";
import { hasErrors } from "../diagnostic.ts";
import type { PlacedRecord } from "../runtime/newest-records.ts";
import { rowsByNode, sourceNodes } from "../runtime/samples.ts";
import { UserMistake } from "../runtime/user-mistake.ts";
import { newFile, type WrittenTest, withTest } from "../testing/append.ts";
import { factsRead, givenOf, recordedTest } from "../testing/recorded.ts";
import { runTest } from "../testing/run-tests.ts";
import { testable } from "../testing/stand-ins.ts";
import { readTests } from "../testing/test-file.ts";
import { topicOf } from "../testing/topic-of.ts";
import type { TypedDag } from "../types.ts";
import { type LoadedSpec, loadSpec } from "./load.ts";
import type { Output } from "./output.ts";
import { preparePython } from "./preview-python.ts";
import { paint, paperOf, plural, printable } from "./print.ts";
import { recordsOfTopics } from "./recorded-topics.ts";
import { chooseTarget } from "./targets.ts";
import { pathsOf } from "./test-files.ts";

interface Options {
  records: number;
  target?: string;
}

/** Takes the newest records of each source's topic and writes them as a test, with what the evaluator makes of them. False where the spec or the file has mistakes. */
export async function recordTest(path: string, options: Options, output: Output, signal: AbortSignal): Promise<boolean> {
  const paths = pathsOf(path);
  const spec = await loadSpec(paths.spec, output);
  const { typed, plan, diagnostics } = spec.compilation;
  const chosen = await chooseTarget(spec.project, options.target, output);
  if (typed === undefined || plan === undefined || chosen === undefined || hasErrors(diagnostics)) return false;
  const text = await readFile(paths.tests, "utf8").catch(() => undefined);
  const sources = sourceNodes(plan);
  const topics = new Map(sources.map((source) => [source, topicOf(typed, source).name]));
  const found = await recordsOfTopics(spec, chosen, { topics: [...topics.values()], most: options.records, signal });
  const given = givenRecords(typed, topics, found, output);
  const newest = Math.max(...[...found.values()].flat().map(({ timestamp }) => Number(timestamp)));
  const arrived = new Date(newest).toISOString();
  const name = nameOf(
    text ?? "",
    `${plural(Object.values(given).flat().length, "record")} of ${[...topics.values()].join(" and ")} until ${arrived}`,
  );
  return write({ spec, typed, path: paths.tests, text }, { name, arrived, given }, output);
}

interface File {
  spec: LoadedSpec;
  typed: TypedDag;
  path: string;
  text: string | undefined;
}

async function write({ spec, typed, path, text }: File, records: Omit<WrittenTest, "expect">, output: Output): Promise<boolean> {
  const python = await preparePython(spec, output);
  try {
    const tables = rowsByNode(spec.tables);
    const pipeline = testable(typed, python, tables);
    const shown = relative(process.cwd(), path) || path;
    const before = text === undefined ? [] : readTests(text, shown, pipeline).diagnostics;
    output.diagnostics(before, text ?? "");
    if (hasErrors(before)) return false;
    const { test, unknown } = await recordedTest(typed, records, python, tables);
    const changed = text === undefined ? newFile(schemaOf(spec.text), test) : withTest(text, test);
    const read = changed === undefined ? undefined : readTests(changed, shown, pipeline);
    const last = read?.tests.at(-1);
    if (changed === undefined || last === undefined || (await runTest(typed, last, python, tables)).failures.length > 0)
      throw new UserMistake(
        "test/not-recorded",
        `The test could not be written into ${shown} so that it holds, and nothing was changed.`,
        whyNot(unknown),
      );
    await writeFile(path, changed);
    tell(shown, text ?? "", changed, unknown, typed, output);
    return true;
  } finally {
    python?.close();
  }
}

function whyNot(unknown: readonly string[]): string {
  return unknown.length > 0
    ? `nothing can be told of ${unknown.join("; ")}`
    : "`tests` must be a list of its own lines, or in brackets; name another file, or write it by hand";
}

function tell(file: string, before: string, after: string, unknown: readonly string[], typed: TypedDag, output: Output): void {
  const masked = maskedPaths(typed);
  output.event({ event: "recorded", file, masked, unknown });
  const patch = createPatch(file, before, after).split("\n").slice(2).join("\n");
  output.say(`\n${printable(patch)}`);
  for (const why of unknown) output.say(`Nothing is expected of ${printable(why)}.`);
  const raw = `The records stand in ${printable(file)} as they stand in their topics`;
  const hidden = `: what the pipeline masks later (${masked.map((path) => printable(path)).join(", ")}) is readable there. Mask it by hand before you share the file.`;
  output.say(paint(paperOf(output.people), "yellow", masked.length === 0 ? `${raw}.` : raw + hidden));
}

/** The columns that are made unreadable somewhere, as `node: path`. */
function maskedPaths({ nodes }: TypedDag): string[] {
  return nodes.flatMap(({ node }) => {
    if (node.type !== "transform.mask") return [];
    const { hash, redact, truncate, shape } = node.config as TransformMaskConfig;
    return [...hash, ...redact, ...Object.keys(truncate), ...Object.keys(shape)].map((path) => `${node.id}: ${path}`);
  });
}

function givenRecords(
  typed: TypedDag,
  topics: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, PlacedRecord[]>,
  output: Output,
) {
  const given: Record<string, unknown[]> = {};
  for (const [source, topic] of topics) {
    const facts = factsRead(typed, source);
    const records = (found.get(topic) ?? []).map((record) => givenOf(topicRecord(record), facts));
    const whole = records.filter((record) => record !== undefined);
    if (whole.length < records.length)
      output.say(
        `${plural(records.length - whole.length, "record")} of ${printable(topic)} cannot be written as text and left out.`,
      );
    given[source] = whole;
  }
  return given;
}

function topicRecord({ value, key, timestamp, partition, offset, headers }: PlacedRecord) {
  const bytes = Object.entries(headers).flatMap(([name, header]) =>
    header === undefined ? [] : [[name, Buffer.from(header)] as const],
  );
  return {
    value: value ?? Buffer.alloc(0),
    key,
    timestamp: Number(timestamp),
    partition,
    offset: Number(offset),
    headers: new Map(bytes),
  };
}

/** A name that no test of the file has. */
function nameOf(text: string, name: string): string {
  if (!text.includes(name)) return name;
  for (let at = 2; ; at += 1) if (!text.includes(`${name} (${at})`)) return `${name} (${at})`;
}

/** Where the contract of such files lies: beside that which the spec names. */
function schemaOf(spec: string): string {
  const [, named = ""] = /^#\s*yaml-language-server:\s*\$schema=(\S+)/m.exec(spec) ?? [];
  return named.replace("pipeline.schema.json", "tests.schema.json");
}
