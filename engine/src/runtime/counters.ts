import type { BatchEvent, Counts, SummaryEvent } from "./events.ts";

/** The sums of a run, each committed batch counted once. */
export interface Totals {
  filtered: number;
  added: number;
  broken: Record<string, Counts>;
  late: number;
  dead: Record<string, Counts>;
  openWindows: number;
  sinks: SummaryEvent["sinks"];
}

interface QueryProgress {
  /** Spark's id of the last batch counted; ids only grow within a checkpoint. */
  last: number;
  committed: Record<string, Counts>;
  /** Records by topic. */
  read: Counts;
  written: number;
  repeats: number;
  deleted: number;
  filtered: number;
  added: number;
  broken: Record<string, Counts>;
  late: number;
  dead: Record<string, Counts>;
  openWindows: number;
}

/** topic → partition → next offset. */
export type Ends = Record<string, Counts>;

/** Follows the committed batches of one run: what they sum up to, and how far every query has come. */
export class BatchLedger {
  readonly #queries: Map<string, QueryProgress>;
  readonly #topicsOf: (query: string) => readonly string[];

  constructor(queries: readonly string[], topicsOf: (query: string) => readonly string[]) {
    this.#topicsOf = topicsOf;
    this.#queries = new Map(
      queries.map((name) => [
        name,
        {
          last: -1,
          committed: {},
          read: {},
          written: 0,
          repeats: 0,
          deleted: 0,
          filtered: 0,
          added: 0,
          broken: {},
          late: 0,
          dead: {},
          openWindows: 0,
        },
      ]),
    );
  }

  /** Says what a query had committed before this run. */
  resumed(query: string, committed: Ends): void {
    const progress = this.#queries.get(query);
    if (progress !== undefined) progress.committed = committed;
  }

  /** Takes one committed batch. One that is told again, after a restart of the job, counts once. */
  add(batch: BatchEvent): void {
    const query = this.#queries.get(batch.query);
    if (query === undefined || batch.batch <= query.last) return;
    query.last = batch.batch;
    query.committed = batch.offsets;
    for (const [topic, records] of Object.entries(batch.records)) query.read[topic] = (query.read[topic] ?? 0) + records;
    query.written += batch.written;
    query.repeats += batch.repeats;
    query.deleted += batch.deleted ?? 0;
    query.filtered += sum(Object.values(batch.filtered));
    query.added += sum(Object.values(batch.added));
    query.broken = addedUp([query.broken, batch.broken]);
    query.late += sum(Object.values(batch.late));
    query.dead = addedUp([query.dead, batch.dead]);
    query.openWindows = batch.openWindows;
  }

  /** Records before `ends` that are not committed yet, by query. */
  lag(ends: Ends): Counts {
    return Object.fromEntries(
      [...this.#queries].map(([name, { committed }]) => [
        name,
        sum(this.#topicsOf(name).map((topic) => behind(ends[topic], committed[topic]))),
      ]),
    );
  }

  /** True when every query has committed every record before `ends`. */
  reached(ends: Ends): boolean {
    return Object.values(this.lag(ends)).every((lag) => lag === 0);
  }

  /** The sums so far; `sinks` names the queries that write to a collection. */
  totals(sinks: readonly string[]): Totals {
    const queries = [...this.#queries.values()];
    return {
      filtered: sum(queries.map((query) => query.filtered)),
      added: sum(queries.map((query) => query.added)),
      broken: addedUp(queries.map((query) => query.broken)),
      late: sum(queries.map((query) => query.late)),
      dead: addedUp(queries.map((query) => query.dead)),
      openWindows: sum(queries.map((query) => query.openWindows)),
      sinks: Object.fromEntries(sinks.map((name) => [name, this.#sink(name)])),
    };
  }

  /** How many records of a topic have been read: every query behind it reads the same ones. */
  read(topic: string): number {
    return Math.max(0, ...[...this.#queries.values()].map(({ read }) => read[topic] ?? 0));
  }

  /** partition → the first offset of a topic that some query has not committed. */
  from(topic: string): Counts {
    const from: Counts = {};
    for (const [name, { committed }] of this.#queries) {
      if (!this.#topicsOf(name).includes(topic)) continue;
      for (const [partition, offset] of Object.entries(committed[topic] ?? {}))
        from[partition] = Math.min(offset, from[partition] ?? offset);
    }
    return from;
  }

  #sink(name: string): SummaryEvent["sinks"][string] {
    const { written = 0, repeats = 0, deleted = 0 } = this.#queries.get(name) ?? {};
    return { written, repeats, ...(deleted > 0 && { deleted }) };
  }
}

/** Counts of counts, such as dead letters by node and code, added up. */
export function addedUp(all: readonly Record<string, Counts>[]): Record<string, Counts> {
  const sums: Record<string, Counts> = {};
  for (const [node, counts] of all.flatMap(Object.entries<Counts>))
    for (const [name, count] of Object.entries(counts)) sums[node] = merged(sums[node] ?? {}, { [name]: count });
  return sums;
}

/** Two counts, added up name by name. */
export function merged(one: Counts, other: Counts): Counts {
  const sums = { ...one };
  for (const [name, count] of Object.entries(other)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}

/** The sum of all counts. */
export function total(counts: Counts): number {
  return sum(Object.values(counts));
}

/** The sum of counts of counts. */
export function grandTotal(counts: Record<string, Counts>): number {
  return sum(Object.values(counts).map(total));
}

function behind(ends: Counts | undefined, committed: Counts | undefined): number {
  return sum(Object.entries(ends ?? {}).map(([partition, end]) => Math.max(0, end - (committed?.[partition] ?? 0))));
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
