import stringWidth from "string-width";
import { grandTotal } from "../../runtime/counters.ts";
import { type Paper, paint, printable } from "../print.ts";
import { codesByNode, letterCount, lettersInLine, lettersOf } from "./dead-letters.ts";
import { lag, perSecond, rate } from "./measure.ts";
import { type Column, count, duration, headed, sparkline, table, wrapped } from "./picture.ts";
import { queryIsIll, queryTable } from "./query-table.ts";
import type { RunState, RunView, ServiceState, SourceView } from "./run-view.ts";

const STATES: Record<RunState, { icon: string; style: Parameters<typeof paint>[1] }> = {
  STARTING: { icon: "○", style: ["cyan", "bold"] },
  RUNNING: { icon: "●", style: ["green", "bold"] },
  DEGRADED: { icon: "▲", style: ["yellow", "bold"] },
  DRAINING: { icon: "◐", style: ["cyan", "bold"] },
  STOPPED: { icon: "■", style: ["dim", "bold"] },
};

const LEFT: Column = { head: "", side: "left" };

const SERVICES: Record<ServiceState, string> = { starting: "…", ready: "✓", degraded: "▲", stopped: "■" };

/** The whole view as text, every line within the width, without a line break at the end. Pure: the same view gives the same text. */
export function render(view: RunView, paper: Paper): string {
  const lines = [
    headLine(view, paper),
    ...servicesLine(view, paper),
    "",
    ...sourceTable(view, paper),
    flow(paper),
    ...topicTable(view, paper),
    flow(paper),
    ...queryTable(view, paper),
    ...deadLetters(view, paper),
    ...troubles(view, paper),
    ...advice(view, paper),
  ];
  return lines.map((line) => fit(line, paper)).join("\n");
}

/** The run in one plain line, for a log. */
export function renderLine(view: RunView): string {
  const parts = [`[${clock(view.now - view.startedAt)}]`, view.state];
  if (view.reason !== undefined) parts.push(`(${printable(view.reason)})`);
  for (const source of view.sources) {
    const pace = view.state === "STOPPED" ? "" : `, ${count(sourceRate(view, source))}/s`;
    parts.push(` ${source.node} ${count(source.read)} read${pace}`);
  }
  for (const topic of view.topics) {
    const behind = lag(view, topic);
    if (behind !== undefined) parts.push(` lag ~${count(behind)}`);
  }
  for (const query of view.queries) {
    const again = query.repeats > 0 ? `, ${count(query.repeats)} ${query.updates ? "updated" : "replaced"}` : "";
    const last = query.last === undefined ? "" : `, batch ${duration(query.last.ms)}`;
    const watermark = query.last?.watermark ? `, watermark ${query.last.watermark.slice(11, 19)}Z` : "";
    parts.push(` ${query.collection ?? "dead letters"} ${count(query.written)} new${again}${last}${watermark}`);
  }
  const letters = lettersOf(view);
  if (grandTotal(letters) > 0) parts.push(` ${lettersInLine(letters)}`);
  return parts.join(" ");
}

/** Rows a second that a source reads now. */
function sourceRate(view: RunView, source: SourceView): number {
  return rate(readings(source), view.now);
}

function readings(source: SourceView): { at: number; total: number }[] {
  return source.samples.map(({ at, read }) => ({ at, total: read }));
}

function headLine(view: RunView, paper: Paper): string {
  const { icon, style } = STATES[view.state];
  const reason = view.reason === undefined ? "" : `  ${printable(view.reason)}`;
  const title = `${paint(paper, "bold", view.pipeline)} on ${view.target}`;
  return `${paint(paper, style, `${icon} ${view.state}`)}  ${title}  ${paint(paper, "dim", duration(wholeSeconds(view)))}${reason}`;
}

function wholeSeconds(view: RunView): number {
  return Math.floor((view.now - view.startedAt) / 1000) * 1000;
}

/** While everything is well the services need no line. */
function servicesLine(view: RunView, paper: Paper): string[] {
  if (view.services.length === 0) return [];
  if (view.state === "RUNNING" && view.services.every((service) => service.state === "ready")) return [];
  const words = view.services.map(({ service, state, message }) => {
    const text = `${SERVICES[state]} ${service} ${state}${message === undefined || state === "ready" ? "" : `: ${printable(message)}`}`;
    return paint(paper, state === "degraded" ? "yellow" : state === "ready" ? "green" : "dim", text);
  });
  return [words.join("   ")];
}

function flow(paper: Paper): string {
  return paint(paper, "dim", "   ↓");
}

function sourceTable(view: RunView, paper: Paper): string[] {
  const columns: Column[] = [
    { head: "SOURCE", side: "left" },
    { head: "rows/s", side: "right" },
    { head: "", side: "left" },
    { head: "read", side: "right" },
    { head: "in Kafka", side: "right" },
    { head: "", side: "left" },
  ];
  const bars = Math.max(0, Math.min(20, paper.width - 70));
  const rows = view.sources.map((source) => [
    source.node,
    source.connection === "waiting" || view.state === "STOPPED" ? "–" : count(sourceRate(view, source)),
    bars < 5 ? "" : sparkline(perSecond(readings(source), view.now, bars)).padEnd(bars),
    count(source.read),
    count(source.produced),
    sourceWord(source),
  ]);
  return headed(table(columns, rows), paper);
}

function sourceWord(source: SourceView): string {
  const words: string[] = [];
  if (source.connection === "waiting") words.push("not connected yet");
  if (source.connection === "degraded") words.push(`▲ ${printable(source.message ?? "degraded")}`);
  if (source.gaps > 0) words.push(`${source.gaps} gap${source.gaps === 1 ? "" : "s"}`);
  if (source.skipped > 0) words.push(`${count(source.skipped)} already there`);
  return words.join(", ");
}

function topicTable(view: RunView, paper: Paper): string[] {
  const columns: Column[] = [
    { head: "TOPIC", side: "left" },
    { head: "lag", side: "right" },
  ];
  const rows = view.topics.map((topic) => {
    const behind = lag(view, topic);
    return [topic, behind === undefined ? "–" : `~${count(behind)} rows`];
  });
  return headed(table(columns, rows), paper);
}

function deadLetters(view: RunView, paper: Paper): string[] {
  const letters = lettersOf(view);
  if (grandTotal(letters) === 0) return [];
  const [, ...body] = table([LEFT, LEFT], codesByNode(letters));
  return ["", paint(paper, "magenta", `✗ ${letterCount(letters)}`), ...body.map((line) => `  ${line}`)];
}

function troubles(view: RunView, paper: Paper): string[] {
  const lines = view.queries
    .filter((query) => queryIsIll(query) && query.message !== undefined)
    .flatMap((query) =>
      wrapped(`▲ ${query.query}: ${firstLine(query.message ?? "")}`, paper.width).map((line) => paint(paper, "yellow", line)),
    );
  for (const note of view.notes) {
    const text = `${note.level === "error" ? "✗" : "!"} ${firstLine(note.text)}`;
    lines.push(...wrapped(text, paper.width).map((line) => paint(paper, note.level === "error" ? "red" : "yellow", line)));
  }
  return lines.length === 0 ? [] : ["", ...lines];
}

function advice(view: RunView, paper: Paper): string[] {
  if (view.state === "STOPPED") return [];
  const text =
    view.state === "DRAINING" ? "finishing what was read; Ctrl-C again ends at once" : "Ctrl-C finishes what was read and ends";
  return ["", paint(paper, "dim", text)];
}

function firstLine(text: string): string {
  return printable(text.split("\n", 1)[0] ?? "");
}

/** Colour codes count for nothing in a line's width, so a line that is too long loses its colour with its end. */
function fit(line: string, paper: Paper): string {
  if (stringWidth(line) <= paper.width) return line;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape begins a colour code.
  const bare = line.replace(/\u001b\[[0-9;]*m/g, "");
  let width = 0;
  let end = 0;
  for (const char of bare) {
    width += stringWidth(char);
    if (width > paper.width - 1) break;
    end += char.length;
  }
  return `${bare.slice(0, end)}…`;
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  return seconds < 3600
    ? `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`
    : `${Math.floor(seconds / 3600)}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
}
