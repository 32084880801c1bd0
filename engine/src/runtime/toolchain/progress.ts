/** One step of the set-up, as often as it changes and at least every second. `total` is 0 while it is unknown. */
export interface Progress {
  /** Stable name of the step: what a display keeps one bar for. */
  step: "wait" | "python" | "pip" | "spark" | "packages" | "jars" | "publish";
  /** What is being done, for people. */
  label: string;
  done: number;
  total: number;
  unit: "bytes" | "files" | "steps";
}

/** Where progress goes. */
export type Report = (progress: Progress) => void;

/** What one step tells of itself. */
export type StepReport = (update: Partial<Pick<Progress, "label" | "done" | "total" | "unit">>) => void;

const HEARTBEAT_MS = 1_000;

/**
 * Runs one step under a heartbeat: what it last reported is repeated every second, so that a display never stands still;
 * when it ends well, `done` is brought to `total`.
 */
export async function step<T>(report: Report, first: Progress, work: (update: StepReport) => Promise<T>): Promise<T> {
  let last = first;
  report(last);
  const beat = setInterval(() => report(last), HEARTBEAT_MS);
  const update: StepReport = (change) => {
    last = { ...last, ...change };
    report(last);
    beat.refresh();
  };
  try {
    const result = await work(update);
    const total = Math.max(last.total, 1);
    report({ ...last, done: total, total });
    return result;
  } finally {
    clearInterval(beat);
  }
}
