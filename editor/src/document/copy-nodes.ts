import { edited, textAfter } from "./draft.ts";
import { placeOf } from "./insert.ts";
import { isSame } from "./plain-data.ts";
import { type NodeText, nodesOf } from "./spec-nodes.ts";
import { columnOf, isFirstInLine, readSpecText, type SpecText } from "./spec-text.ts";
import { asNodes } from "./steps.ts";
import { lastLineEnd, lineEnd, lineStart, ownComments } from "./text-lines.ts";
import { itemLines } from "./value-text.ts";

/** The YAML of nodes, as they stand and in their order, comments too; empty where none of them can be read. Steps are written as nodes. */
export function copyNodes(text: string, ids: readonly string[]): string {
  const asked = new Set(ids);
  const spec = readSpecText(
    textAfter(
      text,
      edited(text, (draft) => void asNodes(draft)),
    ),
  );
  if (typeof spec === "string") return "";
  const copied = nodesOf(spec).nodes.filter(({ id }) => id !== "" && asked.has(id));
  return copied.map((node) => `${nodeLines(spec, node).join("\n")}\n`).join("\n");
}

/** A node as an item of a list that begins at the first column. */
export function nodeLines(spec: SpecText, node: NodeText): readonly string[] {
  const lines = linesAsTheyStand(spec, node);
  const read = lines && readSpecText(`nodes:\n${lines.join("\n")}\n`);
  const isAsRead = typeof read === "object" && isSame(read.value, { nodes: [node.value] });
  return isAsRead && lines !== undefined ? lines : itemLines(node.value, 0, " ", spec.indentation);
}

function linesAsTheyStand(spec: SpecText, { path, index }: NodeText): string[] | undefined {
  const { text } = spec;
  const list = path.slice(0, -1);
  const collection = spec.collection(list);
  const around = spec.place(list);
  if (collection === undefined || around === undefined) return undefined;
  const place = placeOf(spec, list, collection, index);
  const column = columnOf(text, place.start);
  if (collection.flow === true) {
    const [first = "", ...others] = text.slice(place.from, place.end).split("\n");
    return [`- ${first}`, ...others.map((line) => `  ${withoutIndent(line, column)}`)];
  }
  if (!isFirstInLine(text, place.start)) return undefined;
  const limit =
    index === 0 ? lineEnd(text, around.head) + 1 : lastLineEnd(text, placeOf(spec, list, collection, index - 1).end, column) + 1;
  const start = ownComments(text, lineStart(text, place.start), column, limit);
  const lines = text.slice(start, lastLineEnd(text, place.end, column)).split("\n");
  return lines.map((line) => withoutIndent(line, column));
}

function withoutIndent(line: string, column: number): string {
  const indent = line.length - line.trimStart().length;
  return line.slice(Math.min(indent, column));
}
