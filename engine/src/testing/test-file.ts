import type { Column } from "../column-type.ts";
import { type Diagnostic, didYouMean, type Finding, hasErrors } from "../diagnostic.ts";
import { type Document, readDocument } from "../document.ts";
import { readTimestamp } from "../expression/values/instant-text.ts";
import { kindOf } from "../nodes/index.ts";
import { joinPointer, type Moved, whereItStands } from "../pointer.ts";
import type { NodePreview } from "../preview/index.ts";
import { testValidators } from "../validate/catalogue.gen.ts";
import { copied, record, shape } from "../validate/shape.ts";
import { givenRecords } from "./given.ts";
import { type Pattern, rowPattern } from "./pattern.ts";

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

/** Records by source, and what comes of them. */
export interface TestBatch {
  pointer: string;
  given: Map<string, string[]>;
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
 * and no test that fails. `nodes`: what can be expected, from `openPreview`. Never throws for a user's mistake.
 */
export function readTests(text: string, file: string, nodes: readonly NodePreview[]): TestFile {
  const document = readDocument(text, file);
  if (document.findings.length > 0)
    return { document, tests: [], diagnostics: document.findings.map((finding) => document.place(finding)) };
  const frame = part(document, document.value, "", "file");
  const listed = record(frame.value).tests;
  const sources = nodes.filter(({ type }) => type.startsWith("source.")).map(({ node }) => node);
  const reader = { document, nodes, sources, streams: streamsOf(nodes), findings: [...frame.findings], moved: [...frame.moved] };
  const tests = (Array.isArray(listed) ? listed : []).flatMap((value: unknown, i) =>
    readTest(reader, value, joinPointer("/tests", i)),
  );
  repeatedNames(tests, reader);
  const diagnostics = reader.findings.map((finding) =>
    document.place({ ...finding, pointer: whereItStands(finding.pointer, reader.moved) }),
  );
  return { document, tests: hasErrors(diagnostics) ? [] : tests, diagnostics: diagnostics.sort((a, b) => a.at.from - b.at.from) };
}

/** A stream of which something can be expected. */
interface KnownStream {
  preview: NodePreview;
  output: string;
  columns: Column[];
}

interface Reader {
  document: Document;
  nodes: readonly NodePreview[];
  sources: readonly string[];
  streams: ReadonlyMap<string, KnownStream>;
  findings: Finding[];
  moved: Moved[];
}

function part(document: Document, value: unknown, pointer: string, which: keyof typeof testValidators) {
  return shape(document, value, pointer, testValidators[which], (given) => copied(given));
}

/** The part as its contract wants it; what is wrong with it is noted. */
function read(reader: Reader, value: unknown, pointer: string, which: keyof typeof testValidators): Record<string, unknown> {
  const { value: filled, findings, moved } = part(reader.document, value, pointer, which);
  reader.findings.push(...findings);
  reader.moved.push(...moved);
  return record(filled);
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
  for (const [source, records] of Object.entries(record(batch.given))) {
    const at = joinPointer(pointer, "given", source);
    if (!reader.sources.includes(source))
      unknown(reader, at, "test/unknown-source", `There is no source \`${source}\`.`, source, reader.sources);
    const node = reader.nodes.find(({ node }) => node === source);
    given.set(
      source,
      givenRecords(records, at, node, arrived, (...told) => tell(reader, ...told)),
    );
  }
  const expect = Object.entries(record(batch.expect)).flatMap(([stream, value]) =>
    readExpectation(reader, stream, value, joinPointer(pointer, "expect", stream)),
  );
  return { pointer, given, expect };
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
  if (found.preview.missing !== undefined)
    tell(reader, pointer, "test/no-preview", {
      message: `What leaves \`${stream}\` cannot be told here: ${found.preview.missing}.`,
      hint: "`--engine spark` runs it; else expect something of a node above it, or run a pipeline once where Python is missing",
      on: "key",
    });
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

/** Every stream that can be expected, by the name that `from` would have for it; a sink by its id. */
function streamsOf(nodes: readonly NodePreview[]): Map<string, KnownStream> {
  const streams = new Map<string, KnownStream>();
  for (const preview of nodes.filter(({ type }) => kindOf(type).role !== "source")) {
    // A node without rows of its own may drop some.
    streams.set(preview.node, { preview, output: "main", columns: [] });
    for (const { name, columns } of preview.outputs)
      streams.set(name === "main" || name === "documents" ? preview.node : `${preview.node}.${name}`, {
        preview,
        output: name,
        columns,
      });
  }
  return streams;
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

function unknown(reader: Reader, pointer: string, code: string, message: string, given: string, known: readonly string[]): void {
  tell(reader, pointer, code, { message, hint: didYouMean(given, known) ?? `there are ${known.join(", ")}`, on: "key" });
}

function tell(reader: Reader, pointer: string, code: string, finding: Omit<Finding, "code" | "pointer">): void {
  reader.findings.push({ code, pointer, ...finding });
}
