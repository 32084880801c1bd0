import { isScalar, parseDocument, type YAMLError } from "yaml";
import type { Diagnostic, Finding, Place } from "./diagnostic.ts";
import { guard } from "./document/guard.ts";
import { innerRange, type TextRange } from "./document/inner-range.ts";
import { lineOf, lineStarts } from "./document/lines.ts";
import { salvage } from "./document/salvage.ts";
import { syntaxFindings } from "./document/syntax.ts";
import { buildTree, type Entry } from "./document/tree.ts";

/** Which part of a place is meant: the key or the value, or a range inside the value's own text. */
export interface LocateOptions {
  on?: "key" | "value" | undefined;
  /** Counts characters of the scalar's value; under the pointer `""` characters of the file. */
  inner?: TextRange | undefined;
}

/** A text that was read as YAML, and where each of its values stands. */
export interface Document {
  file: string;
  text: string;
  /** Plain data, maps without a prototype; undefined where the text could not be read. */
  value: unknown;
  findings: Finding[];
  /** What could be read in spite of the findings, where that tells something. What is found inside of `lost` only repeats them. */
  partial?: { value: unknown; lost: TextRange[] };
  /** Where a pointer leads. A pointer to what is not written leads to the nearest thing around it that is. */
  locate(pointer: string, options?: LocateOptions): Place;
  /** The user's own spelling of a scalar, undefined for anything else. */
  source(pointer: string): string | undefined;
  /** The YAML of a value and of its key, with their ranges, for what edits the text; undefined for what is not written. */
  entry(pointer: string): Entry | undefined;
  /** Gives a finding its place. */
  place(finding: Finding): Diagnostic;
}

/** Reads a text as YAML 1.2 (core schema, no aliases, tags, merge keys or directives). Never throws; what is wrong is in `findings`. */
export function readDocument(text: string, file: string): Document {
  const lines = lineStarts(text);
  const { value, findings, entries, partial } = parse(text, lines);
  const locate = (pointer: string, options: LocateOptions = {}): Place => {
    const { from, to } = rangeOf(text, entries, pointer, options);
    const line = lineOf(lines, from);
    const start = lines[line - 1] ?? 0;
    const bom = line === 1 && text.startsWith("\uFEFF") ? 1 : 0;
    return { file, pointer, from, to, line, column: Math.max(1, from - start + 1 - bom) };
  };
  return {
    file,
    text,
    value,
    findings,
    ...(partial && { partial }),
    locate,
    source: (pointer) => {
      const node = entries.get(pointer)?.value;
      return isScalar(node) ? node.source : undefined;
    },
    entry: (pointer) => entries.get(pointer),
    place: ({ code, severity, message, hint, pointer, on, inner }) => ({
      code,
      severity: severity ?? "error",
      message,
      ...(hint !== undefined && { hint }),
      at: locate(pointer, { on, inner }),
    }),
  };
}

interface Parsed extends Pick<Document, "value" | "findings" | "partial"> {
  entries: Map<string, Entry>;
}

/** Mistakes that leave the rest of the document as it was meant. */
const CONTAINED = new Set(["yaml/duplicate-key", "yaml/number", "yaml/unbalanced", "yaml/key", "yaml/alias", "yaml/tag"]);

function parse(text: string, lines: readonly number[]): Parsed {
  const guarded = guard(text);
  if (guarded.fatal) return { value: undefined, findings: guarded.findings, entries: new Map() };
  const parsed = parseYaml(text);
  if (mistakesIn(parsed).length > 0) return { value: undefined, ...salvaged(text, lines, guarded.findings, parsed) };
  const tree = buildTree(parsed.contents);
  const findings = [...guarded.findings, ...tree.findings];
  if (findings.length === 0 && parsed.contents === null) {
    findings.push({ code: "yaml/empty", pointer: "", message: "The file holds nothing.", hint: "begin with `version: 1`" });
  }
  const { entries } = tree;
  if (findings.length === 0) return { value: tree.value, findings, entries };
  if (!findings.every(({ code }) => CONTAINED.has(code))) return { value: undefined, findings, entries };
  const lost = findings.map((finding) => lineRange(lines, rangeOf(text, entries, finding.pointer, finding).from, text.length));
  return { value: undefined, findings, entries, partial: { value: tree.value, lost } };
}

function parseYaml(text: string) {
  return parseDocument(text, {
    version: "1.2",
    schema: "core",
    merge: false,
    resolveKnownTags: false,
    strict: true,
    // Told apart in the tree: yaml compares every key with every other one of its map.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "error",
  });
}

/** What is no YAML. Aliases and tags are told by the guard, before the text is parsed. */
function mistakesIn({ errors, warnings }: ReturnType<typeof parseYaml>): YAMLError[] {
  const mistakes = [...errors, ...warnings].filter(({ code }) => code !== "BAD_ALIAS" && code !== "TAG_RESOLVE_FAILED");
  return mistakes.sort((a, b) => a.pos[0] - b.pos[0]);
}

/** So much is parsed again in all: to look at one mistake after the other in a long text would take long. */
const MOST_PARSED = 512 * 1024;

/** What is no YAML, one mistake a node, and what can be read without the nodes in which it stands. */
function salvaged(text: string, lines: readonly number[], before: readonly Finding[], first: ReturnType<typeof parseYaml>) {
  const findings = [...before];
  const lost: TextRange[] = [];
  let rest = text;
  let parsed = first;
  for (let budget = MOST_PARSED; ; budget -= 3 * text.length) {
    const mistakes = mistakesIn(parsed);
    const [mistake] = mistakes;
    if (mistake === undefined) {
      const { value, entries, findings: more } = buildTree(parsed.contents);
      const isWhole = before.length === 0 && more.length === 0;
      return { findings, entries, ...(isWhole && { partial: { value, lost } }) };
    }
    const taken =
      budget < 3 * text.length
        ? undefined
        : salvage(rest, lines, mistake.pos[0], (other) => mistakesIn(parseYaml(other))[0]?.pos[0]);
    findings.push(...syntaxFindings(text, lines, taken === undefined ? mistakes : [mistake], findings));
    if (taken === undefined) break;
    lost.push(...taken.blanked);
    rest = taken.text;
    parsed = parseYaml(rest);
  }
  return { findings, entries: new Map<string, Entry>() };
}

function lineRange(lines: readonly number[], offset: number, end: number): TextRange {
  const line = lineOf(lines, offset);
  return { from: lines[line - 1] ?? 0, to: lines[line] ?? end };
}

function rangeOf(text: string, entries: Map<string, Entry>, pointer: string, { on, inner }: LocateOptions): TextRange {
  if (pointer === "" && inner !== undefined) return clamp(inner, text.length);
  const entry = entries.get(pointer);
  if (entry === undefined) {
    // What is not written is missed at the key of what should hold it.
    return pointer === ""
      ? { from: 0, to: 0 }
      : rangeOf(text, entries, pointer.slice(0, pointer.lastIndexOf("/")), { on: "key" });
  }
  const keyRange = entry.key?.range;
  const valueRange = entry.value?.range;
  if (isScalar(entry.value) && inner !== undefined && on !== "key") return innerRange(text, entry.value, inner);
  const chosen = keyRange && (on === "key" || !valueRange || valueRange[0] === valueRange[1]) ? keyRange : valueRange;
  return chosen ? firstLine(text, chosen[0], chosen[1]) : { from: 0, to: 0 };
}

/** A range is shown on the line it begins on: a whole block underlined helps nobody. */
function firstLine(text: string, from: number, to: number): TextRange {
  const newline = text.indexOf("\n", from);
  if (newline === -1 || newline >= to) return { from, to };
  const line = text.slice(from, newline);
  const comment = line.indexOf(" #");
  return { from, to: from + line.slice(0, comment === -1 ? undefined : comment).trimEnd().length };
}

function clamp({ from, to }: TextRange, length: number): TextRange {
  const start = Math.min(Math.max(0, from), length);
  return { from: start, to: Math.min(Math.max(start, to), length) };
}
