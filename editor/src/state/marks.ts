import { create } from "zustand";

/** A word at a node, on the canvas and in the outline. */
export interface Mark {
  kind: string;
  word: string;
}

/** What a panel says at nodes while it is open; `removed` is the kind of those that the canvas has no more. Apart from the editor's state, so that only what is marked renders. */
export const useMarks = create<Readonly<Record<string, Mark>>>(() => ({}));
