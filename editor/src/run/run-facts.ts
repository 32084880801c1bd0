import type { SummaryEvent } from "../../../engine/src/runtime/events.ts";
import type { Live, LiveEvent, LiveNode, Told } from "../state/live.ts";
import { texts } from "../texts/run.ts";
import { longNumber } from "./written.ts";

/** Why a run failed, and what to do. */
export interface Failure {
  message: string;
  hint?: string;
  code?: string;
  /** The node where it happened, where that is known. */
  node?: string;
}

/** One bar of the picture of where the rows went. */
export interface Bar {
  label: string;
  rows: number;
  kind: "source" | "topic" | "sink" | "filtered" | "dead" | "late";
  note?: string;
  /** The node that it is about. */
  node?: string;
}

/** The command ended well, or because somebody asked it to. */
const FINE = new Set<unknown>([0, 130]);

const last = <Name extends LiveEvent["event"]>(told: readonly Told[], name: Name) =>
  told.findLast(({ event }) => event.event === name)?.event as Extract<LiveEvent, { event: Name }> | undefined;

/** What made the run fail; empty for one that goes on or ended as it should. */
export function failuresOf({ told }: Live): Failure[] {
  const exit = last(told, "exit");
  const problem = last(told, "problem");
  const failed = told.findLast(({ event }) => event.event === "query" && event.state === "failed")?.event;
  const node = failed?.event === "query" ? (failed.node ?? failed.query) : undefined;
  const where = node === undefined ? {} : { node };
  if (problem !== undefined) {
    const { message, hint = "", code } = problem;
    return [{ message, code, ...where, ...(hint !== "" && { hint }) }];
  }
  if (exit === undefined || FINE.has(exit.code)) return [];
  const mistakes = told.flatMap(({ event }) => (event.event === "diagnostic" && event.severity === "error" ? [event] : []));
  if (mistakes.length > 0)
    return mistakes.map(({ message, hint, code, at }) => ({
      message: `${message} (${texts.line(at.line)})`,
      code,
      ...(hint !== undefined && { hint }),
    }));
  return [{ message: texts.endedWith(String(exit.code ?? "none")), hint: texts.endedHint, ...where }];
}

/** What is wrong with a run that goes on. */
export function troubleOf({ state, told }: Live): string | undefined {
  return state === "DEGRADED" ? (last(told, "state")?.reason ?? "") : undefined;
}

/** How a run ended; undefined before. */
export function summaryOf({ told }: Live): SummaryEvent | undefined {
  return last(told, "summary");
}

/** The step of a set-up that goes on before anything runs. */
export function preparingOf({ told }: Live): Extract<LiveEvent, { event: "setup" }> | undefined {
  const event = told.at(-1)?.event;
  return event?.event === "setup" ? event : undefined;
}

/** When it began and ended, in epoch milliseconds. */
export function timesOf({ told }: Live): { from: number | undefined; to: number | undefined } {
  return { from: told[0]?.at, to: told.findLast(({ event }) => event.event === "exit")?.at };
}

/** Where the rows went so far, or in all where the run has ended. */
export function barsOf(live: Live): Bar[] {
  const nodes = Object.entries(live.nodes);
  const summary = summaryOf(live);
  const sum = (of: "produced" | "filtered" | "dead" | "late") => nodes.reduce((all, [, node]) => all + (node[of] ?? 0), 0);
  const sources = nodes.filter(([, { read }]) => read !== undefined);
  const sinks = nodes.filter(([, { written }]) => written !== undefined);
  const [filtered, dead, late] = [
    summary?.filtered ?? sum("filtered"),
    summary?.deadLettered ?? sum("dead"),
    summary?.late ?? sum("late"),
  ];
  const readIn = (node: LiveNode) => (sources.length === 1 ? (summary?.read ?? node.read) : node.read) ?? 0;
  return [
    ...sources.map(([id, node]): Bar => ({ label: texts.read(id), rows: readIn(node), kind: "source", node: id })),
    ...(sources.length > 0
      ? [{ label: texts.inKafka, rows: summary?.produced ?? sum("produced"), kind: "topic" } satisfies Bar]
      : []),
    ...sinks.map(([node, sofar]): Bar => {
      const { written, repeats } = summary?.sinks[node] ?? { written: sofar.written ?? 0, repeats: sofar.repeats ?? 0 };
      const note = repeats > 0 ? { note: texts.replaced(longNumber(repeats)) } : {};
      return { label: texts.to(node), rows: written, kind: "sink", node, ...note };
    }),
    ...(filtered > 0 ? [{ label: texts.filtered, rows: filtered, kind: "filtered" } satisfies Bar] : []),
    ...(late > 0 ? [{ label: texts.late, rows: late, kind: "late" } satisfies Bar] : []),
    ...(dead > 0 ? [{ label: texts.deadLetters, rows: dead, kind: "dead" } satisfies Bar] : []),
  ];
}

/** What people should know of how a run ended. */
export function remarksOf({ late, openWindows, gaps, broken }: SummaryEvent): string[] {
  const rules = Object.entries(broken).flatMap(([node, counts]) => {
    const told = Object.entries(counts).filter(([, rows]) => rows > 0);
    return told.length === 0 ? [] : [texts.broken(node, told.map(([rule, rows]) => `${rule} ${longNumber(rows)}`).join(", "))];
  });
  return [
    ...rules,
    ...(late > 0 ? [texts.lateRows(longNumber(late))] : []),
    ...(openWindows > 0 ? [texts.openWindows(openWindows)] : []),
    ...(gaps > 0 ? [texts.gaps(gaps)] : []),
  ];
}
