import { setTimeout as sleep } from "node:timers/promises";
import type { ColumnType } from "../../../column-type.ts";
import { readTimestamp } from "../../../expression/values/instant-text.ts";

const LONGEST_SLEEP_MS = 3_600_000;
const PER_UNIT = { s: 1000, ms: 1, us: 0.001 };

/** What a replay goes by: the column with the time, its type, and how many times faster than life. */
export interface Pace {
  path: string[];
  type: ColumnType;
  speed: number;
}

/** Says when a record is due, in ms of `performance.now()`: the first one at once, each other one as long after it as its time is. */
export function createPace({ path, type, speed }: Pace): (record: string) => number {
  let first: { time: number; at: number } | undefined;
  return (record) => {
    const time = timeOf(record, path, type);
    // What has no time, or is no record, waits for nothing.
    if (time === undefined) return 0;
    first ??= { time, at: performance.now() };
    return first.at + (time - first.time) / speed;
  };
}

/** Waits until an instant of `performance.now()`, or until the signal. */
export async function until(due: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const rest = due - performance.now();
    if (rest <= 0) return;
    await sleep(Math.min(rest, LONGEST_SLEEP_MS), undefined, { signal }).catch(() => {});
  }
}

function timeOf(record: string, path: readonly string[], type: ColumnType): number | undefined {
  let value: unknown;
  try {
    value = path.reduce((inner, name) => Object(inner)[name], JSON.parse(record) as unknown);
  } catch {
    return undefined;
  }
  if (typeof value === "number" && type.kind === "timestamp" && type.unit !== undefined) return value * PER_UNIT[type.unit];
  const micros = typeof value === "string" ? readTimestamp(value) : undefined;
  return micros === undefined ? undefined : Number(micros) / 1000;
}
