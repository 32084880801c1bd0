import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { nonce } from "../../code/view.ts";

/** CodeMirror as an input of the form. */
export const lineTheme: Extension = [
  EditorView.cspNonce.of(nonce),
  EditorView.theme({
    "&": { fontSize: "13px", color: "var(--text)", backgroundColor: "transparent" },
    "&.cm-focused": { outline: "none" },
    ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.45" },
    ".cm-content": { padding: "4px 0", caretColor: "var(--text)" },
    ".cm-line": { padding: "0 8px" },
    ".cm-placeholder": { color: "var(--muted)" },
    ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--text)", border: "1px solid var(--line)" },
  }),
];
