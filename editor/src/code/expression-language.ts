import { acceptCompletion, autocompletion } from "@codemirror/autocomplete";
import { bracketMatching } from "@codemirror/language";
import { type Diagnostic as Lint, setDiagnostics } from "@codemirror/lint";
import { type Extension, Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import type { Column } from "@pipeline-engine/engine/core";
import { completeExpression } from "./complete-expression.ts";
import { expressionColours } from "./expression-colours.ts";
import { typeOver } from "./type-over.ts";

/** What a line knows of expressions: colours, brackets, and completion by Tab or Enter over the columns as they are then. */
export function expressionLanguage(columns: () => readonly Column[]): Extension {
  return [
    expressionColours,
    typeOver,
    bracketMatching(),
    EditorView.lineWrapping,
    // Tab would leave the line while what can be chosen is shown and not yet taken.
    autocompletion({ override: [(context) => completeExpression(context, columns())], icons: false, interactionDelay: 0 }),
    Prec.high(keymap.of([{ key: "Tab", run: acceptCompletion }])),
  ];
}

/** Underlines mistakes, whose offsets count in the line's text. */
export function markMistakes(view: EditorView, mistakes: readonly Omit<Lint, "severity">[]): void {
  const end = view.state.doc.length;
  const marks = mistakes.map(({ from, to, message }) => ({ from, to: Math.min(to, end), message, severity: "error" as const }));
  view.dispatch(setDiagnostics(view.state, marks));
}
