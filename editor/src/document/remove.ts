import { isMap } from "yaml";
import type { TextChange } from "./changes.ts";
import { placeOf } from "./insert.ts";
import type { Path } from "./plain-data.ts";
import { refuse } from "./refused.ts";
import { type Collection, columnOf, isFirstInLine, isLastInLine, type Place, type SpecText } from "./spec-text.ts";
import { lastLineEnd, lineAt, lineEnd, lineStart, ownComments } from "./text-lines.ts";

/** Takes entries out of a map or a list, with the comments that stand directly above them. What becomes empty is written `{}` or `[]`. */
export function removal(spec: SpecText, path: Path, indexes: ReadonlySet<number>): TextChange[] {
  const collection = spec.collection(path);
  const around = spec.place(path);
  if (collection === undefined || around === undefined) return refuse("There is nothing to remove.");
  const places = collection.items.map((_, i) => placeOf(spec, path, collection, i));
  if (indexes.size === places.length) return [...emptied(spec.text, around, collection, places)];
  return collection.flow === true ? fromFlow(spec.text, places, indexes) : fromBlock(spec.text, places, indexes);
}

function emptied(text: string, around: Place, collection: Collection, places: readonly Place[]): TextChange[] {
  const empty = isMap(collection) ? "{}" : "[]";
  const [first] = places;
  if (first === undefined) return [];
  const isBeside = lineStart(text, around.head) === lineStart(text, first.start);
  if (collection.flow === true || isBeside) return [{ from: around.from, to: around.end, insert: empty }];
  const from = ownComments(text, lineStart(text, first.start), columnOf(text, first.start), lineEnd(text, around.head) + 1);
  const to = lastLineEnd(text, around.end, columnOf(text, first.start));
  return [
    { from: around.head, to: around.head, insert: ` ${empty}` },
    { from: from - 1, to, insert: "" },
  ];
}

function fromFlow(text: string, places: readonly Place[], indexes: ReadonlySet<number>): TextChange[] {
  return runsOf(places, indexes).map(({ first, last, before, after }): TextChange => {
    const comma = /^\s*,/.exec(text.slice(last.end, last.end + 200))?.[0].length ?? 0;
    const isBeside = (a: number, b: number) => lineStart(text, a) === lineStart(text, b);
    if (isFirstInLine(text, first.start) && isLastInLine(text, last.end + comma)) {
      const from = ownComments(text, lineStart(text, first.start), columnOf(text, first.start), before?.end ?? 0);
      return { from, to: lineEnd(text, last.end + comma) + 1, insert: "" };
    }
    if (after !== undefined && isBeside(last.end, after.start)) return { from: first.start, to: after.start, insert: "" };
    if (before !== undefined && isBeside(before.end, first.start)) return { from: before.end, to: last.end, insert: "" };
    return { from: first.start, to: last.end + comma, insert: "" };
  });
}

/** What is removed, as runs of entries that follow each other, and what stays beside each. */
function runsOf(places: readonly Place[], indexes: ReadonlySet<number>) {
  const runs: { first: Place; last: Place; before: Place | undefined; after: Place | undefined }[] = [];
  for (const [i, place] of places.entries()) {
    if (!indexes.has(i)) continue;
    const open = indexes.has(i - 1) ? runs.pop() : undefined;
    runs.push({ first: open?.first ?? place, last: place, before: open ? open.before : places[i - 1], after: places[i + 1] });
  }
  return runs;
}

function fromBlock(text: string, places: readonly Place[], indexes: ReadonlySet<number>): TextChange[] {
  const changes = places.flatMap((place, i) => {
    if (!indexes.has(i)) return [];
    const next = places[i + 1];
    if (!isFirstInLine(text, place.start)) return besideDash(text, place, next, indexes.has(i + 1));
    return [blockLines(text, place, places[i - 1], i + 1 === places.length)];
  });
  // Two neighbours may both take the blank line between them.
  return changes.map((change, i) => ({ ...change, from: Math.max(change.from, changes[i - 1]?.to ?? 0) }));
}

/** The lines of an entry, and the blank line that would stand twice without them. */
function blockLines(text: string, place: Place, previous: Place | undefined, isLast: boolean): TextChange {
  const column = columnOf(text, place.start);
  const limit = previous === undefined ? 0 : lastLineEnd(text, previous.end, column) + 1;
  let from = ownComments(text, lineStart(text, place.start), column, limit);
  const last = lastLineEnd(text, place.end, column);
  let to = Math.min(last + 1, text.length);
  const isBlank = (start: number) => lineAt(text, start).kind === "blank";
  const isBeforeGap = to >= text.length || isBlank(to);
  if (previous !== undefined && (isBeforeGap || isLast)) {
    while (from > limit && isBlank(lineStart(text, from - 1))) from = lineStart(text, from - 1);
  } else if (previous === undefined && isBeforeGap) {
    while (to < text.length && isBlank(to)) to = lineAt(text, to).next;
  }
  // The last line of a text may have no end: then the one before loses its own.
  return last >= text.length && from > 0 ? { from: from - 1, to: last, insert: "" } : { from, to, insert: "" };
}

/** The first key of a map behind its dash: the next one takes its place. */
function besideDash(text: string, place: Place, next: Place | undefined, isNextRemoved: boolean): TextChange[] {
  if (next === undefined || isNextRemoved) return refuse("Remove these one after the other.");
  const between = text.slice(place.end, next.start);
  if (between.trim() === "") return [{ from: place.start, to: next.start, insert: "" }];
  const dash = text.slice(0, place.start).trimEnd().length;
  return [{ from: dash, to: place.end, insert: "" }];
}
