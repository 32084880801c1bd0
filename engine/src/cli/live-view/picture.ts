import stringWidth from "string-width";
import { type Paper, padTo, paint } from "../print.ts";

const LEVELS = "▁▂▃▄▅▆▇█";
const EIGHTHS = " ▏▎▍▌▋▊▉";

/** One character a value, the tallest value as a full block. Blank where nothing came. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values, 0);
  return values.map((value) => (value <= 0 ? " " : (LEVELS[Math.min(7, Math.floor((value / most) * 7.999))] ?? " "))).join("");
}

/** A bar of at most `width` cells for `part` of `whole`. Something that is not nothing always shows. */
export function bar(part: number, whole: number, width: number): string {
  if (part <= 0 || whole <= 0) return "";
  const eighths = Math.max(1, Math.round(Math.min(1, part / whole) * width * 8));
  return `${"█".repeat(Math.floor(eighths / 8))}${eighths % 8 === 0 ? "" : EIGHTHS[eighths % 8]}`;
}

/** A count with its thousands apart, such as `12,345`. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** A length of time that people read at a glance: `840 ms`, `12 s`, `3 min 07 s`, `2 h 05 min`, `2 d 6 h`. The editor writes it so too. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return ms < 10_000 && ms % 1000 !== 0 ? `${(ms / 1000).toFixed(1)} s` : `${seconds} s`;
  const two = (value: number) => String(value).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))} min`;
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`;
}

/** A column of a table: its heading and the side on which its cells stand. */
export interface Column {
  head: string;
  side: "left" | "right";
}

/** Lines of a table, the head first, two spaces between columns. Cells hold no colour; a missing one is blank. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const lines = [columns.map((column) => column.head), ...rows];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => stringWidth(line[at] ?? ""))));
  return lines.map((line) =>
    columns
      .map(({ side }, at) => {
        const cell = line[at] ?? "";
        const width = widths[at] ?? 0;
        return side === "left" ? padTo(cell, width) : " ".repeat(width - stringWidth(cell)) + cell;
      })
      .join("  ")
      .trimEnd(),
  );
}

/** The lines of a table with the head in the background. */
export function headed(lines: readonly string[], paper: Pick<Paper, "colour">): string[] {
  return lines.map((line, at) => (at === 0 ? paint(paper, "dim", line) : line));
}

/** At most three lines of `width` cells, the later ones indented under the first. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line.trim() !== "" && stringWidth(`${line} ${word}`) > width) {
      lines.push(line);
      line = ` ${word}`;
    } else line = line === "" ? word : `${line} ${word}`;
    if (line.startsWith(" ") && !line.startsWith("  ")) line = ` ${line}`;
  }
  lines.push(line);
  return lines.length <= 3 ? lines : [...lines.slice(0, 2), `${lines[2] ?? ""} …`];
}
