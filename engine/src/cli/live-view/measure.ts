import { total } from "../../runtime/counters.ts";
import type { QueryView, RunView } from "./run-view.ts";

const RATE_OVER_MS = 5_000;
/** News comes about once a second: only after two without any has the flow stopped. */
const FRESH_MS = 2_000;

/** Rows a second over the last five seconds, by totals over time. 0 until there are two moments to compare, and when nothing came since. */
export function rate(samples: readonly { at: number; total: number }[], now: number): number {
  const last = samples.at(-1);
  if (last === undefined) return 0;
  const first = samples.findLast((sample) => sample.at <= now - RATE_OVER_MS) ?? samples[0];
  if (first === undefined || first === last) return 0;
  const until = now - last.at < FRESH_MS ? last.at : now;
  return ((last.total - first.total) * 1000) / Math.max(1, until - first.at);
}

/** Rows in each of the last `seconds` whole seconds, oldest first. A second without news counts as none. */
export function perSecond(samples: readonly { at: number; total: number }[], now: number, seconds: number): number[] {
  const bars = new Array<number>(seconds).fill(0);
  const end = Math.floor(now / 1000) - 1;
  for (const [index, sample] of samples.entries()) {
    const before = samples[index - 1];
    const at = seconds - 1 - (end - Math.floor(sample.at / 1000));
    if (before !== undefined && at >= 0 && at < seconds) bars[at] = sample.total - before.total;
  }
  return bars;
}

/**
 * Rows of a topic that the slowest of its queries has yet to commit: what the last batch left, and what ingest has written since that batch was planned.
 * Undefined until the first batch. An estimate, because the job looks at the topic only once a batch.
 */
export function lag(view: RunView, topic: string): number | undefined {
  const behind = view.queries.filter((query) => query.topics.includes(topic)).map((query) => queryLag(view, query, topic));
  const known = behind.filter((rows) => rows !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function queryLag(view: RunView, query: QueryView, topic: string): number | undefined {
  const { last } = query;
  const latest = last?.latest[topic];
  const offsets = last?.offsets[topic];
  if (last === undefined || latest === undefined || offsets === undefined) return undefined;
  const planned = last.at - last.ms;
  const since = view.sources
    .filter((source) => source.topic === topic || source.topic === "")
    .map(
      (source) =>
        source.produced -
        (source.samples.findLast((sample) => sample.at <= planned)?.produced ?? source.samples[0]?.produced ?? 0),
    )
    .reduce((sum, rows) => sum + rows, 0);
  return Math.max(0, total(latest) - total(offsets)) + Math.max(0, since);
}
