import { isMap, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { TextChange } from "../changes.ts";
import type { Path } from "../plain-data.ts";

/** The numbers, from 0, of the lines of a text that are not there any more after changes. */
export function linesGone(text: string, changes: readonly TextChange[]): number[] {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const isStart = (offset: number) => offset === 0 || text[offset - 1] === "\n";
  const isEnd = (offset: number) => offset === text.length || text[offset] === "\n";
  const gone = new Set<number>();
  for (const { from, to, insert } of changes) {
    const leavesFirst = isEnd(from) && (insert === "" ? to > from && isEnd(to) : insert.startsWith("\n"));
    const leavesLast = isStart(to) && (insert === "" ? isStart(from) : insert.endsWith("\n"));
    for (const [line, start] of starts.entries()) {
      const end = (starts[line + 1] ?? text.length + 1) - 1;
      const isMet = from <= end && to >= start;
      const isLeft = (leavesFirst && end === from) || (leavesLast && start === to);
      if (isMet && !isLeft) gone.add(line);
    }
  }
  return [...gone];
}

/**
 * The numbers of the lines that a change of these values may touch, read by other code than that of the edits: those of the entry, or where there is none yet of
 * the nearest thing around it that would have to be written anew. `wide`: with the comments and blank lines before and behind it.
 */
export function linesOf(text: string, paths: readonly Path[], wide: boolean): Set<number> {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const lines = text.split("\n");
  const allowed = new Set<number>();
  const lineOf = (offset: number) => counter.linePos(offset).line - 1;
  const isLoose = (line: number) => /^\s*-?\s*(#.*)?$|^\s*,/.test(lines[line] ?? "x");
  const allow = (from: number, to: number) => {
    let [first, last] = [lineOf(from), lineOf(Math.max(from, to - 1))];
    while (wide && first > 0 && isLoose(first - 1)) first -= 1;
    while (wide && last + 1 < lines.length && isLoose(last + 1)) last += 1;
    for (let line = first; line <= last; line++) allowed.add(line);
  };
  for (const path of paths) {
    const [from, to] = rangeOf(document.contents, path);
    allow(from, to);
  }
  return allowed;
}

/** From the key (or the dash) to the end of the deepest entry on the way that is written; of what is not, the place in the flow around it, or only the key line. */
function rangeOf(root: Node | null, path: Path): [number, number] {
  let node: unknown = root;
  let range: [number, number] = [0, 0];
  for (const step of path) {
    const inFlow = (isMap(node) || isSeq(node)) && node.flow === true;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String((key as { value?: unknown }).value) === String(step));
      if (pair === undefined) return inFlow ? flowRange(node, range) : isEmpty(node) ? range : [range[0], range[0]];
      const [from = 0, keyEnd = from] = (pair.key as Node).range ?? [];
      range = [from, Math.max(keyEnd, (pair.value as Node | null)?.range?.[1] ?? keyEnd)];
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(step)] as Node | undefined;
      if (item === undefined) return inFlow ? flowRange(node, range) : isEmpty(node) ? range : [range[0], range[0]];
      range = [item.range?.[0] ?? 0, item.range?.[1] ?? 0];
      node = item;
    } else return range;
  }
  return range;
}

function isEmpty(node: { items: unknown[] }): boolean {
  return node.items.length === 0;
}

function flowRange(node: Node, [from]: [number, number]): [number, number] {
  return [Math.min(from, node.range?.[0] ?? from), node.range?.[1] ?? from];
}
