import type { Counts } from "../events.ts";

const QUIET_MS = 60_000;
const HOPELESS_MS = 300_000;

/** What the watchdog concludes from a look at the lag. */
export type Verdict = { state: "fine" } | { state: "stalled"; reason: string } | { state: "hopeless"; reason: string };

/** Notices when records wait and nothing is committed, so that no run stalls silently. Times in milliseconds of any one clock. */
export class StallWatch {
  readonly #start: number;
  readonly #everyOf: (query: string) => number;
  /** When each query last committed a batch, or last had nothing to do: one that hangs must not hide behind one that works. */
  readonly #lastProgress = new Map<string, number>();

  /** `everyOf`: the milliseconds that a query lets pass between two batches by itself. */
  constructor(now: number, everyOf: (query: string) => number = () => 0) {
    this.#start = now;
    this.#everyOf = everyOf;
  }

  /** A batch of the query was committed. */
  progress(query: string, now: number): void {
    this.#lastProgress.set(query, now);
  }

  /** Judges the records that wait, by query. */
  look(lag: Counts, now: number): Verdict {
    const waiting = Object.entries(lag).filter(([, records]) => records > 0);
    for (const [query, records] of Object.entries(lag)) if (records === 0) this.progress(query, now);
    const quietFor = (query: string) => now - (this.#lastProgress.get(query) ?? this.#start) - this.#everyOf(query);
    const stalled = waiting.filter(([query]) => quietFor(query) >= QUIET_MS);
    if (stalled.length === 0) return { state: "fine" };
    const quiet = Math.max(...stalled.map(([query]) => quietFor(query)));
    const what = stalled.map(([query, records]) => `${query} has ${records} records to go`).join(", ");
    const reason = `no batch was committed for ${Math.round(quiet / 1000)} s although ${what}`;
    return { state: quiet < HOPELESS_MS ? "stalled" : "hopeless", reason };
  }
}
