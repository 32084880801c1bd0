import { MultiBar, type SingleBar } from "cli-progress";
import type { RunEvent } from "../runtime/events.ts";
import { bar, duration } from "./live-view/picture.ts";
import { padTo, paint, paperOf, printable } from "./print.ts";

/** One piece of news of set-up. `done` never falls within a step; `total` is 0 as long as it is unknown. */
export type SetupEvent = Extract<RunEvent, { event: "setup" }>;

/** Shows set-up as it goes on. */
export interface SetupProgress {
  show(event: SetupEvent): void;
  /** True while a step has begun and not ended. */
  busy(): boolean;
  /** Leaves the terminal as it was found. Later events begin anew. */
  stop(): void;
}

const QUARTERS = 4;
const WIDTH = 24;
const LABEL = 34;

/** Bars, one per step and several at once, on a terminal; elsewhere a plain line per quarter of a step. `now` is in milliseconds. */
export function setupProgress(stream: NodeJS.WriteStream, now: () => number = Date.now): SetupProgress {
  const open = new Map<string, boolean>();
  const screen = stream.isTTY === true ? bars(stream, now) : lines(stream, now);
  return {
    show(event) {
      open.set(event.step, !isDone(event));
      screen.show(event);
    },
    busy: () => [...open.values()].some(Boolean),
    stop() {
      open.clear();
      screen.stop();
    },
  };
}

/** How far a step has come, in words: `12.3 of 43.0 MB`, `3 of 44 files`. */
export function amount({ done, total, unit }: Pick<SetupEvent, "done" | "total" | "unit">): string {
  if (unit === "steps") return total > 1 ? `${done} of ${total}` : "";
  const scale = unit === "bytes" ? 1_000_000 : 1;
  const text = (value: number) => (unit === "bytes" ? (value / scale).toFixed(1) : String(value));
  return `${text(done)}${total > 0 ? ` of ${text(total)}` : ""} ${unit === "bytes" ? "MB" : "files"}`;
}

interface Screen {
  show(event: SetupEvent): void;
  stop(): void;
}

function bars(stream: NodeJS.WriteStream, now: () => number): Screen {
  let multi: MultiBar | undefined;
  const known = new Map<string, { bar: SingleBar; startedAt: number; line: string }>();
  const start = () =>
    new MultiBar({
      stream,
      fps: 4,
      hideCursor: true,
      // The engine has its own answer to Ctrl-C.
      gracefulExit: false,
      emptyOnZero: true,
      clearOnComplete: true,
      format: (_options, _params, payload: { line: string }) => payload.line,
    });
  return {
    show(event) {
      multi ??= start();
      const old = known.get(event.step);
      const startedAt = old?.startedAt ?? now();
      const line = barLine(event, now() - startedAt, stream);
      // A step without a known total must not look complete to the library.
      const total = Math.max(event.total, event.done, 1);
      if (old === undefined) known.set(event.step, { bar: multi.create(total, event.done, { line }), startedAt, line });
      else {
        old.bar.setTotal(total);
        old.bar.update(event.done, { line });
        old.line = line;
      }
    },
    stop() {
      if (multi === undefined) return;
      multi.stop();
      // The library's own last picture counts colour codes as width and cuts them, so the last lines are written here.
      for (const { line } of known.values()) stream.write(`${line}\n`);
      stream.write("\n");
      multi = undefined;
      known.clear();
    },
  };
}

function barLine(event: SetupEvent, elapsed: number, stream: NodeJS.WriteStream): string {
  const paper = paperOf(stream);
  const sign = isDone(event) ? paint(paper, "green", "✓") : paint(paper, "cyan", "↓");
  const name = padTo(short(printable(event.label), LABEL), LABEL);
  const filled = bar(event.done, event.total, WIDTH);
  const track =
    paint(paper, isDone(event) ? "green" : "cyan", filled) + paint(paper, "dim", "·".repeat(Math.max(0, WIDTH - filled.length)));
  const text = `${amount(event)}${isDone(event) ? `  ${duration(elapsed)}` : ""}`.trim();
  return paper.width < LABEL + WIDTH + 30 ? `${sign} ${name}  ${amount(event)}` : `${sign} ${name}  ${track}  ${text}`;
}

function lines(stream: NodeJS.WriteStream, now: () => number): Screen {
  const told = new Map<string, { quarter: number; startedAt: number }>();
  return {
    show(event) {
      const old = told.get(event.step);
      const startedAt = old?.startedAt ?? now();
      const quarter = event.total > 0 ? Math.floor((event.done / event.total) * QUARTERS) : 0;
      if (old !== undefined && quarter <= old.quarter) return;
      told.set(event.step, { quarter, startedAt });
      const text = isDone(event) ? `done in ${duration(now() - startedAt)}` : amount(event);
      stream.write(`set-up: ${printable(event.label)}${text === "" ? "" : `  ${text}`}\n`);
    },
    stop: () => told.clear(),
  };
}

function isDone({ done, total }: SetupEvent): boolean {
  return total > 0 && done >= total;
}

function short(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
