import type { Plan } from "../../plan/plan.ts";
import type { BatchEvent, Counts, RunEvent, SummaryEvent } from "../../runtime/events.ts";

/** What a run consists of, known before its first event. Names are those that the events use. */
export interface RunShape {
  pipeline: string;
  target: string;
  sources: { node: string; topic: string }[];
  topics: string[];
  /** `collection` is absent for a query that writes dead letters alone; `updates`: its rows replace earlier ones, as those of a window do. */
  queries: { query: string; topics: string[]; collection?: string; updates?: boolean }[];
}

/** The state of a run, as its last `state` event gave it. */
export type RunState = Extract<RunEvent, { event: "state" }>["state"];

/** The state of one service, as its last `service` event gave it. */
export type ServiceState = Extract<RunEvent, { event: "service" }>["state"];

/** What ingest had done at one moment: totals of this run. `at` is in epoch milliseconds. */
export interface Sample {
  at: number;
  read: number;
  produced: number;
}

/** One source as it is seen now. */
export interface SourceView {
  node: string;
  topic: string;
  connection: "waiting" | "connected" | "degraded";
  message?: string;
  read: number;
  produced: number;
  skipped: number;
  /** What ingest refused, by code. */
  dead: Counts;
  gaps: number;
  /** Totals over time, oldest first, no more than the newest of each second, for half a minute. */
  samples: Sample[];
}

/** One query as it is seen now. Counts are sums over the batches of this run. */
export interface QueryView {
  query: string;
  topics: string[];
  collection?: string;
  updates?: boolean;
  state: Extract<RunEvent, { event: "query" }>["state"] | "waiting";
  message?: string;
  rows: number;
  written: number;
  repeats: number;
  deleted: number;
  late: number;
  filtered: number;
  last?: BatchEvent & { at: number };
  /** Sums over time, oldest first, for half a minute. */
  samples: { at: number; rows: number }[];
}

/** A message that stands below the tables until something newer takes its place. */
export interface Note {
  level: "warning" | "error";
  text: string;
}

/** All that the live view shows, and nothing that it must compute from a clock but `now - startedAt`. */
export interface RunView {
  pipeline: string;
  target: string;
  startedAt: number;
  now: number;
  state: RunState;
  reason?: string;
  services: { service: string; state: ServiceState; message?: string }[];
  sources: SourceView[];
  topics: string[];
  queries: QueryView[];
  /** Dead letters of the job: node → code → rows. What ingest refused is counted at its source. */
  dead: Record<string, Counts>;
  /** The newest notes, oldest first. */
  notes: Note[];
  summary?: SummaryEvent;
}

/** What a plan says of the run to come. `target` is the name of the target. */
export function shapeOf(
  plan: Pick<Plan, "pipeline" | "sources" | "topics" | "existingTopics" | "queries">,
  target: string,
): RunShape {
  return {
    pipeline: plan.pipeline,
    target,
    sources: plan.sources.map(({ node, topic }) => ({ node, topic })),
    // Nothing reads the dead letters, so they have no lag.
    topics: [...plan.topics, ...(plan.existingTopics ?? [])]
      .map((topic) => topic.name)
      .filter((name) => plan.queries.some((query) => query.topics.includes(name))),
    queries: plan.queries.map(({ name, topics, sink }) => {
      const { collection: stored, topic, path } = sink?.arguments ?? {};
      const collection = stored ?? topic ?? path ?? (sink?.module === "console" ? "console" : undefined);
      const updates = sink?.call === "upsert" && sink.arguments.output_mode === "update";
      return typeof collection === "string" ? { query: name, topics, collection, updates } : { query: name, topics };
    }),
  };
}

/** The view before the first event. `now` is in epoch milliseconds. */
export function startView(shape: RunShape, now: number): RunView {
  return {
    pipeline: shape.pipeline,
    target: shape.target,
    startedAt: now,
    now,
    state: "STARTING",
    services: [],
    sources: shape.sources.map(newSource),
    topics: shape.topics,
    queries: shape.queries.map(newQuery),
    dead: {},
    notes: [],
  };
}

/** A source of which nothing has been heard. */
export function newSource(source: RunShape["sources"][number]): SourceView {
  return { ...source, connection: "waiting", read: 0, produced: 0, skipped: 0, dead: {}, gaps: 0, samples: [] };
}

/** A query of which nothing has been heard. */
export function newQuery(query: RunShape["queries"][number]): QueryView {
  return { ...query, state: "waiting", rows: 0, written: 0, repeats: 0, deleted: 0, late: 0, filtered: 0, samples: [] };
}
