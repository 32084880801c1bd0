import { autocompletion, closeBrackets } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab, redoDepth, undoDepth } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, foldGutter, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic as Lint, lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Diagnostic } from "@pipeline-engine/engine/core";
import { type Layout, layoutField, layoutHistory } from "../state/layout-field.ts";
import { completeYaml } from "./complete.ts";

/** What the view tells whenever text, layout or history have changed, or the cursor has moved. */
export interface ViewNews {
  text: string;
  layout: Layout;
  canUndo: boolean;
  canRedo: boolean;
  docChanged: boolean;
  head: number;
  selectionSet: boolean;
}

const nonce = document.querySelector<HTMLElement>("meta[property=csp-nonce], script[nonce]")?.nonce ?? "";

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--ok)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--transform)" },
]);

const theme = EditorView.theme({
  "&": { height: "100%", fontSize: "13px", backgroundColor: "var(--surface)", color: "var(--text)" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--muted)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--hover)" },
  "&.cm-focused .cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selection) !important" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--text)", border: "1px solid var(--line)" },
});

function extensions(onNews: (news: ViewNews) => void): Extension[] {
  return [
    EditorView.cspNonce.of(nonce),
    lineNumbers(),
    foldGutter(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    drawSelection(),
    history(),
    layoutField,
    layoutHistory,
    indentUnit.of("  "),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    highlightSelectionMatches(),
    syntaxHighlighting(colours),
    yaml(),
    autocompletion({ override: [completeYaml] }),
    lintGutter(),
    keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, indentWithTab]),
    EditorView.contentAttributes.of({ "aria-label": "YAML of the pipeline" }),
    theme,
    EditorView.updateListener.of((update) => {
      const layout = update.state.field(layoutField);
      const layoutChanged = layout !== update.startState.field(layoutField);
      if (!update.docChanged && !layoutChanged && !update.selectionSet) return;
      onNews({
        text: update.state.doc.toString(),
        layout,
        canUndo: undoDepth(update.state) > 0,
        canRedo: redoDepth(update.state) > 0,
        docChanged: update.docChanged || layoutChanged,
        head: update.state.selection.main.head,
        selectionSet: update.selectionSet && update.view.hasFocus,
      });
    }),
  ];
}

/** A view of a text; its history begins here. */
export function createView(parent: HTMLElement, text: string, layout: Layout, onNews: (news: ViewNews) => void): EditorView {
  const state = EditorState.create({ doc: text, extensions: [...extensions(onNews), layoutField.init(() => layout)] });
  const view = new EditorView({ state, parent });
  // What scrolls must be reachable by keyboard.
  view.scrollDOM.tabIndex = 0;
  return view;
}

/** Underlines what is wrong. Places beyond the text, which is newer, are left out. */
export function showDiagnostics(view: EditorView, diagnostics: readonly Diagnostic[]): void {
  const end = view.state.doc.length;
  const lints = diagnostics
    .filter(({ at }) => at.to <= end)
    .map(
      ({ at, severity, code, message, hint }): Lint => ({
        from: at.from,
        to: Math.max(at.to, Math.min(end, at.from + 1)),
        severity,
        source: code,
        message: hint === undefined ? message : `${message}\n${hint}`,
      }),
    );
  view.dispatch(setDiagnostics(view.state, lints));
}
