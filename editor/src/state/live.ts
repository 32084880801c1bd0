import { create } from "zustand";
import type { RunEvent } from "../../../engine/src/runtime/events.ts";

/** What a run tells, and what its command tells where it fails. */
export type LiveEvent =
  | RunEvent
  | { event: "problem"; code: string; message: string; hint?: string }
  | { event: "diagnostic"; code: string; severity: string; message: string; hint?: string; at: { line: number } }
  | { event: "exit"; code: number | null }
  /** The first dead or late rows of a node. */
  | { event: "first"; node: string; what: "dead" | "late"; codes: string[] };

/** An event of a run with its number there. `at` is in epoch milliseconds. */
export interface Told {
  number: number;
  at: number;
  event: LiveEvent;
}

/** What is going on at one node of a run. Counts are sums over the run. */
export interface LiveNode {
  /** Rows a second that are read, of the last batch or between the last two reports of a source; absent once the run is over. */
  rate?: number;
  /** Documents a second that a query writes, of the last batch; absent once the run is over. */
  writes?: number;
  /** Rows that wait in the topic. */
  lag?: number;
  /** Dead letters; those among them that a source refused are told by ingest, as a total. */
  dead?: number;
  refused?: number;
  late?: number;
  filtered?: number;
  /** Of a source: records read, and those that Kafka has. */
  read?: number;
  produced?: number;
  /** Of a query: documents that are new, and those that took the place of others. */
  written?: number;
  repeats?: number;
  batchMs?: number;
  /** When it was heard of last, in epoch milliseconds. */
  heard?: number;
}

/** What a query, or a source, measured at one moment: as in its LiveNode. */
export interface Measure extends LiveNode {
  /** Epoch seconds. */
  at: number;
  of: string;
  /** Milliseconds by which event time is behind the clock. */
  behind?: number;
  /** Dead letters of the whole run so far. */
  allDead: number;
}

/** A run as the screen shows it. Apart from the editor's state, so that a status event renders only what it is about. */
export interface Live {
  run: string | undefined;
  /** The number of the last event that was taken. */
  number: number;
  state: string;
  nodes: Record<string, LiveNode>;
  /** Of the last ten minutes, oldest first. */
  measures: readonly Measure[];
  /** All that is no measure, oldest first. */
  told: readonly Told[];
}

export const initialLive: Live = { run: undefined, number: 0, state: "", nodes: {}, measures: [], told: [] };

export const useLive = create<Live>(() => initialLive);
