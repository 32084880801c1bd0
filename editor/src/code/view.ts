import { defaultKeymap, history, historyKeymap, indentWithTab, redo, redoDepth, undoDepth } from "@codemirror/commands";
import { indentUnit } from "@codemirror/language";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import type { Diagnostic } from "@pipeline-engine/engine/core";
import { type Layout, layoutField, layoutHistory } from "../state/layout-field.ts";
import { type Renamed, renamesField, renamesHistory } from "../state/renames.ts";
import { texts } from "../texts/index.ts";

/** What the view tells whenever text, layout or history have changed, or the cursor has moved. */
export interface ViewNews {
  text: string;
  layout: Layout;
  renames: readonly Renamed[];
  canUndo: boolean;
  canRedo: boolean;
  docChanged: boolean;
  head: number;
  selectionSet: boolean;
}

/** What lets the styles of CodeMirror into a page that allows no others. */
export const nonce = document.querySelector<HTMLElement>("meta[property=csp-nonce], script[nonce]")?.nonce ?? "";

const languagePart = new Compartment();

/** How every text of code looks. */
export const theme = EditorView.theme({
  "&": { height: "100%", fontSize: "13px", backgroundColor: "var(--surface)", color: "var(--text)" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--muted)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--hover)" },
  "&.cm-focused .cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selection) !important" },
  ".cm-told": { padding: "6px 10px", maxWidth: "460px" },
  ".cm-told p, .cm-told pre": { margin: "4px 0 0" },
  ".cm-told pre": { fontFamily: "var(--mono)", fontSize: "12px", maxHeight: "240px", overflow: "auto", whiteSpace: "pre-wrap" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--text)", border: "1px solid var(--line)" },
});

function extensions(onNews: (news: ViewNews) => void): Extension[] {
  return [
    EditorView.cspNonce.of(nonce),
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    drawSelection(),
    history(),
    layoutField,
    layoutHistory,
    renamesField,
    renamesHistory,
    indentUnit.of("  "),
    languagePart.of([]),
    // CodeMirror has this key on every system but Windows.
    keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab, { key: "Mod-Shift-z", run: redo, preventDefault: true }]),
    EditorView.contentAttributes.of({ "aria-label": texts.yamlOfPipeline }),
    theme,
    EditorView.updateListener.of((update) => {
      const layout = update.state.field(layoutField);
      const layoutChanged = layout !== update.startState.field(layoutField);
      if (!update.docChanged && !layoutChanged && !update.selectionSet) return;
      onNews({
        text: update.state.doc.toString(),
        layout,
        renames: update.state.field(renamesField),
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

/** Underlines what is wrong. The first time it brings the view all it knows of YAML, which the first picture does not wait for. */
export async function showDiagnostics(view: EditorView, diagnostics: readonly Diagnostic[]): Promise<void> {
  const { language, underline } = await import("./language.ts");
  if (languagePart.get(view.state) !== language) view.dispatch({ effects: languagePart.reconfigure(language) });
  underline(view, diagnostics);
}
