import { createLogUpdate } from "log-update";
import type { Listener, RunEvent } from "../../runtime/events.ts";
import { type ChangeEvent, paint, paperOf, printable, printChanges } from "../print.ts";
import { setupProgress } from "../progress.ts";
import { reduce, tick } from "./reduce.ts";
import { render, renderLine } from "./render.ts";
import { type RunShape, type RunView, startView } from "./run-view.ts";
import { printRows } from "./shown-rows.ts";
import { printSummary } from "./summary.ts";

/** A run as people follow it. */
export interface LiveView {
  listen: Listener;
  /** Draws the last picture and the summary, and gives the terminal back. Events after it are ignored. */
  end(): void;
}

/** How the view is put on a stream: above stands what stays, below what is drawn over. */
interface Screen {
  /** Text that stays, ending with a line break. */
  say(text: string): void;
  /** Called after every event with the view it made; `event` is undefined when only time has passed. */
  draw(view: RunView, event: RunEvent | undefined): void;
  end(view: RunView): void;
}

const FRAME_MS = 250;
const LINE_MS = 5_000;

/**
 * Follows one run on `stream`: on a terminal a picture that is drawn over, four times a second; elsewhere a plain line every five seconds and
 * whenever something begins, breaks or ends. `now` gives epoch milliseconds.
 */
export function liveView(stream: NodeJS.WriteStream, shape: RunShape, now: () => number = Date.now): LiveView {
  let view = startView(shape, now());
  let over = false;
  let changes: ChangeEvent[] = [];
  const progress = setupProgress(stream, now);
  const screen = stream.isTTY === true ? terminal(stream) : log(stream);
  const draw = (event: RunEvent | undefined) => {
    if (progress.busy()) return;
    // Two that draw over their own last lines must not be open at once.
    progress.stop();
    screen.draw(view, event);
  };
  const timer = setInterval(() => {
    view = tick(view, now());
    draw(undefined);
  }, FRAME_MS);
  timer.unref();
  const settle = () => {
    progress.stop();
    if (changes.length > 0) screen.say(planText(changes, stream));
    changes = [];
  };
  return {
    listen(event) {
      if (over) return;
      view = reduce(view, event, now());
      if (event.event === "setup") {
        if (!progress.busy()) screen.say("");
        progress.show(event);
      } else if (event.event === "change") changes.push(event);
      else if (!progress.busy()) settle();
      if (event.event === "rows") screen.say(printRows(event, paperOf(stream)));
      if (event.event !== "setup" && event.event !== "change") draw(event);
    },
    end() {
      if (over) return;
      over = true;
      clearInterval(timer);
      settle();
      view = tick(view, now());
      screen.end(view);
    },
  };
}

/** A plan that changes nothing needs one line only. */
function planText(changes: readonly ChangeEvent[], stream: NodeJS.WriteStream): string {
  const paper = paperOf(stream);
  if (changes.every((change) => change.action === "keep")) {
    return paint(paper, "dim", `= ${changes.length} topics, collections and indexes are as planned`).concat("\n");
  }
  return `${printChanges(changes, paper)}\n`;
}

function updating(view: RunView): Set<string> {
  return new Set(view.queries.filter((query) => query.updates).map((query) => query.query));
}

function terminal(stream: NodeJS.WriteStream): Screen {
  const frame = createLogUpdate(stream, { showCursor: false });
  let drawnAt = Number.NEGATIVE_INFINITY;
  let height = 0;
  const show = (text: string) => {
    const lines = text.split("\n").length;
    // The library patches changed lines in place, and loses its place when a picture grows or shrinks at the end of the screen.
    if (lines !== height) frame.clear();
    height = lines;
    frame(text);
  };
  return {
    say(text) {
      frame.clear();
      stream.write(text);
    },
    draw(view, event) {
      if (event !== undefined && view.now - drawnAt < FRAME_MS && event.event !== "state") return;
      drawnAt = view.now;
      show(render(view, paperOf(stream)));
    },
    end(view) {
      show(render(view, paperOf(stream)));
      frame.done();
      if (view.summary !== undefined) stream.write(`\n${printSummary(view.summary, updating(view), paperOf(stream))}`);
    },
  };
}

function log(stream: NodeJS.WriteStream): Screen {
  let toldAt = Number.NEGATIVE_INFINITY;
  const tell = (view: RunView) => {
    toldAt = view.now;
    stream.write(`${renderLine(view)}\n`);
  };
  return {
    say: (text) => void stream.write(text),
    draw(view, event) {
      const line = event === undefined ? undefined : logLine(event);
      if (line !== undefined) stream.write(`${line}\n`);
      if (event?.event === "state" || view.now - toldAt >= LINE_MS) tell(view);
    },
    end(view) {
      if (view.state !== "STOPPED") tell(view);
      if (view.summary !== undefined) stream.write(printSummary(view.summary, updating(view), paperOf(stream)));
    },
  };
}

/** News that a log must hold at once, in one line; undefined for what the regular lines count. */
function logLine(event: RunEvent): string | undefined {
  switch (event.event) {
    case "service":
      return words(event.service, event.state, event.message);
    case "query":
      return words(
        event.query,
        event.state,
        event.message,
        event.node === undefined ? undefined : `at ${event.node} ${event.at ?? ""}`,
      );
    case "table":
      return words(event.node, "has read its table again", undefined, `${event.rows} rows`);
    case "warning":
      return words("warning:", event.message, event.hint);
    case "source":
      return event.news.event === "connected"
        ? words(event.node, "connected to", undefined, event.news.url)
        : event.news.event === "degraded"
          ? words(event.node, "degraded", event.news.message, `attempt ${event.news.attempt}, next in ${event.news.retryInMs} ms`)
          : event.news.event === "gap"
            ? words(event.node, "gap", event.news.reason, `from ${event.news.from} to ${event.news.to}`)
            : words(event.node, "threw half a record away", `${event.news.bytes} bytes`);
    default:
      return undefined;
  }
}

function words(who: string, what: string, message?: string, where?: string): string {
  const head = [who, what, where].filter((word) => word !== undefined).join(" ");
  return printable(message === undefined ? head : `${head.trimEnd()}: ${message}`).replaceAll("\n", " ");
}
