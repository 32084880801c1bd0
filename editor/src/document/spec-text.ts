import { type Document, joinPointer, readDocument } from "@pipeline-engine/engine/core";
import { isMap, isScalar, isSeq, type Node, type YAMLMap, type YAMLSeq } from "yaml";
import type { Path } from "./plain-data.ts";
import { lineEnd, lineStart, skipBlanks } from "./text-lines.ts";
import type { Indentation } from "./value-text.ts";

export type Collection = YAMLMap | YAMLSeq;

/** Where a value of a spec stands in its text. */
export interface Place {
  path: Path;
  node: Node | null;
  /** Where its key begins, or its dash; in a flow list the value itself. */
  start: number;
  key?: { from: number; to: number; type: string | null | undefined };
  /** Behind the colon or the dash; in a flow list where the value begins. */
  head: number;
  /** Whether a colon stands there: `{ a }` has none. */
  hasColon: boolean;
  /** Where the value begins; `head` where nothing is written. */
  from: number;
  /** Behind the last character that belongs to it, before the end of its line and a comment there. */
  end: number;
  /** It stands inside of `{ }` or `[ ]`. */
  inFlow: boolean;
}

/** A text that was read without a mistake. */
export interface SpecText {
  text: string;
  value: unknown;
  /** Where a value stands; undefined where it is not written. */
  place(path: Path): Place | undefined;
  /** The map or list at a path. */
  collection(path: Path): Collection | undefined;
  indentation: Indentation;
}

/** The last texts that were read: an edit reads what it made, and the next one begins with that. */
const recent: { text: string; read: SpecText | string }[] = [];
const MOST_RECENT = 4;

/** Reads a text; a sentence where it holds a mistake that leaves open what stands where. */
export function readSpecText(text: string): SpecText | string {
  const known = recent.find((one) => one.text === text);
  if (known !== undefined) return known.read;
  const document = readDocument(text, "");
  const [finding] = document.findings.filter(({ code }) => code !== "yaml/empty").map((one) => document.place(one));
  const read =
    finding === undefined
      ? specText(document)
      : `Line ${finding.at.line} cannot be read: ${finding.message} Mend it in the text first.`;
  recent.unshift({ text, read });
  recent.length = Math.min(recent.length, MOST_RECENT);
  return read;
}

function specText(document: Document): SpecText {
  const { text } = document;
  const places = new Map<string, Place | undefined>();
  const entry = (path: Path) => document.entry(joinPointer("", ...path));
  const collection = (path: Path) => {
    const node = entry(path)?.value;
    return isMap(node) || isSeq(node) ? node : undefined;
  };
  const place = (path: Path): Place | undefined => {
    const pointer = joinPointer("", ...path);
    if (!places.has(pointer)) places.set(pointer, locate(path));
    return places.get(pointer);
  };
  const locate = (path: Path): Place | undefined => {
    const found = entry(path);
    const around = collection(path.slice(0, -1));
    if (found === undefined || around === undefined || path.length === 0) return undefined;
    const inFlow = path.some((_, depth) => collection(path.slice(0, depth))?.flow === true);
    const own = { path, node: found.value, inFlow };
    if (isMap(around)) return mapPlace(text, own, found.key);
    const before = place([...path.slice(0, -1), Number(path.at(-1)) - 1]);
    return itemPlace(text, own, around, before?.end);
  };
  return { text, value: document.value ?? null, place, collection, indentation: indentationOf(document) };
}

type Own = Pick<Place, "path" | "node" | "inFlow">;

function mapPlace(text: string, own: Own, key: Node | null): Place {
  const [from = 0, to = 0] = key?.range ?? own.node?.range ?? [];
  const colon = own.node === null ? -1 : /^\s*:/.exec(text.slice(to, to + 200))?.[0].length;
  const hasColon = colon !== undefined && colon > 0;
  const head = hasColon ? to + colon : to;
  const type = isScalar(key) ? key.type : undefined;
  return { ...own, start: from, key: { from, to, type }, head, hasColon, ...valueRange(text, own.node, head) };
}

function itemPlace(text: string, own: Own, list: YAMLSeq, before: number | undefined): Place {
  const valueFrom = own.node?.range?.[0] ?? 0;
  if (list.flow === true) {
    return { ...own, start: valueFrom, head: valueFrom, hasColon: true, ...valueRange(text, own.node, valueFrom) };
  }
  const dash = skipBlanks(text, before ?? list.range?.[0] ?? 0);
  return { ...own, start: dash, head: dash + 1, hasColon: true, ...valueRange(text, own.node, dash + 1) };
}

function valueRange(text: string, node: Node | null, head: number): { from: number; end: number } {
  const [from = head, to = head] = node?.range ?? [];
  return from === to ? { from: head, end: head } : { from, end: endOf(text, node) ?? head };
}

/** Behind the last character of a value; undefined where nothing is written. */
function endOf(text: string, node: unknown): number | undefined {
  if (isMap(node) && node.flow !== true) {
    const last = node.items.at(-1);
    const keyTo = (last?.key as Node | null | undefined)?.range?.[1];
    if (keyTo === undefined) return undefined;
    return endOf(text, last?.value) ?? keyTo + (/^\s*:/.exec(text.slice(keyTo, keyTo + 200))?.[0].length ?? 0);
  }
  if (isSeq(node) && node.flow !== true) {
    const last = node.items.at(-1);
    return endOf(text, last) ?? (last as Node | undefined)?.range?.[0];
  }
  const [from, to] = (node as Node | null | undefined)?.range ?? [];
  if (from === undefined || to === undefined || from === to) return undefined;
  return isBlockScalar(node) && text[to - 1] === "\n" ? to - 1 : to;
}

export function isBlockScalar(node: unknown): boolean {
  return isScalar(node) && (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED");
}

/** How this text is indented, from the first map and the first list that stand in a map. */
function indentationOf(document: Document): Indentation {
  const { text } = document;
  const column = (offset: number) => offset - lineStart(text, offset);
  const found: Partial<Indentation> = {};
  const look = (node: unknown, outer: number | undefined): void => {
    if (found.step !== undefined && found.list !== undefined) return;
    if (isMap(node) && node.flow !== true) {
      const own = column(node.range?.[0] ?? 0);
      if (outer !== undefined && own > outer) found.step ??= own - outer;
      for (const { value } of node.items) look(value, own);
    } else if (isSeq(node) && node.flow !== true) {
      const own = column(node.range?.[0] ?? 0);
      if (outer !== undefined && own >= outer) found.list ??= own - outer;
      for (const item of node.items) look(item, undefined);
    }
  };
  look(document.entry("")?.value, undefined);
  return { step: found.step ?? 2, list: found.list ?? 2 };
}

/** The column at which an offset stands in its line. */
export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** Whether only blanks stand before an offset in its line. */
export function isFirstInLine(text: string, offset: number): boolean {
  return text.slice(lineStart(text, offset), offset).trim() === "";
}

/** Whether nothing but a comment stands behind an offset in its line. */
export function isLastInLine(text: string, offset: number): boolean {
  return /^\s*(#.*)?$/.test(text.slice(offset, lineEnd(text, offset)));
}
