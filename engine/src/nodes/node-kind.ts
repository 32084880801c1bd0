import type { Column } from "../column-type.ts";
import type { Finding } from "../diagnostic.ts";
import type { Expression, TypedExpression } from "../expression/index.ts";
import type { Given } from "./given.ts";
import type { ModelFace } from "./model-face.ts";
import type { PreviewContext, PreviewStep } from "./preview.ts";

/** Where a node stands in the flow. Rows leave a `source` as bytes, rest in a `topic`, and are columns from there on; a `topic` without an input is one that is there already. */
export type Role = "source" | "topic" | "transform" | "sink";

/** What is known of the rows that leave a node: its columns and how they change (stream traits). */
export interface Stream {
  columns: Column[];
  /** `update`: a later row may replace an earlier one with the same key. */
  changes: "append" | "update";
  /** `record`: each row is one record of a topic. `derived`: one record became several rows or several one, so only a key tells them apart. */
  origin: "record" | "derived";
  /** The column with the event time, once a watermark is set on it. */
  eventTime?: string;
  /** How far the watermark lags behind the newest event time, in milliseconds, where steps below must take it over: Spark takes one alone. */
  watermark?: number;
  /** Some of its rows are windows that are sent once. Whatever Spark computes below must be so too: a query has one output mode. */
  final?: true;
  /** Some of its rows went through a join, which Spark runs only where rows are never sent again; so must be whatever it computes below. */
  joined?: true;
  /** Columns that identify a row of a derived stream. */
  key?: string[];
  /** Columns that tell apart the rows that were made of one record: they identify a row together with what identifies the record. */
  index?: string[];
  /** Columns that may hold something else when a batch is computed again: a key made of them would not find what was written before. */
  unsteady?: string[];
}

/** A value that can be written as Python: JSON without surprises. */
export type PythonValue = string | number | boolean | null | PythonValue[] | { [key: string]: PythonValue };

/** Keyword arguments of a generated call, in the order in which they are printed. */
export type Arguments = Record<string, PythonValue>;

/** Ascending, descending, or what MongoDB calls an index of another type. */
export type IndexKind = 1 | -1 | "text" | "2dsphere" | "hashed";

/** An index as MongoDB's `createIndexes` takes it. */
export interface IndexPlan {
  name: string;
  fields: Record<string, IndexKind>;
  unique: boolean;
  expireAfterSeconds?: number;
  /** A `partialFilterExpression` in extended JSON: only documents that fit are in the index. */
  partial?: PythonValue;
}

/** A time series as MongoDB makes one. */
export interface TimeSeriesPlan {
  timeField: string;
  metaField?: string;
  granularity: "seconds" | "minutes" | "hours";
  expireAfterSeconds?: number;
}

/** A collection with what guards it. `validator` is a `$jsonSchema`. */
export interface CollectionPlan {
  name: string;
  indexes: IndexPlan[];
  validator: PythonValue;
  validatorAction: "off" | "warn" | "error";
  timeSeries?: TimeSeriesPlan;
}

/** A topic to create. */
export interface TopicPlan {
  name: string;
  partitions: number;
  replication: number;
  retentionMs: number;
  /** The largest record that the topic takes, in bytes. */
  maxMessageBytes: number;
}

/** What a room contributes to the plan. */
export type Part =
  /** `largestRecord`: bytes of the largest record that it hands over. */
  | { kind: "source"; settings: Record<string, PythonValue>; largestRecord: number }
  | TopicPart
  /**
   * A stateless step. `module` is the file in `spark-templates/steps`; `refuses`: it can make a dead letter of a row; `secrets`: settings whose values,
   * texts of references, reach the step by JOB_SECRETS; `packages`: sets of Python packages in `engine/toolchain/packages` that it needs; `files`: those
   * beside the spec that the job is given, as `renderedFile` names them; `table`: a file whose rows it needs; `runsCode`: it runs code of the user's, which
   * not every target allows.
   */
  | {
      kind: "step";
      module: string;
      arguments: Arguments;
      refuses: boolean;
      secrets?: Record<string, string>;
      packages?: string[];
      files?: { path: string; bytes: Uint8Array }[];
      table?: TableFile;
      runsCode?: true;
    }
  /** A stateful step. */
  | StatefulPart
  | SinkPart;

/** A table in a file beside the spec: whoever can read files hands its rows over. */
export interface TableFile {
  /** From the spec's folder on, with `/`. Its ending says how it is read. */
  path: string;
  /** Its text; absent where nobody can look, as in a browser. */
  text?: string;
  delimiter: string;
  columns: Column[];
  /** The columns that tell its rows apart. */
  key: string[];
  /** How often it is read again, in milliseconds; absent: once. */
  refresh?: number;
}

/** A topic that is read: one of the engine's own, or one that is there already and belongs to somebody else. */
export interface TopicPart {
  kind: "topic";
  name: string;
  /** How many records one batch of a query reads at most. */
  maxBatch: number;
  /** What the engine makes of it; absent where it is neither created nor altered. */
  own?: Omit<TopicPlan, "name" | "maxMessageBytes"> & { key?: string[] };
  /** Where the first run begins to read it, `earliest`, `latest` or an ISO 8601 time, and bytes of the largest record that it holds. */
  existing?: { start: string; largestRecord: number };
}

/** What writes rows. `module` is the file in `spark-templates/io`, `call` its function. */
export interface SinkPart {
  kind: "sink";
  module: string;
  call: string;
  arguments: Arguments;
  collection?: CollectionPlan;
  /** The topics that it writes to. */
  topics?: Omit<TopicPlan, "maxMessageBytes">[];
  /** The folder that it writes to. */
  folder?: string;
  /** What it writes again, with a new checkpoint, stands beside what it wrote before. */
  keepsAll?: true;
  /** The interval of its batches in milliseconds; absent: as soon as there are rows. */
  every?: number;
}

/** A step that remembers rows. Rows that it takes in carry no reject past it. */
export interface StatefulPart {
  kind: "stateful";
  module: string;
  arguments: Arguments;
  /** Refuses rows before they can touch the state; absent where there is nothing to refuse. For a step that reads several streams, one for each or null. */
  guard?: Arguments | (Arguments | null)[];
  /** Rows that come out of it can be refused by it. */
  refuses: boolean;
  /** It makes windows, each with its `window_start`. */
  windows: boolean;
  /** It lets go of what the watermark has passed. Where it does not, no row comes too late. */
  forgets: boolean;
  /** The delay of the watermark that it sets, in milliseconds; absent where it takes over one from above. For a step that reads several streams, one for each or null. */
  watermark?: number | (number | null)[];
  /** It remembers whole rows, of which Spark leaves out the columns that nothing below reads. */
  keepsRows?: true;
  /** What a checkpoint depends on. */
  state: Record<string, PythonValue>;
}

/** A file beside the spec: what it holds, and what it is if it is an ONNX model; or why that cannot be had. */
export type FoundFile = { bytes: Uint8Array; model(): ModelFace | undefined } | { problem: FileProblem };

/** `outside`: a link leads out of the spec's folder. */
export type FileProblem = "missing" | "outside" | "unreadable" | "too-large";

/** Looks a file up by its path below the spec's folder. */
export type FilesBeside = (path: string) => FoundFile;

/** What a room is given to work on one node. */
export interface NodeContext<Config> {
  id: string;
  config: Config;
  /** The streams that the node reads, in the order of its inputs. */
  inputs: Stream[];
  /** What the user calls each of them: its name in named inputs, else the node, or `node.output`. */
  inputNames: string[];
  /** Reports a mistake at a path inside the config, such as `["window", "on"]`. */
  report(path: (string | number)[], finding: Omit<Finding, "pointer">): void;
  /** Looks up a file beside the spec; absent where nobody can. `fileAt` reports what cannot be had. */
  file?: FilesBeside;
  /** Parses and checks the user's expression at a path; its mistakes are reported there. */
  expression(path: (string | number)[], columns: readonly Column[], mode: "row" | "aggregate"): TypedExpression | undefined;
}

/** The result of a room: what flows out, and what it adds to the plan. Absent where mistakes left nothing to say. */
export interface Compiled {
  /** Read by the node's id. */
  output?: Stream;
  /** Read by `id.name`; the step of such a node gives a frame for each, and `main` for the output. */
  outputs?: Record<string, Stream>;
  part?: Part;
}

/** The contract of a room: everything the core knows of a node type. */
export interface NodeKind<Config = never> {
  type: string;
  role: Role;
  /** Which roles it may read, and how many nodes. With `names` each is read by one of them, in this order whatever the order of the text. */
  inputs: { roles: Role[]; min: number; max: number; names?: readonly string[] };
  /**
   * Which settings decide what columns leave the node: a mistake in one leaves them in doubt. `named`: a map whose keys are names of columns, each of
   * which hangs on its own entry alone. `presence`: it matters whether it is there, and not what it says. Empty where the columns pass through as they came.
   */
  shapes: Readonly<Record<string, "named" | "all" | "presence">>;
  /** The names of its side outputs, and whether it has an output besides; absent: it has that alone. */
  outputs?(config: Config): { main: boolean; side: string[] };
  /** Checks one node against its inputs and says what it becomes. Pure; mistakes go to `context.report`. */
  compile(context: NodeContext<Config>): Compiled;
  /** Builds what runs the node on sample rows without Spark, with exactly Spark's result; undefined where what it needs is not at hand. Transforms and sinks have it, or say why not. */
  preview?(context: PreviewContext<Config>): PreviewStep | undefined;
  /** The columns that the preview of a sink shows; absent: those that it reads. */
  shows?(config: Config, columns: readonly Column[]): Column[];
  /** What the preview needs that may not be at hand: `Python`. */
  previewNeeds?: string | ((config: Config) => string);
  /** Why there is no preview of such nodes, in half a sentence. */
  noPreview?: string;
  /** What a test may give to the node in place of what it asks elsewhere. */
  given?: Given<Config>;
  /** Why no test runs such nodes without what it may give to them, in Spark neither, in half a sentence. */
  noTest?: string;
}

export type { Expression, TypedExpression };
