import type { Arguments, CollectionPlan, PythonValue, TopicPlan } from "../nodes/node-kind.ts";

/** A source and the topic it fills. */
export interface SourcePlan {
  node: string;
  type: string;
  topic: string;
  partitions: number;
  /** The path into the record that becomes Kafka's key. */
  key?: string[];
  /** The node's config, references unresolved. */
  settings: Record<string, PythonValue>;
}

/** A topic that is there already and belongs to somebody else: it is read, and neither created nor altered. */
export interface ExistingTopicPlan {
  node: string;
  name: string;
  /** Where the first run begins: `earliest`, `latest` or an ISO 8601 time. */
  start: string;
}

/**
 * One call of the generated job that makes a stream: a topic that is read, a step, or the guard of a stateful step. A guard notes on the rows of
 * its input which of them the step will refuse, so that the query that owns the step's rejects finds them there.
 */
export interface StreamPlan {
  call: "read" | "apply" | "guard";
  /** The name of the stream, without its outputs where it has several; a guard takes the place of its input, `node.output` where that is one of several. */
  stream: string;
  node: string;
  type: string;
  /** `kafka` for a topic, else a module of `spark-templates/steps`. */
  module: string;
  /** The stream it reads, or the list of them where its type can read several; absent for a topic. */
  from?: string | string[];
  arguments: Arguments;
  /** Settings that are secrets, references unresolved: the job gets them by JOB_SECRETS. */
  secrets?: Record<string, string>;
}

/** One streaming query: a sink, or the rejects of a stream that only stateful queries read. */
export interface QueryPlan {
  name: string;
  from: string;
  /** Absent for a query that exists for the rejects alone. */
  sink?: { node: string; type: string; module: string; call: string; arguments: Arguments; keepsAll?: true };
  /**
   * Nodes whose dead letters and dropped rows this query writes and counts. Every node has exactly one owner, but a stateful step may have two:
   * of the rows that its guard refuses, and of those that it refuses itself, on the other side of its state.
   */
  owns: string[];
  /** Its stateful steps as Spark reports them, null where another query reports the step's late and dropped rows. Every step has one reporter. */
  operators?: (string | null)[];
  /** The interval of its batches in milliseconds; absent: as soon as there are rows. */
  every?: number;
  /** Some of its rows are windows. */
  windows?: boolean;
  /** The topics it reads, in the order of Spark's sources. */
  topics: string[];
  /** How often it reads each topic, where one is read more than once: each way from it to the sink is a scan. */
  scans?: number[];
  /** What its checkpoint depends on. A change here needs a new version of the checkpoint. */
  fingerprint: Record<string, PythonValue>;
}

/** What a spec becomes: plain JSON, the same for the same spec, without addresses or secrets. */
export interface Plan {
  format: 1;
  pipeline: string;
  /** SHA-256 over everything else in the plan, first 16 hex digits. */
  spec: string;
  deadLetters: string;
  shufflePartitions: number;
  sources: SourcePlan[];
  topics: TopicPlan[];
  /** Absent where there are none. */
  existingTopics?: ExistingTopicPlan[];
  streams: StreamPlan[];
  queries: QueryPlan[];
  collections: CollectionPlan[];
  /** The sets of Python packages that its steps need beside the toolchain's own; absent where there are none. */
  packages?: string[];
  /** The files beside the spec that the job is given, by their path; absent where there are none. */
  files?: { path: string; sha256: string }[];
  /** The nodes that run code of the user's, which not every target allows; absent where there are none. */
  code?: string[];
}
