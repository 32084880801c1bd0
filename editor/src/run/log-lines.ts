import type { LogLine } from "../api/client.ts";
import type { Told } from "../state/live.ts";
import { texts } from "../texts/run.ts";
import { clock, duration, preparingWords } from "./written.ts";

/** A line of the log. `at` is in epoch milliseconds. */
export interface Line {
  key: string;
  at: number;
  /** The node that it is about, where it is about one. */
  node?: string;
  level: "info" | "warning" | "error";
  text: string;
}

/** What a run told, in words. What is measured is no line. */
export function linesOf(told: readonly Told[]): Line[] {
  return told.flatMap(({ number, at, event }) =>
    wordsOf(event).map((words, part) => ({ level: "info" as const, ...words, at, key: `${number}.${part}.${event.event}` })),
  );
}

/** What the command printed for people, each line about the first node that it names. */
export function printedLines(printed: readonly LogLine[], nodes: readonly string[]): Line[] {
  return printed.map(({ number, at, text }) => {
    const words = new Set(text.match(/[\w-]+/g));
    const node = nodes.find((id) => words.has(id));
    return { key: `p${number}`, at, level: "info", text, ...(node !== undefined && { node }) };
  });
}

/** The lines of a node, or of all, with a text in them in whatever case. */
export function fitting(lines: readonly Line[], node: string | undefined, text: string): Line[] {
  const wanted = text.trim().toLowerCase();
  return lines.filter(
    (line) =>
      (node === undefined || line.node === node) &&
      (wanted === "" || `${line.node ?? ""} ${line.text}`.toLowerCase().includes(wanted)),
  );
}

type Words = Pick<Line, "text"> & Partial<Pick<Line, "node" | "level">>;

function wordsOf(event: Told["event"]): Words[] {
  switch (event.event) {
    case "state":
      return [{ text: joined(texts.states[event.state] ?? event.state, event.reason), level: levelOf(event.state) }];
    case "service":
      return [{ text: joined(texts.service(event.service, event.state), event.message), level: levelOf(event.state) }];
    case "change":
      return event.action === "keep"
        ? []
        : [
            {
              text: joined(texts.change(event.action, event.kind, event.name, event.detail), event.hint),
              level: event.action === "refuse" ? "error" : "info",
            },
          ];
    case "source":
      return [{ node: event.node, ...sourceWords(event.news) }];
    case "query":
      return [
        {
          node: event.node ?? event.query,
          text: joined(
            [event.node === undefined ? "" : event.query, event.state, event.at === undefined ? "" : `(${event.at})`]
              .join(" ")
              .trim(),
            event.message,
          ),
          level: levelOf(event.state),
        },
      ];
    case "table":
      return [{ node: event.node, text: texts.table(event.rows) }];
    case "rows": {
      const rows = event.rows.map((row) => event.columns.map((name, at) => `${name} = ${row[at] ?? "null"}`).join("   "));
      const all = [...rows, ...(event.left > 0 ? [texts.moreRows(event.left)] : [])];
      return all.map((text) => ({ node: event.query, text: `#${event.batch}   ${text}` }));
    }
    case "warning":
    case "problem":
    case "diagnostic":
      return [
        {
          text: joined(event.message, event.hint),
          level:
            event.event === "warning" || (event.event === "diagnostic" && event.severity === "warning") ? "warning" : "error",
        },
      ];
    case "first":
      return [
        {
          node: event.node,
          text: event.what === "late" ? texts.firstLate : texts.firstDead(event.codes.join(", ")),
          level: "warning",
        },
      ];
    case "exit":
      return [{ text: texts.exit(event.code), level: event.code === 0 || event.code === 130 ? "info" : "error" }];
    case "setup":
      return [{ text: preparingWords(event) }];
    default:
      return [];
  }
}

function sourceWords(news: Extract<Told["event"], { event: "source" }>["news"]): Words {
  switch (news.event) {
    case "connected":
      return { text: texts.connected(news.url) };
    case "degraded":
      return { text: texts.degraded(news.message, duration(news.retryInMs)), level: "warning" };
    case "gap":
      return { text: texts.gap(clock(Date.parse(news.from)), clock(Date.parse(news.to)), news.reason), level: "warning" };
    case "discarded":
      return { text: texts.discarded(news.bytes), level: "warning" };
  }
}

function levelOf(state: string): Line["level"] {
  if (state === "failed") return "error";
  return ["DEGRADED", "degraded", "restarting"].includes(state) ? "warning" : "info";
}

function joined(text: string, more: string | undefined): string {
  return more === undefined || more === "" ? text : `${text}: ${more}`;
}
