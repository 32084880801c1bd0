import { type Extension, RangeSetBuilder } from "@codemirror/state";
import { Decoration, EditorView } from "@codemirror/view";

const TOKEN =
  /(?<text>'(?:[^']|'')*'?)|(?<number>\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b)|(?<word>\b(?:and|or|not|in|between|like|is|null|true|false|case|when|then|else|end|cast|as|where)\b)|(?<call>\w+(?=\())/gi;
const MARKS: Record<string, Decoration> = Object.fromEntries(
  ["text", "number", "word", "call"].map((kind) => [kind, Decoration.mark({ class: `cm-x-${kind}` })]),
);

/** The colours of an expression: words, texts, numbers and functions, as in YAML. */
export const expressionColours: Extension = [
  EditorView.decorations.compute(["doc"], ({ doc }) => {
    const marks = new RangeSetBuilder<Decoration>();
    for (const { 0: found, index, groups } of doc.toString().matchAll(TOKEN)) {
      const kind = Object.keys(MARKS).find((name) => groups?.[name] !== undefined);
      const mark = MARKS[kind ?? ""];
      if (mark !== undefined) marks.add(index, index + found.length, mark);
    }
    return marks.finish();
  }),
  EditorView.theme({
    ".cm-x-text": { color: "var(--ok)" },
    ".cm-x-number, .cm-x-word": { color: "var(--transform)" },
    ".cm-x-call": { color: "var(--accent)" },
  }),
];
