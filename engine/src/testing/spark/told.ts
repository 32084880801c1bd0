/** Why a node refused a row. */
export interface Reject {
  node: string;
  code: string;
  message: string;
}

/** A row of a stream. `row`: its JSON, null where it only carries rejects. `place` and `element`: which record, and part of it, it was made of. */
export interface SparkRow {
  row: string | null;
  place: string | null;
  element: string | null;
  rejects: Reject[];
}

/**
 * What Spark tells of a stateful step. `watermark`: behind it a row of the batch was late. `came`: place and last moment of the rows taken in,
 * null where they are no records. `overlapping`: a row lies in several windows, so that some of them may be behind the watermark and others not.
 */
export interface SparkStep {
  late: number;
  repeats: number;
  open: number;
  watermark: string | null;
  came: [place: string, last: number][] | null;
  overlapping: boolean;
}

/** What a sink made of a row. */
export interface SinkRow {
  place: string | null;
  document?: string;
  deleted?: true;
  rejects: Reject[];
}

/** A batch as `spark-templates/run_pipeline_tests.py` answers. `filtered`: how many rows the node of the stream dropped. */
export interface SparkBatch {
  streams: Record<string, { rows: SparkRow[]; filtered: number }>;
  steps: Record<string, SparkStep>;
  sinks: Record<string, SinkRow[]>;
}
