import { autocompletion, closeBrackets } from "@codemirror/autocomplete";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, foldGutter, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic as Lint, lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import type { Extension } from "@codemirror/state";
import { type EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Diagnostic } from "@pipeline-engine/engine/core";
import { completeYaml } from "./complete.ts";
import { hover } from "./hover.ts";
import { typeOver } from "./type-over.ts";

export { yaml };

/** The colours of words, whatever the language. */
export const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--ok)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--transform)" },
]);

// Here, so that the line of an expression needs no file beside this one.
export { expressionLanguage, markMistakes } from "./expression-language.ts";

/** What a view knows of YAML and of pipelines: colours, folds, completion, hints, search, and where mistakes are. */
export const language: Extension = [
  foldGutter(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  highlightSelectionMatches(),
  syntaxHighlighting(colours),
  typeOver,
  yaml(),
  autocompletion({ override: [completeYaml] }),
  hover,
  lintGutter(),
  keymap.of(searchKeymap),
];

/** Underlines what is wrong. Places beyond the text, which is newer, are left out. */
export function underline(view: EditorView, diagnostics: readonly Diagnostic[]): void {
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
