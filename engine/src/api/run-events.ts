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
/** A query tells of its batches no more often than this. */
const BATCH_EVERY_MS = 500;
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

/** Holds the batches of a query back that follow too soon, and adds them to the next: counts are sums, so nothing is lost. */
export class HeldBatches {
  readonly #held = new Map<string, Event>();
  readonly #toldAt = new Map<string, number>();

  /** The event as it is to be told, undefined where it is held back. `now` is in milliseconds. */
  pass(event: Event, now: number): Event | undefined {
    if (event.event !== "batch") return event;
    const query = String(event.query);
    const batch = this.#withHeld(query, event);
    const isSoon = now - (this.#toldAt.get(query) ?? Number.NEGATIVE_INFINITY) < BATCH_EVERY_MS;
    if (isSoon && Number(event.rows) > 0) {
      this.#held.set(query, batch);
      return undefined;
    }
    this.#toldAt.set(query, now);
    return batch;
  }

  /** What is still held back, once no more comes. */
  rest(): Event[] {
    const held = [...this.#held.values()];
    this.#held.clear();
    return held;
  }

  #withHeld(query: string, batch: Event): Event {
    const held = this.#held.get(query);
    this.#held.delete(query);
    return held === undefined ? batch : summed(held, batch);
  }
}

/** Two batches of one query as one: numbers and counts add up, everything else is as in the second. */
function summed(a: Event, b: Event): Event {
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
