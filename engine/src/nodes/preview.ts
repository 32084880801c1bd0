import type { Column, ColumnType } from "../column-type.ts";
import { showDuration } from "../duration.ts";
import type { Outcome, Row, Value } from "../expression/index.ts";
import { timestampText } from "../expression/values/instant-text.ts";
import type { GivenAnswer } from "./given.ts";

/** A row between two nodes of a preview. `record` numbers the sample it was made of, from 1; absent below an aggregate. */
export interface PreviewRow {
  values: Row;
  record?: number;
  /** When Kafka took the record, in microseconds since 1970; absent where nothing is known of it. */
  arrived?: bigint;
  /** Below a step that set a watermark: the time that it stands on, in microseconds since 1970. */
  time?: bigint;
}

/** What a watermark says in one batch, in milliseconds since 1970. */
export interface Mark {
  /** Rows at or behind it are late: that of the batch before, since Spark must not take for late what a step above has only now let go. */
  late: number;
  /** What lies at or behind it is over. */
  over: number;
}

/** What a node reads in one batch. `watermark`: the one that a step above has set. */
export interface PreviewBatch {
  rows: readonly PreviewRow[];
  watermark?: Mark;
}

/** A row that goes no further, and why. `code` is that of its dead letter. */
export interface Drop {
  row: PreviewRow;
  /** Where among the inputs of the node; absent for a row that the node made itself. */
  input?: number;
  why: "dead-letter" | "filtered" | "repeat" | "late";
  code?: string;
  message: string;
}

/** What becomes of a batch. `outputs`: rows by the name of the output, `main` for the node's own. */
export interface PreviewResult {
  outputs: Record<string, PreviewRow[]>;
  dropped: Drop[];
  watermark?: Mark;
  /** Windows that may still change, or whose time is still to come. */
  open?: number;
}

/** Runs a node on one batch of each input after another; keeps what Spark keeps as the state. Pure but for that. */
export type PreviewStep = (inputs: readonly PreviewBatch[]) => PreviewResult | Promise<PreviewResult>;

/** An aggregate expression: its value for a group, and what it asks of every row. */
export interface GroupEvaluator {
  value: (rows: readonly Row[]) => Outcome;
  arguments: ((row: Row) => Outcome)[];
}

/** What a room must know of a stream. `watermark`: how far behind one from above lags, in milliseconds. */
export interface PreviewColumns {
  columns: readonly Column[];
  watermark?: number;
}

/** What a room is given to build the preview of a node without mistakes. What cannot be evaluated as Spark does is told by `row` and `group`. */
export interface PreviewContext<Config> {
  id: string;
  config: Config;
  inputs: readonly PreviewColumns[];
  output: PreviewColumns | undefined;
  /** Makes the user's expression at a path ready, over the columns of the first input. */
  row(path: readonly string[]): (row: Row) => Outcome;
  /** The type of the value that `row` gives for a path. */
  typeOf(path: readonly string[]): ColumnType;
  group(path: readonly string[]): GroupEvaluator;
  /** The rows of the table that the node looks into, where they were given. */
  table?: readonly Row[];
  /** The answers of the endpoint that the node asks, where they were given. */
  answers?: readonly GivenAnswer[];
  /** Functions in Python, where one that has what the node needs is at hand. */
  python?: PythonFunctions;
}

/** What a function made of a value, as JSON; `failed` says why it made nothing. */
export interface FunctionOutcome {
  value: unknown;
  failed: string | null;
}

/** A function in Python: a module of `spark-templates`, what it is made ready with, and the file beside the spec that it is made of. */
export interface PythonFunction {
  word: string;
  arguments: Record<string, unknown>;
  file?: string;
}

/** Runs a function on values, in plain Python: an outcome for each; null for null. */
export type PythonFunctions = (made: PythonFunction, values: readonly unknown[]) => Promise<FunctionOutcome[]>;

/** The value at a dotted path; null where a step is. */
export function valueAlong(row: Row, path: string): Value {
  let value: Value = row;
  for (const step of path.split(".")) value = value === null ? null : ((value as Row)[step] ?? null);
  return value;
}

/** A row with these columns, null where the other lacks one. */
export function rowOf(columns: readonly Column[], value: (name: string) => Value): Row {
  const row = Object.create(null) as Row;
  for (const { name } of columns) row[name] = value(name);
  return row;
}

/** True where a predicate is true: null counts as false. */
export function isTrue(outcome: Outcome): boolean {
  return "value" in outcome && outcome.value === true;
}

/** Why a row has no time that a watermark may stand on; undefined where it has. `maxAhead` in milliseconds, absent where it was checked above. */
export function outOfTime({ values, arrived }: PreviewRow, on: string, maxAhead?: number): string | undefined {
  const time = valueAlong(values, on);
  if (time === null) return `${on} is missing`;
  if (maxAhead === undefined || arrived === undefined || (time as bigint) <= arrived + BigInt(maxAhead) * 1000n) return undefined;
  return `${on} is ${timestampText(time as bigint)}, more than ${showDuration(maxAhead)} after the record was produced`;
}

/** True where a time, in microseconds, lies at or behind a mark in milliseconds. */
export function isBehind(time: bigint, mark: number): boolean {
  return time <= BigInt(mark) * 1000n;
}

/** What several watermarks say together: Spark waits for the slowest. */
export function smallestMark(marks: readonly Mark[]): Mark {
  return { late: Math.min(...marks.map(({ late }) => late)), over: Math.min(...marks.map(({ over }) => over)) };
}

/** A watermark that follows the newest time it has seen, and is in force from the next batch on. */
export class Watermark {
  /** Spark begins in 1970. */
  mark: Mark = { late: 0, over: 0 };
  private newest = 0;
  private readonly delay: number;

  /** `delay` in milliseconds. */
  constructor(delay: number) {
    this.delay = delay;
  }

  /** Notes the time of a row, in microseconds since 1970. */
  see(time: bigint): void {
    const milliseconds = Number(time >= 0n ? time / 1000n : (time - 999n) / 1000n);
    this.newest = Math.max(this.newest, milliseconds - this.delay);
  }

  /** Ends the batch. */
  advance(): void {
    this.mark = { late: this.mark.over, over: Math.max(this.mark.over, this.newest) };
  }
}
