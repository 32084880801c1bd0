import { syntaxHighlighting } from "@codemirror/language";
import { diff, getChunks, unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { colours, yaml } from "../code/language.ts";
import { nonce, theme } from "../code/view.ts";
import { diffTexts } from "../texts/diff.ts";

/** One text with what was added to it and what was taken away, read-only. */
export interface DiffView {
  /** Takes another newer text. */
  update(now: string): void;
  /** Brings a place into view: of the newer text, or of the older one. */
  reveal(position: number, isOld: boolean): void;
  destroy(): void;
}

// Signs beside the colours, for whoever cannot tell them apart.
const look = EditorView.theme({
  "&.cm-merge-b .cm-changedLine, .cm-inlineChangedLine": { backgroundColor: "color-mix(in srgb, var(--ok) 12%, transparent)" },
  ".cm-deletedChunk": { backgroundColor: "color-mix(in srgb, var(--error) 12%, transparent)", paddingLeft: "6px" },
  ".cm-changedLine::before": { content: "'+ '", color: "var(--ok)", fontWeight: "600" },
  ".cm-deletedLine::before": { content: "'− '", color: "var(--error)", fontWeight: "600" },
  "&.cm-merge-b .cm-changedText": { background: "none", borderBottom: "2px solid var(--ok)" },
  ".cm-deletedChunk .cm-deletedText": { background: "none", borderBottom: "2px solid var(--error)" },
  ".cm-deletedLine, .cm-deletedLine del": { textDecoration: "none" },
  ".cm-collapsedLines::before, .cm-collapsedLines::after": { content: "'…' !important", margin: "0 6px" },
  ".cm-collapsedLines": { background: "var(--raised)", color: "var(--muted)" },
});

/** Shows what has become of `head`. */
export function createDiffView(parent: HTMLElement, head: string, now: string): DiffView {
  const extensions = [
    EditorView.cspNonce.of(nonce),
    EditorState.readOnly.of(true),
    EditorView.contentAttributes.of({ "aria-label": diffTexts.text, "aria-readonly": "true" }),
    EditorView.lineWrapping,
    lineNumbers(),
    yaml(),
    syntaxHighlighting(colours),
    theme,
    look,
    unifiedMergeView({ original: head, mergeControls: false, gutter: true, collapseUnchanged: { margin: 3, minSize: 6 } }),
  ];
  const view = new EditorView({ parent, doc: now, extensions });
  // What scrolls must be reachable by keyboard.
  view.scrollDOM.tabIndex = 0;
  return {
    update(text) {
      // Only what differs, so that what is in view stays there.
      const changes = diff(view.state.doc.toString(), text, { timeout: 200 });
      view.dispatch({
        changes: changes.map(({ fromA, toA, fromB, toB }) => ({ from: fromA, to: toA, insert: text.slice(fromB, toB) })),
      });
    },
    reveal(position, isOld) {
      const chunks = getChunks(view.state)?.chunks ?? [];
      const place = isOld ? chunks.find(({ fromA, toA }) => fromA <= position && position < toA)?.fromB : position;
      if (place === undefined) return;
      view.dispatch({ effects: EditorView.scrollIntoView(Math.min(place, view.state.doc.length), { y: "center" }) });
    },
    destroy: () => view.destroy(),
  };
}
