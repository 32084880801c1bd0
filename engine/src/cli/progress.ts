import { createLogUpdate } from "log-update";
import stringWidth from "string-width";
import type { RunEvent } from "../runtime/events.ts";
import { bar, duration } from "./live-view/picture.ts";
import { type Paper, padTo, paint, paperOf, printable } from "./print.ts";

/** One piece of news of set-up. `done` reaches `total` when the step has ended; `total` is 0 as long as it is unknown. */
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
const FRAME_MS = 250;

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
  const text = (value: number) => (unit === "bytes" ? (value / 1_000_000).toFixed(1) : String(value));
  if (done === 0 && total === 0) return "";
  return `${text(done)}${total > 0 ? ` of ${text(total)}` : ""} ${unit === "bytes" ? "MB" : "files"}`;
}

interface Screen {
  show(event: SetupEvent): void;
  stop(): void;
}

/** A step as a bar shows it. `ms` is how long it has taken. */
export interface Step {
  event: SetupEvent;
  ms: number;
}

function bars(stream: NodeJS.WriteStream, now: () => number): Screen {
  const frame = createLogUpdate(stream, { showCursor: false });
  const steps = new Map<string, { event: SetupEvent; startedAt: number; endedAt?: number }>();
  let drawnAt = Number.NEGATIVE_INFINITY;
  const draw = () => {
    drawnAt = now();
    const shown = [...steps.values()].map(({ event, startedAt, endedAt }) => ({ event, ms: (endedAt ?? drawnAt) - startedAt }));
    frame(shown.map((step) => barLine(step, paperOf(stream))).join("\n"));
  };
  return {
    show(event) {
      const old = steps.get(event.step);
      const startedAt = old?.startedAt ?? now();
      steps.set(event.step, { event, startedAt, ...(isDone(event) && { endedAt: old?.endedAt ?? now() }) });
      if (old === undefined || isDone(event) || now() - drawnAt >= FRAME_MS) draw();
    },
    stop() {
      if (steps.size === 0) return;
      draw();
      frame.done();
      stream.write("\n");
      steps.clear();
    },
  };
}

const MOST_NAME = 32;
const LEAST_NAME = 12;
const MOST_TRACK = 30;
const LEAST_TRACK = 8;
// "450.1 of 450.1 MB  1 min 07 s"
const TEXT = 29;

/** One line for one step, never wider than the paper: name, bar, amount and time, of which a narrow paper loses the bar, then the time. */
export function barLine({ event, ms }: Step, paper: Paper): string {
  const sign = isDone(event) ? paint(paper, "green", "✓") : paint(paper, "cyan", "↓");
  // The last column stays free: some terminals wrap when it is written.
  const room = paper.width - 1 - "✓ ".length;
  const nameWidth = Math.max(LEAST_NAME, Math.min(MOST_NAME, room - TEXT - LEAST_TRACK - 4));
  const trackWidth = Math.min(MOST_TRACK, room - nameWidth - TEXT - 4);
  if (trackWidth < LEAST_TRACK) return `${sign} ${withoutTrack({ event, ms }, room)}`.trimEnd();
  const words = firstThatFits(wordings({ event, ms }), TEXT);
  return `${sign} ${cell(event.label, nameWidth)}  ${track(event, trackWidth, paper)}  ${words}`.trimEnd();
}

function withoutTrack(step: Step, room: number): string {
  const words = firstThatFits(wordings(step), room - LEAST_NAME - 2);
  const left = words === "" ? room : room - stringWidth(words) - 2;
  return `${cell(step.event.label, Math.min(MOST_NAME, left))}  ${words}`;
}

/** What is said of a step beside its name, the most telling first. */
function wordings({ event, ms }: Step): string[] {
  const time = isDone(event) ? duration(ms) : ms >= 1_000 ? duration(Math.floor(ms / 1_000) * 1_000) : "";
  const both = [amount(event), time].filter((word) => word !== "").join("  ");
  return [both, amount(event), time];
}

function firstThatFits(texts: string[], width: number): string {
  return texts.find((text) => stringWidth(text) <= width) ?? "";
}

function track(event: SetupEvent, width: number, paper: Paper): string {
  const filled = bar(event.done, event.total, width);
  const rest = "·".repeat(Math.max(0, width - filled.length));
  return paint(paper, isDone(event) ? "green" : "cyan", filled) + paint(paper, "dim", rest);
}

function lines(stream: NodeJS.WriteStream, now: () => number): Screen {
  const told = new Map<string, { quarter: number; startedAt: number; label: string }>();
  return {
    show(event) {
      const old = told.get(event.step);
      // What a step is just at differs from line to line; its own name, which comes first, does not.
      const { startedAt, label } = old ?? { startedAt: now(), label: event.label };
      const quarter = event.total > 0 ? Math.floor((event.done / event.total) * QUARTERS) : 0;
      if (old !== undefined && quarter <= old.quarter) return;
      told.set(event.step, { quarter, startedAt, label });
      const text = isDone(event) ? `done in ${duration(now() - startedAt)}` : amount(event);
      stream.write(`set-up: ${printable(label)}${text === "" ? "" : `  ${text}`}\n`);
    },
    stop: () => told.clear(),
  };
}

function isDone({ done, total }: SetupEvent): boolean {
  return total > 0 && done >= total;
}

/** The text in exactly so many cells, cut where it is too long. */
function cell(text: string, width: number): string {
  const whole = printable(text);
  if (stringWidth(whole) <= width) return padTo(whole, width);
  let cut = "";
  for (const { segment } of new Intl.Segmenter("en").segment(whole)) {
    if (stringWidth(cut + segment) > width - 1) break;
    cut += segment;
  }
  return padTo(`${cut}…`, width);
}
