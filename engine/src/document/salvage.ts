import type { TextRange } from "./inner-range.ts";
import { lineOf } from "./lines.ts";

/** A text in which the nodes that could not be read are blanked out, each leaving its `-`. Every other character stands where it stood. */
export interface Salvaged {
  text: string;
  blanked: TextRange[];
}

/**
 * Takes the node out of a text in which something is no YAML, so that the others can be looked at. `nextMistake` is the offset of the first mistake
 * of a text. A bracket that is never closed is noticed only in the node behind it, so the one before goes too where that helps more. Undefined where the
 * mistake lies outside of the list of nodes.
 */
export function salvage(
  text: string,
  lines: readonly number[],
  mistake: number,
  nextMistake: (text: string) => number | undefined,
): Salvaged | undefined {
  const line = lineOf(lines, mistake);
  const items = itemsOf(text, lines);
  const at = items.findLastIndex((item) => item.line <= line);
  const item = items[at];
  if (item === undefined || line > item.lastLine) return undefined;
  const alone = blank(text, [item]);
  const before = items[at - 1];
  const reached = nextMistake(alone.text) ?? Number.POSITIVE_INFINITY;
  if (before === undefined || reached === Number.POSITIVE_INFINITY) return alone;
  const both = blank(text, [before, item]);
  return (nextMistake(both.text) ?? Number.POSITIVE_INFINITY) > reached ? both : alone;
}

function blank(text: string, items: readonly Item[]): Salvaged {
  const rest = items.reduce(
    (all, { from, to }) => all.slice(0, from) + all.slice(from, to).replace(/[^\r\n]/g, " ") + all.slice(to),
    text,
  );
  return { text: rest, blanked: items.map(({ from, to }) => ({ from, to })) };
}

interface Item extends TextRange {
  line: number;
  lastLine: number;
}

/** The entries of a block list under `nodes:` or `steps:`, by their indentation alone; `from` is behind the `-`. */
function itemsOf(text: string, lines: readonly number[]): Item[] {
  const lineAt = (line: number) => text.slice(lines[line - 1], lines[line]);
  const items: Item[] = [];
  let dash: string | undefined;
  let inNodes = false;
  for (let line = 1; line <= lines.length; line++) {
    const shown = lineAt(line);
    if (/^\s*(#.*)?$/.test(shown)) continue;
    if (/^(nodes|steps):\s*(#.*)?$/.test(shown)) inNodes = true;
    else if (inNodes && /^[^\s#-]/.test(shown)) inNodes = false;
    else if (inNodes) {
      dash ??= /^ *- /.exec(shown)?.[0];
      const from = (lines[line - 1] ?? 0) + (dash?.length ?? 0);
      const to = lines[line] ?? text.length;
      const open = items.at(-1);
      if (dash !== undefined && shown.startsWith(dash)) items.push({ from, to, line, lastLine: line });
      else if (open !== undefined) Object.assign(open, { to, lastLine: line });
    }
  }
  return items;
}
