import type { Column } from "../column-type.ts";
import { parseDuration, sparkInterval } from "../duration.ts";
import { checkTimestamp, otherWatermark } from "./event-time.ts";
import type { Arguments, NodeContext, Stream } from "./node-kind.ts";
import { sqlPath } from "./paths.ts";

/** The settings of a node that forms groups within windows of event time. `gap` makes sessions; not every such node can. */
export interface Windowed {
  window: {
    on: string;
    size: string | null;
    slide: string | null;
    gap?: string | null;
    watermark: string;
    maxAhead: string;
  } | null;
  emit: "updates" | "final";
  by: string[];
}

type Context = NodeContext<Windowed>;

const TIMESTAMP = { kind: "timestamp" } as const;
const COLUMNS: Column[] = [
  { name: "window_start", type: TIMESTAMP, required: true },
  { name: "window_end", type: TIMESTAMP, required: true },
];

/** What the windows of a node add to it; a node without windows has empty ones. */
export interface Windows {
  columns: Column[];
  /** Of the output: Spark tells the time of a window by its last moment, and only rows that are final may be told the time of. */
  traits: Pick<Stream, "eventTime" | "watermark" | "final">;
  /** Names of the rows that must not touch the state: `on`, `max_ahead`. */
  guard: Arguments;
  arguments: Arguments;
  /** The delay of the watermark that is set here, in milliseconds. */
  watermark?: number;
  /** What a checkpoint depends on. */
  state: Arguments;
}

const interval = (duration: string) => sparkInterval(parseDuration(duration) ?? 0);

/** Says what the windows of the config become. Its mistakes are told by `checkWindows`. */
export function windowsOf({ config: { window, emit }, inputs }: Context): Windows {
  if (window === null) return { columns: [], traits: {}, guard: {}, arguments: {}, state: {} };
  const delay = parseDuration(window.watermark) ?? 0;
  // Where the watermark comes from above, the times have been looked at there.
  const isGiven = inputs[0]?.watermark !== undefined;
  const shape: Arguments = {
    ...(window.size !== null && { size: interval(window.size) }),
    ...(window.slide !== null && { slide: interval(window.slide) }),
    ...(typeof window.gap === "string" && { gap: interval(window.gap) }),
  };
  return {
    columns: COLUMNS,
    traits: emit === "final" ? { eventTime: "window_end", watermark: delay, final: true } : { eventTime: "window_start" },
    guard: { on: sqlPath(window.on), max_ahead: isGiven ? null : interval(window.maxAhead) },
    arguments: { ...shape, watermark: isGiven ? null : interval(window.watermark), ...(emit === "final" && { final: true }) },
    ...(!isGiven && { watermark: delay }),
    state: { on: window.on, ...shape, watermark: interval(window.watermark) },
  };
}

/** True where rows come in windows that are sent once, and the node has none of its own: then the windows above are its own. */
export function hasGivenWindows({ config: { window }, inputs }: Context): boolean {
  return window === null && inputs[0]?.final === true && inputs[0].watermark !== undefined;
}

/** What windows from above add to a node that keeps them. */
export function givenWindows({ eventTime, watermark }: Stream): Windows {
  const traits: Windows["traits"] = {
    ...(eventTime !== undefined && { eventTime }),
    ...(watermark !== undefined && { watermark }),
    final: true,
  };
  return { columns: [], traits, guard: {}, arguments: { given: true, final: true }, state: { given: true } };
}

/** Reports what Spark cannot run of windows from above. */
export function checkGivenWindows({ config: { emit }, report }: Context): void {
  if (emit === "final") return;
  report([], {
    code: "window/updates-below-final",
    message:
      "It would send updates, but reads windows that are sent once: Spark runs both in one query, which does the one or the other.",
    hint: "write `emit: final` here too",
  });
}

/** Reports every mistake in the windows, and what Spark cannot run. */
export function checkWindows(context: Context): void {
  checkInput(context);
  checkMode(context);
  if (context.config.window === null) {
    checkTotals(context);
    return;
  }
  checkShape(context);
  checkSession(context);
  checkTime(context);
  checkWatermark(context);
}

function checkInput({ inputs, report }: Context): void {
  if (inputs[0]?.changes !== "update") return;
  report([], {
    code: "window/below-updates",
    message: "These rows are sent again whenever they change, and this node would take each update for a new row.",
    hint: "write `emit: final` in the node above if it has windows, group once with both groupings in `by`, or read the topic twice",
  });
}

function checkMode({ config: { window, emit }, inputs, report }: Context): void {
  const [input] = inputs;
  if (emit === "final" || !(input?.final || input?.joined)) return;
  // Session windows have a mistake of their own.
  if (typeof window?.gap === "string") return;
  report([], {
    code: "window/updates-below-final",
    message: `It would send updates, but reads ${input.joined ? "what a join gives" : "windows that are sent once"}: Spark runs both in one query, which does the one or the other.`,
    hint:
      window === null
        ? "a running total must read rows that are in no window yet and went through no join: let it read what stands above that"
        : "write `emit: final` here too",
  });
}

function checkTotals({ config: { by, emit }, inputs, report }: Context): void {
  if (emit === "final") {
    report(["emit"], {
      code: "window/final-without-window",
      message: "Without a window nothing is ever final: only a window comes to an end.",
      hint: "add `window`, or leave `emit` out",
    });
    return;
  }
  if (inputs[0]?.final || inputs[0]?.joined || by.length === 0) return;
  report(["window"], {
    code: "window/growing-state",
    severity: "warning",
    message: "Without a window Spark remembers every group for good, so its state grows with each new one.",
    hint: "that is fine for groups that are limited, such as stores; otherwise add `window`",
  });
}

function checkShape({ config: { window }, report }: Context): void {
  if (window === null) return;
  const { size, slide, gap = null } = window;
  if ((size === null) === (gap === null)) {
    report(["window"], {
      code: "window/size-or-gap",
      message: size === null ? "The windows have neither a `size` nor a `gap`." : "The windows have both a `size` and a `gap`.",
      hint: "`size: 1m` makes windows of that length, `gap: 10m` sessions that end when nothing comes for so long",
    });
  }
  if (slide === null) return;
  if (size === null) {
    report(["window", "slide"], {
      code: "window/slide-without-size",
      message: "Only windows of one size can slide.",
      hint: "add `size`, or leave `slide` out",
    });
  } else if ((parseDuration(slide) ?? 0) > (parseDuration(size) ?? 0)) {
    report(["window", "slide"], {
      code: "window/slide-over-size",
      message: `With a slide of ${slide} and a size of ${size}, rows would fall between two windows.`,
      hint: `choose a slide of at most \`${size}\``,
    });
  }
}

/** Spark runs session windows in append mode alone, and needs another column to group by. */
function checkSession({ config: { window, emit, by }, report }: Context): void {
  if (typeof window?.gap !== "string") return;
  if (emit !== "final") {
    report(["window", "gap"], {
      code: "window/session-updates",
      message: "A session can grow together with another, so Spark sends it only when it has ended.",
      hint: "write `emit: final`",
    });
  }
  if (by.length === 0) {
    report(["window", "gap"], {
      code: "window/session-without-group",
      message: "Sessions belong to somebody: without `by` Spark cannot make any.",
      hint: "name in `by` whose sessions they are, for example a customer or a store",
    });
  }
}

function checkTime(context: Context): void {
  const { config, inputs, report } = context;
  if (config.window === null) return;
  const { on, watermark } = config.window;
  checkTimestamp(context, ["window", "on"], on, inputs[0]?.columns ?? [], {
    unknown: { code: "window/unknown-column", purpose: "to make windows on" },
    type: { code: "window/not-timestamp", needs: "Windows need a timestamp" },
  });
  if (parseDuration(watermark) === 0) {
    report(["window", "watermark"], {
      code: "window/zero-watermark",
      message: "A watermark of nothing drops every row that is not the newest.",
      hint: "allow for the delay you expect, for example `2m`",
    });
  }
}

function checkWatermark({ config: { window }, inputs, report }: Context): void {
  const other = inputs[0] && window && otherWatermark(inputs[0], window.on, window.watermark);
  if (!other) return;
  const { differs, column, delay, message } = other;
  report(["window", differs === "column" ? "on" : "watermark"], {
    code: "window/other-watermark",
    message,
    hint: differs === "column" ? `make the windows on \`${column}\`` : `write \`watermark: ${delay}\``,
  });
}
