import { type Diagnostic, hasErrors } from "../diagnostic.ts";
import { type Document, readDocument } from "../document.ts";
import { readTimestamp } from "../expression/values/instant-text.ts";
import type { StandIn } from "../nodes/given.ts";
import { joinPointer, whereItStands } from "../pointer.ts";
import type { NodePreview } from "../preview/index.ts";
import { record } from "../validate/shape.ts";
import { givenRecords } from "./given.ts";
import { streamsOf } from "./known-streams.ts";
import { type Pattern, rowPattern } from "./pattern.ts";
import { part, type Reader, read, tell, unknown } from "./reader.ts";
import { givenOf, readStandIn, type Testable } from "./stand-ins.ts";

/** A dropped row, as far as a test tells it. */
export interface ExpectedDrop {
  record: number | null;
  code: string;
  message: string;
}

/** Why a row goes no further, by the word of a test. */
export const DROPS = { dead: "dead-letter", late: "late", filtered: "filtered", repeats: "repeat" } as const;
export type DropWord = keyof typeof DROPS;

/** What a test says of one stream in one batch. */
export interface Expectation {
  /** As it is written: `node` or `node.output`. */
  stream: string;
  node: string;
  /** The output by its name in a preview: `main`, `documents` for a sink, else a side output. */
  output: string;
  pointer: string;
  rows: Pattern[] | null;
  match: "all" | "ordered" | "some";
  drops: Partial<Record<DropWord, number | ExpectedDrop[]>>;
  open: number | null;
}

/** Records by source, and what comes of them. `standIns`: what nodes are given, from here on, in place of what they ask elsewhere. */
export interface TestBatch {
  pointer: string;
  given: Map<string, string[]>;
  standIns: Map<string, StandIn>;
  expect: Expectation[];
}

export interface PipelineTest {
  name: string;
  pointer: string;
  /** Microseconds since 1970. */
  arrived?: bigint;
  batches: TestBatch[];
}

/** A file of tests: the tests that could be read, and what is wrong with the others. */
export interface TestFile {
  document: Document;
  tests: PipelineTest[];
  diagnostics: Diagnostic[];
}

/**
 * Reads the tests of a pipeline. Nodes, columns and values are checked against the pipeline's types, so that a misspelt column is a mistake with a line
 * and no test that fails. Never throws for a user's mistake.
 */
export function readTests(text: string, file: string, pipeline: Testable): TestFile {
  const document = readDocument(text, file);
  if (document.findings.length > 0)
    return { document, tests: [], diagnostics: document.findings.map((finding) => document.place(finding)) };
  const frame = part(document, document.value, "", "file");
  const listed = record(frame.value).tests;
  const nodes = pipeline.nodes(new Set());
  const sources = nodes.filter(({ type }) => type.startsWith("source.")).map(({ node }) => node);
  const streams = streamsOf(nodes);
  const reader = { document, pipeline, nodes, sources, streams, findings: [...frame.findings], moved: [...frame.moved] };
  const tests = (Array.isArray(listed) ? listed : []).flatMap((value: unknown, i) =>
    readTest(reader, value, joinPointer("/tests", i)),
  );
  repeatedNames(tests, reader);
  const diagnostics = reader.findings.map((finding) =>
    document.place({ ...finding, pointer: whereItStands(finding.pointer, reader.moved) }),
  );
  return { document, tests: hasErrors(diagnostics) ? [] : tests, diagnostics: diagnostics.sort((a, b) => a.at.from - b.at.from) };
}

function readTest(reader: Reader, value: unknown, pointer: string): PipelineTest[] {
  const test = read(reader, value, pointer, "test");
  const batches = Array.isArray(test.batches) ? (test.batches as unknown[]) : [];
  const hasOwn = ["given", "expect"].filter((key) => Object.keys(record(test[key])).length > 0);
  if (batches.length > 0 && hasOwn.length > 0)
    tell(reader, joinPointer(pointer, hasOwn[0] ?? ""), "test/beside-batches", {
      message: `\`${hasOwn.join("` and `")}\` beside \`batches\` would be one batch more.`,
      hint: "make it the first of the batches",
      on: "key",
    });
  const arrived = arrivedOf(reader, test.arrived, joinPointer(pointer, "arrived"));
  const all =
    batches.length > 0
      ? batches.map((batch, i) => {
          const at = joinPointer(pointer, "batches", i);
          return readBatch(reader, read(reader, batch, at, "batch"), at, arrived);
        })
      : [readBatch(reader, test, pointer, arrived)];
  const parts = batches.length > 0 ? batches : [test];
  requirePreviews(reader, all);
  if (parts.every((one) => Object.keys(record(record(one).expect)).length === 0))
    tell(reader, pointer, "test/nothing-expected", {
      message: `The test \`${String(test.name)}\` expects nothing, so it cannot fail.`,
      hint: "say under `expect` which rows leave a node",
    });
  return [{ name: String(test.name), pointer, ...(arrived !== undefined && { arrived }), batches: all }];
}

function arrivedOf(reader: Reader, text: unknown, pointer: string): bigint | undefined {
  if (typeof text !== "string" || text === "") return undefined;
  const time = readTimestamp(text);
  if (time === undefined)
    tell(reader, pointer, "test/wrong-value", {
      message: `\`${text}\` is no time.`,
      hint: "write an ISO 8601 time, as `2026-01-01T10:00:00Z`",
    });
  return time;
}

function readBatch(reader: Reader, batch: Record<string, unknown>, pointer: string, arrived: bigint | undefined): TestBatch {
  const given = new Map<string, string[]>();
  const standIns = new Map<string, StandIn>();
  for (const [source, records] of Object.entries(record(batch.given))) {
    const at = joinPointer(pointer, "given", source);
    const node = reader.nodes.find(({ node }) => node === source);
    if (node !== undefined && givenOf(reader.pipeline.typed, source) !== undefined) {
      standIns.set(source, standInOf(reader, node, Array.isArray(records) ? records : [], at));
      continue;
    }
    if (!reader.sources.includes(source)) unknownSource(reader, source, at);
    given.set(
      source,
      givenRecords(records, at, node, arrived, (...told) => tell(reader, ...told)),
    );
  }
  const expect = Object.entries(record(batch.expect)).flatMap(([stream, value]) =>
    readExpectation(reader, stream, value, joinPointer(pointer, "expect", stream)),
  );
  return { pointer, given, standIns, expect };
}

function standInOf(reader: Reader, node: NodePreview, values: readonly unknown[], pointer: string): StandIn {
  return readStandIn(reader.pipeline, node, values, pointer, {
    fill(value, at) {
      const before = reader.findings.length;
      const filled = read(reader, value, at, "answer");
      return reader.findings.length > before ? undefined : filled;
    },
    tell: (...told) => tell(reader, ...told),
  });
}

function unknownSource(reader: Reader, name: string, pointer: string): void {
  const others = reader.nodes.map(({ node }) => node).filter((node) => givenOf(reader.pipeline.typed, node) !== undefined);
  const message = `There is no source \`${name}\`, and no node that could be given anything.`;
  unknown(reader, pointer, "test/unknown-source", message, name, [...reader.sources, ...others]);
}

/** What is expected must be known, once the test has given what it gives. */
function requirePreviews(reader: Reader, batches: readonly TestBatch[]): void {
  const given = new Set(batches.flatMap(({ standIns }) => [...standIns.keys()]));
  const nodes = given.size === 0 ? reader.nodes : reader.pipeline.nodes(given);
  const missing = new Map(nodes.map((node) => [node.node, node.missing]));
  for (const { node, stream, pointer } of batches.flatMap(({ expect }) => expect)) {
    const why = missing.get(node);
    if (why !== undefined)
      tell(reader, pointer, "test/no-preview", {
        message: `What leaves \`${stream}\` cannot be told here: ${why}.`,
        hint: "say under `given` what its table holds or its endpoint answers, or run the test with `--engine spark`",
        on: "key",
      });
  }
}

function readExpectation(reader: Reader, stream: string, value: unknown, pointer: string): Expectation[] {
  const found = reader.streams.get(stream);
  const isList = Array.isArray(value);
  const said = isList ? { rows: value, match: "all" } : read(reader, value, pointer, "expectation");
  if (found === undefined) {
    const named = reader.nodes.find(({ node }) => node === stream.split(".")[0]);
    const message =
      named === undefined || !stream.includes(".")
        ? `There is no node \`${stream}\` that rows leave.`
        : `\`${named.node}\` has no output \`${stream.slice(named.node.length + 1)}\`.`;
    unknown(reader, pointer, "test/unknown-node", message, stream, [...reader.streams.keys()]);
    return [];
  }
  const at = isList ? pointer : joinPointer(pointer, "rows");
  const rows = Array.isArray(said.rows) ? (said.rows as unknown[]) : null;
  const patterns = rows?.flatMap((row, i) => {
    if (typeof row !== "object" || row === null || Array.isArray(row)) {
      // Under `rows` the contract has told it.
      if (isList) tell(reader, joinPointer(at, i), "schema/wrong-type", { message: "A row must be a map of its columns." });
      return [];
    }
    const pattern = rowPattern(found.columns, row, (path, what, message, hint) =>
      tell(reader, joinPointer(at, i, ...path), what, {
        message,
        ...(hint !== undefined && { hint }),
        on: what === "test/wrong-value" ? "value" : "key",
      }),
    );
    return [pattern];
  });
  const drops: Expectation["drops"] = {};
  for (const word of Object.keys(DROPS) as DropWord[])
    if (typeof said[word] === "number" || Array.isArray(said[word])) drops[word] = said[word] as number | ExpectedDrop[];
  const match = said.match as Expectation["match"];
  const open = typeof said.open === "number" ? said.open : null;
  return [{ stream, node: found.preview.node, output: found.output, pointer, rows: patterns ?? null, match, drops, open }];
}

function repeatedNames(tests: readonly PipelineTest[], reader: Reader): void {
  const seen = new Set<string>();
  for (const { name, pointer } of tests) {
    if (seen.has(name))
      tell(reader, joinPointer(pointer, "name"), "test/repeated-name", {
        message: `Two tests are called \`${name}\`.`,
        hint: "give each a name of its own",
      });
    seen.add(name);
  }
}
