import { isMap, isScalar, isSeq } from "yaml";
import type { TextChange } from "./changes.ts";
import { isRecord } from "./plain-data.ts";
import { refuse } from "./refused.ts";
import { keyText, scalarText } from "./scalar-text.ts";
import { type Collection, columnOf, isBlockScalar, isLastInLine, type Place, type SpecText } from "./spec-text.ts";
import { lastLineEnd, lineEnd, lineStart } from "./text-lines.ts";
import { flowText, type Written, written } from "./value-text.ts";

/** Writes a value where another stands, or nothing yet. */
export function replacement(spec: SpecText, place: Place, value: unknown): TextChange[] {
  const { text } = spec;
  if (place.inFlow) return [inPlace(place, isNested(value) ? flowText(value) : scalarLike(place, value))];
  if (!isNested(value) && isScalar(place.node) && place.from < place.end && !isBlockScalar(place.node) && !isLiteral(value))
    return [inPlace(place, scalarLike(place, value))];
  const put = written(value, innerColumns(spec, place), spec.indentation, hasFlowNeighbours(spec, place));
  if (isBlockScalar(place.node)) return overBlockScalar(text, place, put);
  const { node } = place;
  const isBelow =
    (isMap(node) || isSeq(node)) && node.flow !== true && lineStart(text, place.from) !== lineStart(text, place.head);
  return isBelow ? overBlock(text, place, put) : overInline(text, place, put);
}

function isNested(value: unknown): value is unknown[] | Record<string, unknown> {
  return Array.isArray(value) || isRecord(value);
}

function isLiteral(value: unknown): boolean {
  return typeof value === "string" && value.includes("\n");
}

function scalarLike({ node, inFlow }: Place, value: unknown): string {
  const before = isScalar(node) ? node.type : undefined;
  return scalarText(value as string, {
    inFlow,
    before: typeof value === "string" && isScalar(node) && typeof node.value === "string" ? before : undefined,
  });
}

function inPlace({ from, end, head, hasColon }: Place, put: string): TextChange {
  if (!hasColon) return { from: head, to: head, insert: `: ${put}` };
  return from === end ? { from: head, to: head, insert: ` ${put}` } : { from, to: end, insert: put };
}

/** The columns at which what stands below a key or a dash begins. */
function innerColumns({ text, indentation }: SpecText, { start, key, from, node }: Place): { map: number; list: number } {
  const column = columnOf(text, start);
  if (key === undefined) {
    const isBeside = isMap(node) && node.flow !== true && lineStart(text, from) === lineStart(text, start);
    const inner = isBeside ? columnOf(text, from) : column + 2;
    return { map: inner, list: inner };
  }
  return { map: column + indentation.step, list: column + indentation.list };
}

/** Whether the collections beside a value are written on one line. */
export function hasFlowNeighbours(spec: SpecText, { path }: Pick<Place, "path">): boolean {
  const around = spec.collection(path.slice(0, -1));
  if (around === undefined || path.length < 3) return false;
  const own = spec.place(path)?.node;
  const neighbours = valuesOf(around).filter((node) => node !== own && (isMap(node) || isSeq(node)) && node.items.length > 0);
  return neighbours.length > 0 && neighbours.every((node) => (node as Collection).flow === true);
}

function valuesOf(collection: Collection): unknown[] {
  return isMap(collection) ? collection.items.map(({ value }) => value) : collection.items;
}

/** Over nothing, or over what begins in the line of its key. */
function overInline(text: string, { head, from, end }: Place, { inline, below }: Written): TextChange[] {
  const isEmpty = from === end;
  const isAlone = text.slice(head, from).trim() === "";
  const changes: TextChange[] = isEmpty
    ? [{ from: head, to: head, insert: inline === "" ? "" : ` ${inline}` }]
    : [{ from: inline === "" && isAlone ? head : from, to: end, insert: inline }];
  if (below.length === 0) return changes;
  if (text[head - 1] === "-" && inline === "") return [{ from: head, to: end, insert: ` ${below.join("\n").trimStart()}` }];
  if (!isLastInLine(text, end)) refuse("Something stands behind the value in its line. Change it in the text.");
  const at = lineEnd(text, end);
  return [...changes, { from: at, to: at, insert: `\n${below.join("\n")}` }];
}

/** Over `|` or `>` and its lines; a comment behind the sign stays. */
function overBlockScalar(text: string, { from, end }: Place, { inline, below }: Written): TextChange[] {
  const sign = /^[|>][-+0-9]*/.exec(text.slice(from, from + 4))?.[0] ?? "";
  const at = lineEnd(text, from);
  const body = below.length === 0 ? "" : `\n${below.join("\n")}`;
  return [
    { from, to: from + sign.length, insert: inline },
    { from: at, to: Math.max(at, end), insert: body },
  ];
}

/** Over a map or a list below its key; a comment behind the key stays. */
function overBlock(text: string, { head, start, end }: Place, { inline, below }: Written): TextChange[] {
  const at = lineEnd(text, head);
  const to = lastLineEnd(text, end, columnOf(text, start));
  const changes = inline === "" ? [] : [{ from: head, to: head, insert: ` ${inline}` }];
  return [...changes, { from: at, to, insert: below.length === 0 ? "" : `\n${below.join("\n")}` }];
}

/** Writes another name where a key stands. */
export function renaming({ key, inFlow }: Place, name: string): TextChange[] {
  if (key === undefined) return refuse("Only a key of a map has a name.");
  return [{ from: key.from, to: key.to, insert: keyText(name, { inFlow, before: key.type }) }];
}
