import { create } from "zustand";
import type { Picture } from "../compile/picture.ts";
import type { ShownPreview } from "../compile/rows.ts";
import { type Layout, sameLayout } from "./layout-field.ts";
import type { TextForm } from "./raw-text.ts";
import type { Renamed } from "./renames.ts";

export type Side = "form" | "yaml";
export type Dock = "preview" | "problems" | "plan" | "job" | "diff" | "run" | "results" | "dead-letters";

/** Something to tell: what could not be done and what to do. */
export interface Notice {
  title: string;
  text: string;
}

/** What the screen shows of one spec. The text itself lives in CodeMirror, and comes here with every change. */
export interface Editor {
  id: string;
  etag: string;
  /** How the file is written beyond its lines. */
  form: TextForm;
  /** The text as it is on disk, and as it is now; the layout likewise. */
  savedText: string;
  text: string;
  savedLayout: Layout;
  layout: Layout;
  /** Nodes that got other ids, as the files on disk know of them, and as it is now. */
  savedRenames: readonly Renamed[];
  renames: readonly Renamed[];
  canUndo: boolean;
  canRedo: boolean;
  /** The last picture that could be drawn. */
  picture: Picture | undefined;
  /** What is wrong with the text as it is now. */
  diagnostics: Picture["diagnostics"];
  /** The picture is of an older text, since this one cannot be read. */
  isStale: boolean;
  selected: readonly string[];
  side: Side;
  /** The place of the text whose field the form is to focus; gone once it did. */
  asked: { pointer: string } | undefined;
  dock: Dock;
  /** The dock takes the place of the canvas. */
  isDockLarge: boolean;
  samples: Record<string, string[]>;
  /** The files of the samples; one that the simulator made has none. */
  sampleFiles: Record<string, string>;
  missingSamples: Record<string, string>;
  previews: ShownPreview[] | undefined;
  /** Why there are no previews of a text without mistakes. */
  previewFailure: string | undefined;
  notice: Notice | undefined;
  /** What is on disk now, where somebody else has changed it. */
  conflict: { text: string; form: TextForm; etag: string } | undefined;
  isSaving: boolean;
  /** There is no file of that name on disk any more. */
  isGone: boolean;
}

export const initialEditor: Editor = {
  id: "",
  etag: "",
  form: { bom: false, lineEnd: "\n" },
  savedText: "",
  text: "",
  savedLayout: {},
  layout: {},
  savedRenames: [],
  renames: [],
  canUndo: false,
  canRedo: false,
  picture: undefined,
  diagnostics: [],
  isStale: false,
  selected: [],
  side: "form",
  asked: undefined,
  dock: "preview",
  isDockLarge: false,
  samples: {},
  sampleFiles: {},
  missingSamples: {},
  previews: undefined,
  previewFailure: undefined,
  notice: undefined,
  conflict: undefined,
  isSaving: false,
  isGone: false,
};

export const useEditor = create<Editor>(() => initialEditor);

/** True where something would be lost by leaving. */
export function isDirty({ text, savedText, layout, savedLayout }: Editor): boolean {
  return text !== savedText || !sameLayout(layout, savedLayout);
}
