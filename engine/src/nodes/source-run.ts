/**
 * One thing a source hands over. `sequence` counts the source's records from 0 and is present when the source resumes by number.
 * `cursor` is where to read on once this record and all before it are acknowledged; it travels with the record, so that Kafka keeps both or none.
 */
export type SourceItem =
  | { kind: "record"; bytes: Uint8Array; sequence?: number; cursor?: string }
  /** A record over the cap: only its head is kept, with the whole length in bytes and the SHA-256 of all of it in hex. */
  | { kind: "oversized"; head: Uint8Array; length: number; sha256: string; sequence?: number; cursor?: string };

/** News of the connection, shown in the live view and written to the run's events. */
export type SourceReport =
  | { event: "connected"; url: string }
  | { event: "degraded"; message: string; attempt: number; retryInMs: number }
  /** Records may be missing between the two instants (ISO 8601): the source cannot resume. */
  | { event: "gap"; from: string; to: string; reason: string }
  /** A half record at the end of a cut connection was thrown away. */
  | { event: "discarded"; bytes: number };

/** What ingest gives a source. The source knows nothing of Kafka. */
export interface SourceContext<Config> {
  node: string;
  /** The node's config with every reference resolved. */
  config: Config;
  /** The project's folder, from which relative paths are taken. */
  root?: string;
  /** The sequence to begin at: one after the last acknowledged record. Absent on the first run and where the source cannot resume. */
  resumeFrom?: number;
  /** The cursor of the last acknowledged record, for a source that resumes by cursor. Absent on the first run. */
  cursor?: string;
  /** Stop after the present end: a stream is read until the server ends it, a poll happens once. */
  once: boolean;
  /**
   * Hands over what arrived together, in order; an await per record would cost more than reading it. Resolves when there is room
   * for more. Rejects only when the run is over. The items and their bytes belong to the receiver from then on.
   */
  emit(items: SourceItem[]): Promise<void>;
  report(news: SourceReport): void;
  signal: AbortSignal;
}

/** Why a source returned. A source that fails for good throws a `SourceFailure`. */
export type SourceEnd = "ended" | "aborted";

/** The source's service said no in a way that no retry will mend, such as 401 or 404. */
export class SourceFailure extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.name = "SourceFailure";
    this.hint = hint;
  }
}

/** The runtime half of a source's room. */
export interface SourceRunner<Config> {
  /** True where every record has its number, and the source can begin at any of them: after a crash nothing comes twice. */
  isNumbered?(config: Config): boolean;
  /**
   * True where records may carry a cursor. Such a source hands over a record again rather than leave one out: what stood in Kafka beyond the
   * first record that is missing comes twice after a crash.
   */
  hasCursor?(config: Config): boolean;
  run(context: SourceContext<Config>): Promise<SourceEnd>;
}
