import { styleText } from "node:util";
import stringWidth from "string-width";
import type { Diagnostic } from "../diagnostic.ts";
import { cover, maskSecrets } from "../mask.ts";
import type { EnvironmentProblem } from "../runtime/environment-problem.ts";
import type { RunEvent } from "../runtime/events.ts";

/** How text for people is drawn. `width` is in terminal cells. */
export interface Paper {
  colour: boolean;
  width: number;
}

/** One line of a plan: what will be, or was, done to one thing. */
export type ChangeEvent = Extract<RunEvent, { event: "change" }>;

type Style = Parameters<typeof styleText>[0];

const TAB = 4;
const ELLIPSIS = "…";

/** What the stream can show: no colour where it is no terminal, or NO_COLOR or TERM=dumb ask for none. */
export function paperOf(stream: NodeJS.WriteStream): Paper {
  return { colour: stream.isTTY === true && stream.hasColors(), width: stream.columns ?? 100 };
}

/** The text in the style, or as it is where the paper has no colour. */
export function paint(paper: Pick<Paper, "colour">, style: Style, text: string): string {
  return paper.colour ? styleText(style, text, { validateStream: false }) : text;
}

/** The text with every control and direction character spelled out, so that a value of a stranger cannot steer the terminal. */
export function printable(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach the terminal.
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * All diagnostics in the order of the file, each with its source line and a caret, and a line that counts them.
 * `textOf` gives the text a diagnostic's offsets belong to, undefined where it cannot be had. Empty for no diagnostics.
 */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  textOf: (file: string) => string | undefined,
  paper: Paper,
): string {
  if (diagnostics.length === 0) return "";
  const shown = (file: string) => {
    const text = textOf(file);
    return text === undefined ? undefined : withoutSecrets(text, file, diagnostics);
  };
  const blocks = inOrder(diagnostics).map((diagnostic) => printDiagnostic(diagnostic, shown(diagnostic.at.file), paper));
  return `${blocks.join("\n\n")}\n\n${countLine(diagnostics, paper)}\n`;
}

/** The text with its secrets covered: a diagnostic quotes its whole line, and what it prints may end in the log of a build. */
function withoutSecrets(text: string, file: string, diagnostics: readonly Diagnostic[]): string {
  let covered = text;
  for (const { code, at } of diagnostics) {
    if (code === "secret/literal" && at.file === file)
      covered = covered.slice(0, at.from) + cover(covered.slice(at.from, at.to)) + covered.slice(at.to);
  }
  return covered;
}

/** The same diagnostics for a machine: one JSON event a line, `{"event":"diagnostic", …}`. */
export function diagnosticLines(diagnostics: readonly Diagnostic[]): string {
  return inOrder(diagnostics)
    .map((diagnostic) => `${JSON.stringify({ event: "diagnostic", ...diagnostic })}\n`)
    .join("");
}

/** What of the environment is missing, and what mends it. */
export function printProblem(problem: Pick<EnvironmentProblem, "code" | "message" | "hint">, paper: Paper): string {
  const head = `${paint(paper, ["red", "bold"], "error")}  ${paint(paper, "dim", problem.code)}`;
  const lines = [head, ...indented(problem.message, 2)];
  if (problem.hint !== "") lines.push(...labelled("to mend it:", problem.hint, paper));
  return `${lines.join("\n")}\n`;
}

/** The same problem for a machine: one JSON event, `{"event":"problem", …}`. */
export function problemLine(problem: Pick<EnvironmentProblem, "code" | "message" | "hint">): string {
  return `${JSON.stringify({ event: "problem", code: problem.code, message: problem.message, hint: problem.hint })}\n`;
}

const CHANGES: Record<ChangeEvent["action"], { sign: string; style: Style }> = {
  create: { sign: "+", style: "green" },
  update: { sign: "~", style: "yellow" },
  keep: { sign: "=", style: "dim" },
  refuse: { sign: "!", style: ["red", "bold"] },
};

/** A plan as a table, a line per change, and a line that counts them by action. */
export function printChanges(changes: readonly ChangeEvent[], paper: Paper): string {
  if (changes.length === 0) return "nothing to change\n";
  const nameWidth = Math.max(...changes.map((change) => stringWidth(printable(change.name))));
  const lines = changes.flatMap((change) => {
    const { sign, style } = CHANGES[change.action];
    const head = `${sign} ${change.action.padEnd(6)}  ${change.kind.padEnd(10)}  ${padTo(printable(change.name), nameWidth)}`;
    const line = `${paint(paper, style, head)}  ${paint(paper, change.action === "keep" ? "dim" : "reset", printable(change.detail))}`;
    return [line.trimEnd(), ...(change.hint === undefined ? [] : labelled("to mend it:", change.hint, paper))];
  });
  const counts = (["create", "update", "keep", "refuse"] as const)
    .map((action) => [action, changes.filter((change) => change.action === action).length] as const)
    .filter(([, count]) => count > 0)
    .map(([action, count]) => paint(paper, CHANGES[action].style, `${count} to ${action}`));
  return `${lines.join("\n")}\n\n${counts.join(", ")}\n`;
}

/** The text filled with spaces up to `width` cells. */
export function padTo(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - stringWidth(text)));
}

function printDiagnostic(diagnostic: Diagnostic, text: string | undefined, paper: Paper): string {
  const { at, severity } = diagnostic;
  const style: Style = severity === "error" ? ["red", "bold"] : ["yellow", "bold"];
  const place = paint(paper, "bold", `${printable(at.file)}:${at.line}:${at.column}`);
  const lines = [
    `${place}  ${paint(paper, style, severity)}  ${paint(paper, "dim", diagnostic.code)}`,
    ...indented(diagnostic.message, 2),
  ];
  if (text !== undefined && at.from <= text.length) lines.push(...snippet(diagnostic, text, paper, style));
  if (diagnostic.hint !== undefined) lines.push(...labelled("hint:", diagnostic.hint, paper));
  return lines.join("\n");
}

function labelled(label: string, text: string, paper: Paper): string[] {
  const [first = "", ...rest] = printable(text).split("\n");
  return [`  ${paint(paper, "cyan", label)} ${first}`, ...rest.map((line) => `  ${" ".repeat(label.length)} ${line}`)];
}

function indented(text: string, by: number): string[] {
  return printable(text)
    .split("\n")
    .map((line) => " ".repeat(by) + line);
}

/** A piece of the source line as it is shown: its cells, and where it begins in the file. */
interface Cell {
  text: string;
  width: number;
  offset: number;
}

function snippet(diagnostic: Diagnostic, text: string, paper: Paper, style: Style): string[] {
  const { from, to, line } = diagnostic.at;
  const start = text.lastIndexOf("\n", from - 1) + 1;
  const newline = text.indexOf("\n", start);
  const source = maskSecrets(text.slice(start, newline === -1 ? text.length : newline).replace(/\r$/, ""));
  const cells = cellsOf(source, start);
  const first = cells.findIndex((cell) => cell.offset + cell.text.length > from && cell.offset >= from);
  const begin = first === -1 ? cells.length : first;
  const end = Math.max(begin, cells.filter((cell) => cell.offset < to).length);
  const number = String(line);
  const shown = cut(cells, begin, end, Math.max(20, paper.width - number.length - 5));
  const bar = paint(paper, "dim", "│");
  const caret = " ".repeat(shown.before) + paint(paper, style, "^".repeat(Math.max(1, shown.marked)));
  return [`  ${paint(paper, "dim", number)} ${bar} ${shown.text}`.trimEnd(), `  ${" ".repeat(number.length)} ${bar} ${caret}`];
}

function cellsOf(source: string, start: number): Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  for (const { segment, index } of new Intl.Segmenter("en", { granularity: "grapheme" }).segment(source)) {
    const text = segment === "\t" ? " ".repeat(TAB - (column % TAB)) : printable(segment);
    const width = stringWidth(text);
    cells.push({ text, width, offset: start + index });
    column += width;
  }
  return cells;
}

/** The part of a line that fits into `room` cells around the marked ones, and where the caret goes under it. */
function cut(cells: Cell[], begin: number, end: number, room: number): { text: string; before: number; marked: number } {
  const widthOf = (from: number, to: number) => cells.slice(from, to).reduce((sum, cell) => sum + cell.width, 0);
  let left = 0;
  let right = cells.length;
  if (widthOf(left, right) > room) {
    while (left < begin && widthOf(left, begin) > room / 3 && widthOf(left, right) > room - 2) left++;
    while (right > left + 1 && widthOf(left, right) > room - 2) right--;
  }
  const head = left > 0 ? ELLIPSIS : "";
  const tail = right < cells.length ? ELLIPSIS : "";
  const body = cells.slice(left, right).map((cell) => cell.text);
  const before = head.length + widthOf(left, begin);
  return { text: head + body.join("") + tail, before, marked: widthOf(begin, Math.min(end, right)) };
}

function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort((a, b) => (a.at.file < b.at.file ? -1 : a.at.file > b.at.file ? 1 : a.at.from - b.at.from));
}

function countLine(diagnostics: readonly Diagnostic[], paper: Paper): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
  const warnings = diagnostics.length - errors;
  const parts: string[] = [];
  if (errors > 0) parts.push(paint(paper, ["red", "bold"], plural(errors, "error")));
  if (warnings > 0) parts.push(paint(paper, ["yellow", "bold"], plural(warnings, "warning")));
  const files = [...new Set(diagnostics.map((diagnostic) => diagnostic.at.file))];
  return `${parts.join(", ")} in ${files.length === 1 ? printable(files[0] ?? "") : plural(files.length, "file")}`;
}

/** So many of something: `1 file`, `2 files`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
