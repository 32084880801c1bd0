import { redo, undo } from "@codemirror/commands";
import { type StateEffect, Transaction } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { ApiError, api } from "../api/client.ts";
import { createView, showDiagnostics, type ViewNews } from "../code/view.ts";
import { startCompiler } from "../compile/compiler.ts";
import { type Edit, idsOf } from "../document/index.ts";
import { texts } from "../texts/index.ts";
import { type Editor, initialEditor, isDirty, useEditor } from "./editor.ts";
import { fileOnDisk, isMissing } from "./gone.ts";
import { type Layout, layoutText, readLayout, sameLayout, setLayout } from "./layout-field.ts";
import { openText, rawText } from "./raw-text.ts";
import { pending, type Renamed, setRenames, testsAfter } from "./renames.ts";
import { writeTyped } from "./typing.ts";

export const compiler = startCompiler();
const COMPILE_AFTER_MS = 60;
const PREVIEW_AFTER_MS = 250;

let view: EditorView | undefined;
let compileTimer: ReturnType<typeof setTimeout> | undefined;
let previewTimer: ReturnType<typeof setTimeout> | undefined;
let newest = 0;
/** Counts the specs that were opened and left, so that an answer that comes late is known as one for another. */
let opening = 0;
/** This page has written a draft, or taken one up; another page may have one of the same spec. */
let hasDraft = false;
let hasChangedMeanwhile = false;

const set = useEditor.setState;
const get = useEditor.getState;
const draftKey = (id: string) => `draft:${id}`;

/** What was typed and not saved, and the file that it was typed into. */
interface Draft {
  text: string;
  etag: string;
  layout?: Layout;
  renames?: readonly Renamed[];
}

/** Reads a spec and its samples, and opens its text in `parent`. What was typed and not saved before is there again. */
export async function openSpec(id: string, parent: HTMLElement): Promise<void> {
  opening += 1;
  const mine = opening;
  const file = await api.spec(id).catch((error: unknown) => {
    if (mine === opening) throw error;
  });
  if (mine !== opening || file === undefined) return;
  const layout = readLayout(file.layout);
  const { text, form, isMixed } = openText(file.text);
  const draft = readDraft(id);
  hasDraft = draft !== undefined;
  view?.destroy();
  set({ ...initialEditor, dock: get().dock, id, etag: file.etag, form, savedText: text, text, savedLayout: layout, layout });
  view = createView(parent, text, layout, onNews);
  if (isMixed) set({ notice: { title: texts.mixedEnds, text: texts.mixedEndsText } });
  if (draft !== undefined && (draft.text !== text || !sameLayout(draft.layout ?? layout, layout))) {
    const effects = [setLayout.of(draft.layout ?? layout), setRenames.of(draft.renames ?? [])];
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: draft.text }, effects });
    set({ notice: { title: texts.unsaved, text: texts.draftBack } });
    // Typed into another text than the one that is there now: only the user can say which one stays.
    if (draft.etag !== file.etag) set({ conflict: { text, form, etag: file.etag } });
  } else compileSoon(0);
  await readSamples(id);
}

/** Reads the samples of the sources that the spec has on disk, and makes the previews anew. */
export async function readSamples(id: string): Promise<void> {
  const read = await api.samples(id).catch(() => undefined);
  if (read === undefined || get().id !== id) return;
  set({ samples: read.samples, sampleFiles: read.from, missingSamples: read.missing });
  previewSoon();
}

/** Reads anew what the server would have told of meanwhile. */
export async function reread(): Promise<void> {
  const { id, notice } = get();
  if (notice?.text === texts.lostServer) set({ notice: undefined });
  if (id === "" || view === undefined) return;
  await onFileChanged(id);
  await readSamples(id);
}

function readDraft(id: string): Draft | undefined {
  try {
    const { text, etag, ...more } = JSON.parse(localStorage.getItem(draftKey(id)) ?? "{}") as Partial<Draft>;
    return text === undefined || etag === undefined ? undefined : { text, etag, ...more };
  } catch {
    return undefined;
  }
}

/** For tests, and for whoever asks in the console. */
Object.assign(window, { editorText: () => view?.state.doc.toString() ?? "" });

/** Leaves the spec. */
export function closeSpec(): void {
  writeTyped();
  opening += 1;
  view?.destroy();
  view = undefined;
  set(initialEditor);
}

function onNews({ text, layout, renames, canUndo, canRedo, docChanged, head, selectionSet }: ViewNews): void {
  if (selectionSet && !docChanged) selectAt(head);
  if (!docChanged) return;
  set({ text, layout, renames, canUndo, canRedo });
  keepDraft();
  compileSoon(COMPILE_AFTER_MS);
}

function keepDraft(): void {
  const { id, etag, text, layout, renames } = get();
  const isWanted = isDirty(get());
  try {
    if (isWanted) localStorage.setItem(draftKey(id), JSON.stringify({ text, etag, layout, renames } satisfies Draft));
    else if (hasDraft) localStorage.removeItem(draftKey(id));
    hasDraft = isWanted;
  } catch {
    set({ notice: { title: texts.unsaved, text: texts.noDraft } });
  }
}

addEventListener("pagehide", writeTyped);

/** The node in which the cursor stands is the selected one. */
function selectAt(head: number): void {
  const { picture, isStale, selected } = get();
  const node = isStale ? undefined : picture?.nodes.find(({ from, to }) => from <= head && head <= to);
  if (node !== undefined && (selected.length !== 1 || selected[0] !== node.id)) set({ selected: [node.id] });
}

function compileSoon(delay: number): void {
  clearTimeout(compileTimer);
  compileTimer = setTimeout(() => void compileNow(), delay);
}

async function compileNow(isAgain = false): Promise<void> {
  newest += 1;
  const mine = newest;
  const { text, id } = get();
  const answer = await compiler.ask({ ask: "picture", text, file: `${id}.yaml` });
  if (mine !== newest || view === undefined) return;
  // It may have waited behind another question that never ended.
  if ("failed" in answer && !isAgain) return compileNow(true);
  if ("failed" in answer) set({ notice: { title: texts.refused, text: answer.failed } });
  if (!("picture" in answer)) return;
  const { picture } = answer;
  const ids = new Set(picture.nodes.map((node) => node.id));
  set({
    diagnostics: picture.diagnostics,
    isStale: !picture.isReadable,
    ...(picture.isReadable && { picture }),
    // What was selected meanwhile may stand only in the text that came meanwhile.
    ...(picture.isReadable && get().text === text && { selected: get().selected.filter((one) => ids.has(one)) }),
  });
  void showDiagnostics(view, picture.diagnostics);
  previewSoon();
}

function previewSoon(): void {
  clearTimeout(previewTimer);
  previewTimer = setTimeout(() => void previewNow(), PREVIEW_AFTER_MS);
}

async function previewNow(): Promise<void> {
  const { text, id, samples } = get();
  const answer = await compiler.ask({ ask: "preview", text, file: `${id}.yaml`, samples });
  if (get().text !== text) return;
  if ("failed" in answer) set({ previews: undefined, previewFailure: answer.failed });
  else if ("previews" in answer) set({ previews: answer.previews, previewFailure: undefined });
}

/** Makes an edit, as one step of the history with what else it changes; a refused one is told. True where it was made. */
export function apply(edit: Edit, effects: readonly StateEffect<unknown>[] = []): boolean {
  if (view === undefined) return false;
  if ("refused" in edit) {
    set({ notice: { title: texts.refused, text: edit.refused } });
    return false;
  }
  view.dispatch({ changes: edit.changes, effects, userEvent: "input.canvas" });
  if (edit.select !== undefined) set({ selected: [edit.select] });
  // A picture of the text before would show what was there before; a canvas that waits would show the node where it was.
  newest += 1;
  compileSoon(0);
  return true;
}

/** Moves nodes, as one step of the history. */
export function move(layout: Layout): void {
  view?.dispatch({ effects: setLayout.of(layout), userEvent: "move.canvas" });
}

export function undoLast(): void {
  if (view !== undefined) undo(view);
}

export function redoLast(): void {
  if (view !== undefined) redo(view);
}

/** Shows a place of the text. Where `hasFocus` is false, whoever works elsewhere goes on there. */
export function showPlace(from: number, to: number, hasFocus = true): void {
  set({ side: "yaml" });
  const end = view?.state.doc.length ?? 0;
  view?.dispatch({
    selection: { anchor: Math.min(from, end), head: Math.min(to, end) },
    effects: EditorView.scrollIntoView(Math.min(from, end), { y: "center" }),
  });
  if (hasFocus) requestAnimationFrame(() => view?.focus());
}

/** Writes the text, the layout and the tests, where they name nodes that got other ids, to disk. False where that did not happen; then it is told. */
export async function save(): Promise<boolean> {
  writeTyped();
  const { id, etag, text, form, layout, renames, isSaving } = get();
  if (isSaving) return false;
  const mine = opening;
  set({ isSaving: true });
  try {
    const saved = await api.save(id, etag, { text: rawText(text, form), ...movedNodes(), ...(await renamedTests()) });
    if (mine !== opening) return false;
    set({ etag: saved.etag, savedText: text, savedLayout: layout, savedRenames: renames, conflict: undefined });
    keepDraft();
    void readSamples(id);
    return true;
  } catch (error) {
    // The draft of a spec that was left still has it.
    if (mine === opening) tell(error);
    return false;
  } finally {
    if (mine === opening) {
      set({ isSaving: false });
      if (hasChangedMeanwhile) void onFileChanged(id);
      hasChangedMeanwhile = false;
    }
  }
}

/** Where nodes stand, as a file; nothing where that is as it was, so that what others made of the file stays. */
function movedNodes(): { layout?: string | null } {
  const { text, layout, savedText, savedLayout } = get();
  const now = layoutText(layout, idsOf(text));
  return now === layoutText(savedLayout, idsOf(savedText)) ? {} : { layout: now };
}

/** The tests of the pipeline as they are on disk now, with the new ids; nothing where they need not change, or cannot. */
async function renamedTests(): Promise<{ tests?: string }> {
  const { id, savedRenames, renames } = get();
  const missing = pending(savedRenames, renames);
  const tests = missing.length === 0 ? null : (await api.spec(id)).tests;
  if (tests === null) return {};
  const after = testsAfter(tests, missing);
  if ("tests" in after) return after.tests === tests ? {} : after;
  set({ notice: { title: texts.testsKept, text: after.refused } });
  return {};
}

/** Resolves a conflict: writes over what is on disk, or takes it over into the text. */
export async function resolveConflict(keep: "mine" | "theirs"): Promise<void> {
  const { conflict } = get();
  if (conflict === undefined || view === undefined) return;
  set({ conflict: undefined, etag: conflict.etag, savedText: conflict.text });
  if (keep === "mine") await save();
  else {
    set({ form: conflict.form });
    takeFromDisk(view, conflict.text);
  }
}

/** The text as somebody else wrote it; the tests beside it are theirs too. */
function takeFromDisk(into: EditorView, text: string): void {
  set({ savedRenames: [] });
  into.dispatch({ changes: { from: 0, to: into.state.doc.length, insert: text }, effects: setRenames.of([]) });
}

/** The file has changed on disk: what nobody has edited is taken over, else both are offered. */
export async function onFileChanged(id: string): Promise<void> {
  if (id !== get().id) return;
  const file = await fileOnDisk(id);
  const { id: mine, etag, isSaving } = get();
  if (file === undefined || id !== mine || view === undefined) return;
  // What this page writes is told to it as well.
  hasChangedMeanwhile ||= isSaving;
  if (isSaving) return;
  takeLayout(view, readLayout(file.layout));
  if (file.etag === etag) return;
  const { text, form } = openText(file.text);
  if (isDirty(get())) {
    set({ conflict: { text, form, etag: file.etag } });
    return;
  }
  set({ etag: file.etag, form, savedText: text });
  takeFromDisk(view, text);
  await readSamples(id);
}

/** Where nodes stand as somebody else left them, unless some were moved here. */
function takeLayout(into: EditorView, theirs: Layout): void {
  const { layout, savedLayout } = get();
  if (layout !== savedLayout || sameLayout(theirs, savedLayout)) return;
  set({ savedLayout: theirs });
  into.dispatch({ effects: setLayout.of(theirs), annotations: Transaction.addToHistory.of(false) });
}

/** Says what went wrong, where the user can read it. */
export function tell(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 412) {
    const { text, etag } = error.body as { text: string; etag: string };
    set({ conflict: { ...openText(text), etag } });
    return;
  }
  if (isMissing(error)) {
    set({ isGone: true });
    return;
  }
  const text = error.status === 0 ? texts.lostServer : [error.message, error.hint].filter(Boolean).join(" ");
  set({ notice: { title: texts.refused, text } satisfies Editor["notice"] });
}
