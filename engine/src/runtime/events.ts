import type { SourceReport } from "../nodes/source-run.ts";

/** Counts by name, such as rows by node. */
export type Counts = Record<string, number>;

/** One committed micro-batch of one query, as the job reports it. */
export interface BatchEvent {
  event: "batch";
  query: string;
  /** Spark's batch id. */
  batch: number;
  /** Source rows read. */
  rows: number;
  /** The same by topic: records read. */
  records: Counts;
  /** Documents that were new to the collection. */
  written: number;
  /** Documents that replaced one with the same key. */
  repeats: number;
  /** Rows that stand for the end of a document; absent where there are none. */
  deleted?: number;
  /** Dead letters: node → code → rows. */
  dead: Record<string, Counts>;
  /** Rows a node dropped, by node. */
  filtered: Counts;
  /** Rows that left a node beyond those that entered it, by node. */
  added: Counts;
  /** Rows that break a rule: node → rule → rows. */
  broken: Record<string, Counts>;
  /** Rows behind the watermark, by node. */
  late: Counts;
  /** Milliseconds from trigger to commit. */
  ms: number;
  /** topic → partition → next offset to read. */
  offsets: Record<string, Counts>;
  /** topic → partition → end of the topic when the batch was planned. */
  latest: Record<string, Counts>;
  /** ISO 8601, null where the query has no event time. */
  watermark: string | null;
  /** Rows held as state. */
  stateRows: number;
  /** Those of them that are windows. */
  openWindows: number;
}

/** The first rows of a committed batch, as a sink shows them. */
export interface RowsEvent {
  event: "rows";
  query: string;
  /** Spark's batch id. */
  batch: number;
  columns: string[];
  /** Cells as text, null for null. */
  rows: (string | null)[][];
  /** Rows of the batch that are not shown. */
  left: number;
}

/** The table of a node was read again, and is another now. */
export interface TableEvent {
  event: "table";
  node: string;
  rows: number;
}

/** What somebody should look at, though the run goes on. */
export interface WarningEvent {
  event: "warning";
  code: string;
  message: string;
  hint?: string;
}

/** Everything a run tells, in order. `--format json` prints each as one line. */
export type RunEvent =
  | { event: "setup"; step: string; label: string; done: number; total: number; unit: "bytes" | "files" | "steps" }
  | {
      event: "service";
      service: "kafka" | "mongodb" | "spark" | "demo";
      state: "starting" | "ready" | "degraded" | "stopped";
      message?: string;
    }
  | {
      event: "change";
      action: "create" | "update" | "keep" | "refuse";
      kind: "topic" | "collection" | "validator" | "index" | "checkpoint";
      name: string;
      detail: string;
      /** How to go on, where the change is refused. */
      hint?: string;
    }
  | { event: "state"; state: "STARTING" | "RUNNING" | "DEGRADED" | "DRAINING" | "STOPPED"; reason?: string }
  | ({ node: string } & { event: "source"; news: SourceReport })
  | { event: "ingest"; node: string; read: number; produced: number; deadLettered: number; dead: Counts; skipped: number }
  | {
      event: "query";
      query: string;
      state: "started" | "degraded" | "recovered" | "restarting" | "failed" | "stopped";
      message?: string;
      node?: string;
      at?: string;
    }
  | BatchEvent
  | RowsEvent
  | TableEvent
  | WarningEvent
  | SummaryEvent;

/** How a run ended. `written` counts distinct keys; every number is of this run alone. */
export interface SummaryEvent {
  event: "summary";
  pipeline: string;
  /** Source records read. */
  read: number;
  /** Records acknowledged by Kafka. */
  produced: number;
  /** Distinct dead letters, of ingest and of the job. */
  deadLettered: number;
  /** The same by node and code; absent where there are none. */
  deadLetters?: Record<string, Counts>;
  filtered: number;
  /** Rows that were made beyond the records read, such as by `transform.explode`. */
  added: number;
  /** Rows that break a rule of `transform.check`: node → rule → rows. */
  broken: Record<string, Counts>;
  late: number;
  /** Windows whose end the watermark has not passed. */
  openWindows: number;
  /** Intervals in which records may have been missed. */
  gaps: number;
  sinks: Record<string, { written: number; repeats: number; deleted?: number }>;
  seconds: number;
}

/** Where a run's events go. */
export type Listener = (event: RunEvent) => void;
