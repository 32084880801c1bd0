import { create } from "zustand";

/** What is going on at one node of a run. */
export interface LiveNode {
  /** Rows a second, over the last few seconds. */
  rate?: number;
  /** Rows that wait in the topic. */
  lag?: number;
  dead?: number;
  late?: number;
  filtered?: number;
  written?: number;
  batchMs?: number;
}

/** A run as the screen shows it. Apart from the editor's state, so that a status event renders only what it is about. */
export interface Live {
  run: string | undefined;
  state: string;
  reason: string | undefined;
  nodes: Record<string, LiveNode>;
  log: { at: string; text: string }[];
  summary: Record<string, unknown> | undefined;
  /** Rows a second of each query, a point for each second. */
  history: { at: number; rates: Record<string, number> }[];
}

export const initialLive: Live = {
  run: undefined,
  state: "",
  reason: undefined,
  nodes: {},
  log: [],
  summary: undefined,
  history: [],
};

export const useLive = create<Live>(() => initialLive);
