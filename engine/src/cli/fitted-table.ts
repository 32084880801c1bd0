import stringWidth from "string-width";
import { padTo, printable } from "./print.ts";

/**
 * Lines of a table, as many columns of it as fit into `room` cells, at least one. `columns`: the cells of each, its head first; a cell is cut at
 * `most` cells. `fitting`: how many columns there are.
 */
export function fittedTable(
  columns: readonly (readonly string[])[],
  room: number,
  most: number,
): { lines: string[]; fitting: number } {
  const shown = columns.map((column) => column.map(onOneLine));
  const widths = shown.map((column) => Math.min(most, Math.max(...column.map((cell) => stringWidth(cell)))));
  let fitting = 0;
  let left = room;
  while (fitting < widths.length && (fitting === 0 || left >= (widths[fitting] ?? 0))) left -= (widths[fitting++] ?? 0) + 2;
  const lines = Array.from({ length: shown[0]?.length ?? 0 }, (_, at) =>
    shown
      .slice(0, fitting)
      .map((column, i) => padTo(cut(column[at] ?? "", widths[i] ?? 0), widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return { lines, fitting };
}

function onOneLine(text: string): string {
  return printable(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}

/** The text, its end replaced by `…` where it is wider than `width` cells. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = "";
  for (const character of text) {
    if (stringWidth(kept + character) >= width) break;
    kept += character;
  }
  return `${kept}…`;
}
