import type { Told } from "../state/live.ts";
import { useTarget } from "../state/target.ts";

/** The project, and where its pipelines can run. `default` is meant where no target is named; `problem` says why there is none. */
export interface ProjectReply {
  root: string;
  targets: { name: string; kind: "local" | "services" }[];
  default?: string;
  problem?: { code: string; message: string; hint?: string };
}

/** What the server says of a spec in the list. */
export interface SpecEntry {
  id: string;
  name: string;
  description?: string;
  etag: string;
  errors: number;
  warnings: number;
  modified: string;
  /** Of the runs since the editor was started. `at`: when it ended, or began where it goes on; `exit`: how it ended, null where it was killed. */
  lastRun?: { state: string; at: string; exit?: number | null };
}

export interface SpecFile {
  id: string;
  text: string;
  etag: string;
  layout: string | null;
  tests: string | null;
}

export interface RunEntry {
  run: string;
  spec: string;
  /** Absent where none was named, and it runs on the default one. */
  target?: string;
  state: string;
  startedAt: string;
  endedAt?: string;
  summary?: Record<string, unknown>;
  exit?: number | null;
}

/** The text at git's HEAD. `outside`: the project is not in git; `new`: HEAD does not know the file. */
export type HeadReply = { text: string } | { text: null; why: "outside" | "new" };

/** What a run would create, alter, keep or refuse to touch, as `engine plan` says it. */
export interface PlanReply {
  target: string;
  /** False where the local stack does not run: then everything is compared with nothing. */
  compared: boolean;
  changes: PlannedChange[];
}

export interface PlannedChange {
  action: "create" | "update" | "keep" | "refuse";
  kind: "topic" | "collection" | "validator" | "index" | "checkpoint";
  name: string;
  detail: string;
  /** How to go on, where the change is refused. */
  hint?: string;
}

/** The generated job of the saved text. */
export interface JobReply {
  /** The texts by their paths, such as `job.py` and `stream_job/io/kafka.py`. */
  files: Record<string, string>;
  /** Why a file is not among them, by its path. */
  left: Record<string, string>;
  /** Which lines of `job.py` belong to which node, counted from 1, `to` included, in the order of the file; a node may have several. */
  lines: { node: string; from: number; to: number }[];
}

/** `mixed`: values of several types. A number that JSON cannot hold exactly is its digits as text; a time is ISO 8601. */
export type ResultType = "number" | "text" | "time" | "boolean" | "object" | "list" | "binary" | "mixed" | "null";

/** Documents of a sink's collection. */
export interface ResultsReply {
  collection: string;
  /** In the order of the documents, `_id` first. */
  columns: { name: string; type: ResultType }[];
  rows: Record<string, unknown>[];
  /** How many documents the collection holds, roughly. */
  total: number;
  /** Sentences on what is shown shorter than it is; empty where all is whole. */
  notes: string[];
}

/** The newest dead letters of a pipeline, the largest group first. */
export interface DeadLettersReply {
  topic: string;
  groups: DeadLetterGroup[];
  /** How many letters were looked at; each is counted once however often it was written. */
  read: number;
  /** There are older letters that were not looked at. */
  more: boolean;
}

export interface DeadLetterGroup {
  /** The node that refused the rows. */
  node: string;
  code: string;
  /** What `engine explain` says of the code, where it knows it. */
  why?: string;
  mend?: string;
  count: number;
  /** The newest few, newest first. */
  examples: DeadLetterExample[];
}

export interface DeadLetterExample {
  message: string;
  /** The original bytes as text, what is no text as `\xNN`; cut where it is long. */
  value: string;
  /** Of the original value. */
  bytes: number;
  /** When it was written, ISO 8601. */
  at: string;
  /** Where the record stands; absent for what ingest refused. */
  topic?: string;
  partition?: number;
  offset?: string;
}

/** By source: its first records, the file that they are from, where they are not the simulator's, and why there are none. */
export interface SamplesReply {
  samples: Record<string, string[]>;
  from: Record<string, string>;
  missing: Record<string, string>;
}

/** Records of a topic that became a sample. */
export interface CaptureReply {
  source: string;
  /** Relative to the project, such as `pipelines/samples/retail.transactions.ndjson`. */
  file: string;
  records: number;
  /** Records that cannot stand on a line of text, and were left out. */
  left: number;
}

export interface LogLine {
  number: number;
  /** Epoch milliseconds. */
  at: number;
  text: string;
}

/** A refusal of the server in plain words. `status` 0: it did not answer. */
export class ApiError extends Error {
  readonly status: number;
  readonly hint: string | undefined;
  readonly body: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>) {
    super(typeof body.message === "string" ? body.message : `The server answered ${status}.`);
    this.status = status;
    this.body = body;
    this.hint = typeof body.hint === "string" ? body.hint : undefined;
  }
}

/** One call. Throws an ApiError for everything but a success. */
async function call<T>(method: string, path: string, body?: unknown, etag?: string): Promise<T> {
  const response = await fetch(`/api${path}`, {
    method,
    headers: {
      ...(method !== "GET" && { "content-type": "application/json", "x-pipeline-editor": "1" }),
      ...(etag !== undefined && { "if-match": etag }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => undefined);
  if (response === undefined) throw new ApiError(0, {});
  const answer = (await response.json().catch(() => ({}))) as T;
  if (!response.ok) throw new ApiError(response.status, answer as Record<string, unknown>);
  return answer;
}

/** The chosen target. */
const target = () => useTarget.getState().chosen;

/** A path with what is asked of it, without what is undefined. */
const asking = (path: string, query: Record<string, unknown>) =>
  `${path}?${new URLSearchParams(JSON.parse(JSON.stringify(query)))}`;

/** What the server answers. Where it plans, runs or looks at something, it does so on the chosen target. */
export const api = {
  project: () => call<ProjectReply>("GET", "/project"),
  specs: () => call<SpecEntry[]>("GET", "/specs"),
  spec: (id: string) => call<SpecFile>("GET", `/specs/${id}`),
  create: (id: string, text: string) => call<SpecFile>("POST", "/specs", { id, text }),
  save: (id: string, etag: string, files: { text: string; layout?: string | null; tests?: string }) =>
    call<{ etag: string }>("PUT", `/specs/${id}`, files, etag),
  samples: (id: string) => call<SamplesReply>("GET", `/specs/${id}/samples`),
  head: (id: string) => call<HeadReply>("GET", `/specs/${id}/head`),
  /** Takes the newest records of a source's topic as its sample. Refused with 409 where there is one already, but for `replace`. */
  capture: (id: string, source: string, records: number, replace = false) =>
    call<CaptureReply>("POST", `/specs/${id}/capture`, { source, records, replace, target: target() }),
  plan: (spec: string, etag: string) => call<PlanReply>("POST", "/plan", { spec, etag, target: target() }),
  job: (id: string) => call<JobReply>("GET", `/job/${id}`),
  /** `sort`: a path into the documents such as `window.start`, with `-` before it for the largest first; without it the newest first. */
  results: (spec: string, sink: string, query: { limit?: number; sort?: string } = {}) =>
    call<ResultsReply>("GET", asking(`/results/${spec}/${sink}`, { ...query, target: target() })),
  deadLetters: (spec: string) => call<DeadLettersReply>("GET", asking(`/dead-letters/${spec}`, { target: target() })),
  start: (spec: string, etag: string) => call<{ run: string }>("POST", "/runs", { spec, etag, target: target() }),
  stop: (run: string) => call<unknown>("POST", `/runs/${run}/stop`, {}),
  runs: () => call<RunEntry[]>("GET", "/runs"),
  run: (run: string) => call<RunEntry>("GET", `/runs/${run}`),
  logs: (run: string, after = 0) => call<LogLine[]>("GET", `/runs/${run}/logs?after=${after}`),
  /** All that a run has told, measures of long ago as sums. */
  runEvents: (run: string) => call<Told[]>("GET", `/runs/${run}/events`),
};
