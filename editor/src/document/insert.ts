import { isMap } from "yaml";
import type { TextChange } from "./changes.ts";
import type { Path } from "./plain-data.ts";
import { refuse } from "./refused.ts";
import { hasFlowNeighbours, replacement } from "./replace.ts";
import { keyText } from "./scalar-text.ts";
import { type Collection, columnOf, isFirstInLine, isLastInLine, type Place, type SpecText } from "./spec-text.ts";
import { lastLineEnd, lineAt, lineEnd, lineStart, ownComments } from "./text-lines.ts";
import { flowText, itemLines, pairLines } from "./value-text.ts";

/** What is put into a map under its key, or into a list; `lines`: its text in block style, its first column at 0, to be taken as it is. */
export interface Entry {
  key?: string;
  value: unknown;
  lines?: readonly string[];
}

/** Writes entries into a map or a list, before the one that stands at `index`; behind the last one where there is none. */
export function insertion(spec: SpecText, path: Path, index: number, entries: readonly Entry[]): TextChange[] {
  const collection = spec.collection(path);
  const around = spec.place(path);
  if (collection === undefined) return refuse("There is no map and no list to write it into. Change it in the text.");
  if (collection.items.length === 0) return intoEmpty(spec, collection, around, entries);
  if (collection.flow === true) return intoFlow(spec, path, collection, index, entries);
  return intoBlock(spec, path, collection, index, entries);
}

function intoEmpty(spec: SpecText, collection: Collection, around: Place | undefined, entries: readonly Entry[]): TextChange[] {
  if (around === undefined) return refuse("The text begins with an empty map. Write `version: 1` into it first.");
  const lines = entries.flatMap((entry) => entry.lines ?? []);
  if (lines.length > 0 && !around.inFlow) {
    const pad = " ".repeat(columnOf(spec.text, around.start) + spec.indentation.list);
    const at = lineEnd(spec.text, around.end);
    return [
      { from: around.head, to: around.end, insert: "" },
      { from: at, to: at, insert: `\n${indented(lines, pad)}` },
    ];
  }
  const value = isMap(collection)
    ? Object.fromEntries(entries.map((entry) => [entry.key ?? "", entry.value]))
    : entries.map((entry) => entry.value);
  return replacement(spec, around, value);
}

function indented(lines: readonly string[], pad: string): string {
  return lines.map((line) => (line === "" ? "" : pad + line)).join("\n");
}

/** The path of an entry of a collection. */
export function entryPath(path: Path, collection: Collection, index: number): Path {
  if (!isMap(collection)) return [...path, index];
  const key = collection.items[index]?.key as { value?: unknown; source?: string } | null | undefined;
  return [...path, typeof key?.value === "string" ? key.value : (key?.source ?? "")];
}

export function placeOf(spec: SpecText, path: Path, collection: Collection, index: number): Place {
  return (
    spec.place(entryPath(path, collection, index)) ??
    refuse("The text is written in a way that cannot be edited here. Change it in the text.")
  );
}

function intoFlow(spec: SpecText, path: Path, collection: Collection, index: number, entries: readonly Entry[]): TextChange[] {
  const { text } = spec;
  const items = entries.map(
    ({ key, value }) => (key === undefined ? "" : `${keyText(key, { inFlow: true })}: `) + flowText(value),
  );
  const next = index < collection.items.length ? placeOf(spec, path, collection, index) : undefined;
  if (next !== undefined && isFirstInLine(text, next.start)) {
    const pad = text.slice(lineStart(text, next.start), next.start);
    return [{ from: next.start, to: next.start, insert: items.map((item) => `${item},\n${pad}`).join("") }];
  }
  if (next !== undefined) return [{ from: next.start, to: next.start, insert: items.map((item) => `${item}, `).join("") }];
  const last = placeOf(spec, path, collection, collection.items.length - 1);
  const comma = /^\s*,/.exec(text.slice(last.end, last.end + 200))?.[0];
  const end = last.end + (comma?.length ?? 0);
  if (!isFirstInLine(text, last.start) || !isLastInLine(text, end)) {
    const insert = items.map((item) => `, ${item}`).join("");
    return [{ from: last.end, to: last.end, insert }];
  }
  const pad = text.slice(lineStart(text, last.start), last.start);
  const at = lineEnd(text, end);
  const added = items.map((item) => `\n${pad}${item}`).join(",") + (comma === undefined ? "" : ",");
  return [...(comma === undefined ? [{ from: last.end, to: last.end, insert: "," }] : []), { from: at, to: at, insert: added }];
}

function intoBlock(spec: SpecText, path: Path, collection: Collection, index: number, entries: readonly Entry[]): TextChange[] {
  const { text } = spec;
  const first = placeOf(spec, path, collection, 0);
  const column = columnOf(text, first.start);
  const blocks = entries.map((entry) => blockOf(spec, path, collection, first, entry));
  const separator = isSpaced(spec, path, collection) ? "\n\n" : "\n";
  if (index > 0) {
    const before = placeOf(spec, path, collection, Math.min(index, collection.items.length) - 1);
    const at = lastLineEnd(text, before.end, column);
    return [{ from: at, to: at, insert: blocks.map((block) => separator + block).join("") }];
  }
  if (!isFirstInLine(text, first.start)) {
    const pad = " ".repeat(column);
    return [{ from: first.start, to: first.start, insert: blocks.map((block) => `${block.trimStart()}\n${pad}`).join("") }];
  }
  const start = lineStart(text, first.start);
  const at = ownComments(text, start, column, 0);
  return [{ from: at, to: at, insert: blocks.map((block) => block + separator).join("") }];
}

function blockOf(spec: SpecText, path: Path, collection: Collection, first: Place, { key, value, lines }: Entry): string {
  const column = columnOf(spec.text, first.start);
  if (lines !== undefined) return indented(lines, " ".repeat(column));
  const flow = hasFlowNeighbours(spec, { path: [...path, key ?? -1] });
  if (key !== undefined) return pairLines(key, value, column, spec.indentation, flow).join("\n");
  const last = placeOf(spec, path, collection, collection.items.length - 1);
  const gap = spec.text.slice(last.head, last.from);
  return itemLines(value, column, /^ +$/.test(gap) ? gap : " ", spec.indentation, flow).join("\n");
}

/** Whether a blank line stands between the entries; between nodes also where there is one alone. */
function isSpaced({ text, place }: SpecText, path: Path, collection: Collection): boolean {
  const isNodes = path.length === 1 && !isMap(collection);
  if (collection.items.length < 2 || isMap(collection)) return isNodes;
  const last = place(entryPath(path, collection, collection.items.length - 1));
  if (last === undefined) return false;
  const column = columnOf(text, last.start);
  const start = ownComments(text, lineStart(text, last.start), column, 0);
  return start > 0 && lineAt(text, lineStart(text, start - 1)).kind === "blank";
}
