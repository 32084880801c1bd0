import type { SourceReport } from "../../nodes/source-run.ts";
import { addedUp, total } from "../../runtime/counters.ts";
import type { BatchEvent, RunEvent } from "../../runtime/events.ts";
import { type Note, newQuery, newSource, type QueryView, type RunView, type SourceView } from "./run-view.ts";

const MEMORY_MS = 30_000;
const NOTES = 3;

/** The view after one more event. `now` is in epoch milliseconds and never runs backwards. The old view is left as it was. */
export function reduce(view: RunView, event: RunEvent, now: number): RunView {
  const next = { ...view, now };
  switch (event.event) {
    case "state":
      return withReason({ ...next, state: event.state }, event.reason);
    case "service":
      return { ...next, services: replaced(view.services, event) };
    case "source":
      return noted(sourceNews(next, event.node, event.news), sourceNote(event.node, event.news));
    case "ingest":
      return withSource(next, event.node, (source) => ({
        ...source,
        connection: source.connection === "waiting" ? "connected" : source.connection,
        read: event.read,
        produced: event.produced,
        skipped: event.skipped,
        dead: event.dead,
        samples: remembered(source.samples, { at: now, read: event.read, produced: event.produced }),
      }));
    case "query":
      return noted(
        withQuery(next, event.query, ({ message: _, ...query }) => ({
          ...query,
          state: event.state === "recovered" ? "started" : event.state,
          ...(event.message === undefined || event.state === "recovered" ? {} : { message: event.message }),
        })),
        event.state === "failed" || event.state === "restarting"
          ? { level: event.state === "failed" ? "error" : "warning", text: queryNote(event) }
          : undefined,
      );
    case "batch":
      return {
        ...withQuery(next, event.query, (query) => afterBatch(query, event, now)),
        dead: addedUp([view.dead, event.dead]),
      };
    case "warning":
      return noted(next, {
        level: "warning",
        text: event.hint === undefined ? event.message : `${event.message} (${event.hint})`,
      });
    case "summary":
      return { ...next, summary: event };
    case "setup":
    case "change":
    case "rows":
    case "table":
      return next;
  }
}

/** The view when nothing happened but time. */
export function tick(view: RunView, now: number): RunView {
  return { ...view, now };
}

function afterBatch(query: QueryView, batch: BatchEvent, now: number): QueryView {
  const rows = query.rows + batch.rows;
  return {
    ...query,
    topics: Object.keys(batch.offsets).length === 0 ? query.topics : Object.keys(batch.offsets),
    state: "started",
    rows,
    written: query.written + batch.written,
    repeats: query.repeats + batch.repeats,
    deleted: query.deleted + (batch.deleted ?? 0),
    late: query.late + total(batch.late),
    filtered: query.filtered + total(batch.filtered),
    last: { ...batch, at: now },
    samples: remembered(query.samples, { at: now, rows }),
  };
}

function sourceNews(view: RunView, node: string, news: SourceReport): RunView {
  return withSource(view, node, ({ message: _, ...source }) => {
    switch (news.event) {
      case "connected":
        return { ...source, connection: "connected" };
      case "degraded":
        return { ...source, connection: "degraded", message: news.message };
      case "gap":
        return { ...source, gaps: source.gaps + 1 };
      case "discarded":
        return source;
    }
  });
}

function sourceNote(node: string, news: SourceReport): Note | undefined {
  if (news.event === "gap")
    return {
      level: "warning",
      text: `${node}: records may be missing between ${news.from.slice(11, 19)} and ${news.to.slice(11, 19)} UTC: ${news.reason}`,
    };
  if (news.event === "discarded")
    return { level: "warning", text: `${node}: the connection was cut inside a record, ${news.bytes} bytes thrown away` };
  return undefined;
}

function queryNote(event: Extract<RunEvent, { event: "query" }>): string {
  const where = event.node === undefined ? "" : ` at ${event.node}${event.at === undefined ? "" : ` (${event.at})`}`;
  return `${event.query} ${event.state}${where}${event.message === undefined ? "" : `: ${event.message}`}`;
}

function noted(view: RunView, note: Note | undefined): RunView {
  if (note === undefined) return view;
  return { ...view, notes: [...view.notes.filter((old) => old.text !== note.text), note].slice(-NOTES) };
}

function withReason({ reason: _, ...view }: RunView, reason: string | undefined): RunView {
  return reason === undefined ? view : { ...view, reason };
}

/** A source that the shape did not name joins with its first event, and so does a query. */
function withSource(view: RunView, node: string, change: (source: SourceView) => SourceView): RunView {
  const known = view.sources.some((source) => source.node === node);
  const sources = known ? view.sources : [...view.sources, newSource({ node, topic: view.topics[0] ?? "" })];
  return { ...view, sources: sources.map((source) => (source.node === node ? change(source) : source)) };
}

function withQuery(view: RunView, name: string, change: (query: QueryView) => QueryView): RunView {
  const known = view.queries.some((query) => query.query === name);
  const queries = (known ? view.queries : [...view.queries, newQuery({ query: name, topics: [] })]).map((query) =>
    query.query === name ? change(query) : query,
  );
  const topics = [...new Set([...view.topics, ...queries.flatMap((query) => query.topics)])];
  return { ...view, queries, topics };
}

function replaced(services: RunView["services"], event: Extract<RunEvent, { event: "service" }>): RunView["services"] {
  const { event: _, ...service } = event;
  const known = services.some((old) => old.service === service.service);
  return known ? services.map((old) => (old.service === service.service ? service : old)) : [...services, service];
}

/** One sample per second is enough for a sparkline: a newer one of the same second takes the place of the older. */
function remembered<T extends { at: number }>(samples: T[], sample: T): T[] {
  const second = Math.floor(sample.at / 1000);
  const kept = samples.filter((old) => old.at >= sample.at - MEMORY_MS && Math.floor(old.at / 1000) !== second);
  return [...kept, sample];
}
