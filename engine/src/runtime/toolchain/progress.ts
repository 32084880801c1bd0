/** One step of the set-up, as often as it changes and at least every second. `total` is 0 while it is unknown; `done` reaches it when the step has ended. */
export interface Progress {
  /** Stable name of the step: what a display keeps one bar for. */
  step: "wait" | "python" | "pip" | "spark" | "packages" | `packages-${string}` | `packages-${string}` | "jars" | "publish";
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
 * when it ends well, it has its first label again and `done` is `total`.
 */
export async function step<T>(report: Report, first: Progress, work: (update: StepReport) => Promise<T>): Promise<T> {
  let last = first;
  const tell = () => report({ ...last, done: last.total > 0 ? Math.min(last.done, last.total - 1) : last.done });
  tell();
  const beat = setInterval(tell, HEARTBEAT_MS);
  const update: StepReport = (change) => {
    last = { ...last, ...change };
    tell();
    beat.refresh();
  };
  try {
    const result = await work(update);
    const total = Math.max(last.total, 1);
    report({ ...last, label: first.label, done: total, total });
    return result;
  } finally {
    clearInterval(beat);
  }
}
