/** What a run has told, as its command printed it. */
export type Event = Record<string, unknown>;

/** One event of a run. */
export interface ToldEvent {
  /** Of this run, from 1 on without a gap. */
  number: number;
  /** Epoch milliseconds. */
  at: number;
  event: Event;
}

const MOST = 3000;
const MEASURES = new Set<unknown>(["batch", "ingest", "setup"]);

/**
 * The events of one run, for pages that come later. Where they become many, measures go first, the oldest before the newer; what a batch counted is added to the next of
 * its query, so that sums over what is left are those of the whole run.
 */
export class RunEvents {
  readonly #kept: ToldEvent[] = [];
  readonly #most: number;
  #last = 0;

  constructor(most = MOST) {
    this.#most = most;
  }

  add(event: Event): ToldEvent {
    this.#last += 1;
    const told = { event, number: this.#last, at: Date.now() };
    this.#kept.push(told);
    if (this.#kept.length > this.#most) this.#forget();
    return told;
  }

  list(): readonly ToldEvent[] {
    return this.#kept;
  }

  #forget(): void {
    // The newest stays: by its number a page knows whether it has all.
    const oldest = this.#kept.slice(0, -1).findIndex(({ event }) => MEASURES.has(event.event));
    const [gone] = this.#kept.splice(Math.max(0, oldest), 1);
    if (gone?.event.event !== "batch") return;
    const next = this.#kept.find(({ event }) => event.event === "batch" && event.query === gone.event.query);
    if (next !== undefined) next.event = summed(gone.event, next.event);
  }
}

/** Two batches of one query as one: numbers and counts add up, everything else is as in the second. */
export function summed(a: Event, b: Event): Event {
  const total = { ...b };
  for (const key of ["rows", "written", "repeats", "deleted", "ms"]) total[key] = Number(a[key] ?? 0) + Number(b[key] ?? 0);
  for (const key of ["records", "dead", "filtered", "added", "broken", "late"]) total[key] = addCounts(a[key], b[key]);
  return total;
}

function addCounts(a: unknown, b: unknown): unknown {
  if (typeof a === "number" || typeof b === "number") return Number(a ?? 0) + Number(b ?? 0);
  const [left, right] = [a ?? {}, b ?? {}] as [Event, Event];
  return Object.fromEntries(
    [...new Set([...Object.keys(left), ...Object.keys(right)])].map((key) => [key, addCounts(left[key], right[key])]),
  );
}
