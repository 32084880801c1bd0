import { python } from "@codemirror/lang-python";
import { syntaxHighlighting } from "@codemirror/language";
import { EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, keymap, lineNumbers } from "@codemirror/view";
import type { JobReply } from "../api/client.ts";
import { colours } from "../code/language.ts";
import { nonce, theme } from "../code/view.ts";
import { jobTexts } from "../texts/job.ts";
import styles from "./job.module.css";

/** A text of the job, read-only. */
export interface JobView {
  /** `lines`: which of its lines belong to which node. */
  show(path: string, text: string, lines: JobReply["lines"]): void;
  /** Marks the lines of a node, and brings the first of them into view. */
  mark(node: string | undefined, isScrolled: boolean): void;
  destroy(): void;
}

const markLines = StateEffect.define<DecorationSet>();
const linesField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (marks, { effects }) => effects.find((effect) => effect.is(markLines))?.value ?? marks,
  provide: (field) => EditorView.decorations.from(field),
});

/** Opens a view in `parent`; `onNode` is told whose line was clicked, or left by Enter. */
export function createJobView(parent: HTMLElement, onNode: (node: string) => void): JobView {
  const view = new EditorView({ parent });
  // What scrolls must be reachable by keyboard.
  view.scrollDOM.tabIndex = 0;
  let shown: JobReply["lines"] = [];
  const tell = (position: number): boolean => {
    const { number } = view.state.doc.lineAt(position);
    const node = shown.find(({ from, to }) => from <= number && number <= to)?.node;
    if (node !== undefined) onNode(node);
    return node !== undefined;
  };
  const links: Extension = [
    keymap.of([{ key: "Enter", run: ({ state }) => tell(state.selection.main.head) }]),
    EditorView.domEventHandlers({
      // Whoever selects text wants to copy it.
      click: ({ target }, { state }) => {
        const line = state.selection.main.empty && target instanceof Element ? target.closest(".cm-line") : null;
        return line !== null && tell(view.posAtDOM(line));
      },
    }),
  ];
  return {
    show(path, text, lines) {
      shown = lines;
      const language = path.endsWith(".py") ? python() : [];
      view.setState(EditorState.create({ doc: text, extensions: [...reading(path), language, links] }));
    },
    mark(node, isScrolled) {
      const { doc } = view.state;
      const mine = shown.find((lines) => lines.node === node);
      const effects: StateEffect<unknown>[] = [markLines.of(marksOf(view.state, shown, node))];
      if (mine !== undefined && isScrolled)
        effects.push(EditorView.scrollIntoView(doc.line(mine.from).from, { y: "start", yMargin: 24 }));
      view.dispatch({ effects });
    },
    destroy: () => view.destroy(),
  };
}

function reading(path: string): Extension[] {
  return [
    EditorView.cspNonce.of(nonce),
    EditorState.readOnly.of(true),
    EditorView.contentAttributes.of({ "aria-label": jobTexts.text(path), "aria-readonly": "true" }),
    EditorView.lineWrapping,
    lineNumbers(),
    linesField,
    syntaxHighlighting(colours),
    theme,
  ];
}

function marksOf({ doc }: EditorState, lines: JobReply["lines"], node: string | undefined): DecorationSet {
  const marks = lines.flatMap((one) =>
    Array.from({ length: one.to - one.from + 1 }, (_, at) => {
      const mine = one.node === node ? styles.marked : "";
      const attributes = { title: jobTexts.shows(one.node), "data-job-node": one.node };
      return Decoration.line({ class: `${styles.linked} ${mine}`, attributes }).range(doc.line(one.from + at).from);
    }),
  );
  return Decoration.set(marks, true);
}
