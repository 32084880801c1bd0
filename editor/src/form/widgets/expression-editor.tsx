import { standardKeymap } from "@codemirror/commands";
import { Compartment, Prec } from "@codemirror/state";
import { EditorView, keymap, placeholder as placeholderOf } from "@codemirror/view";
import type { Column } from "@pipeline-engine/engine/core";
import { useEffect, useId, useRef, useState } from "react";
import { expressionLanguage, markMistakes } from "../../code/language.ts";
import type { ExpressionAnswer } from "../../compile/expression.ts";
import { compiler, redoLast, undoLast } from "../../state/session.ts";
import { formTexts } from "../../texts/form.ts";
import { isWanted } from "../focus.ts";
import styles from "../form.module.css";
import { useTyped } from "../inputs.tsx";
import { type Naming, refusing } from "../naming.ts";
import { lineTheme } from "./expression-theme.ts";

interface ExpressionEditorProps {
  value: string;
  onCommit: (value: string) => void;
  naming: Naming;
  columns: readonly Column[];
  placeholder: string;
}

/** A line of CodeMirror for an expression. Its text has the one history of the page: what is typed and not yet written is dropped by undo. */
export function ExpressionEditor({ value, onCommit, naming, columns, placeholder }: ExpressionEditorProps) {
  const typed = useTyped(value, onCommit);
  const parent = useRef<HTMLDivElement | null>(null);
  const view = useRef<EditorView | undefined>(undefined);
  const answer = useAnswer(typed.text, columns);
  const problem = useId();
  // What is written is told of at the field, by the engine as a whole.
  const mistake = typed.text === value ? undefined : answer?.mistakes[0];
  const told = mistake && [mistake.message, mistake.hint].filter(Boolean).join(" ");
  const latest = useRef({ typed, value, columns });
  latest.current = { typed, value, columns };
  const [attributes] = useState(() => new Compartment());

  useEffect(() => {
    if (parent.current === null) return;
    const made = new EditorView({
      parent: parent.current,
      doc: latest.current.typed.text,
      extensions: [
        lineTheme,
        expressionLanguage(() => latest.current.columns),
        placeholderOf(placeholder),
        attributes.of([]),
        Prec.high(
          keymap.of([
            {
              key: "Enter",
              run: () => {
                latest.current.typed.commit();
                return true;
              },
            },
            { key: "Mod-z", run: () => undo(latest.current), preventDefault: true },
            { key: "Mod-y", run: redone, preventDefault: true },
            { key: "Mod-Shift-z", run: redone, preventDefault: true },
          ]),
        ),
        keymap.of(standardKeymap),
        EditorView.updateListener.of(({ docChanged, state, transactions }) => {
          if (docChanged && !transactions.some((one) => one.isUserEvent("set"))) latest.current.typed.type(state.doc.toString());
        }),
        EditorView.domEventHandlers({ blur: () => void setTimeout(() => latest.current.typed.commit()) }),
      ],
    });
    view.current = made;
    if (isWanted(parent.current)) made.focus();
    return () => made.destroy();
  }, [placeholder, attributes]);

  useEffect(() => {
    const current = view.current;
    if (current === undefined || current.state.doc.toString() === typed.text) return;
    current.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: typed.text }, userEvent: "set" });
  }, [typed.text]);

  const named = JSON.stringify(refusing(naming, problem, told));
  useEffect(() => {
    const set = { role: "textbox", ...(JSON.parse(named) as Record<string, string>) };
    view.current?.dispatch({ effects: attributes.reconfigure(EditorView.contentAttributes.of(set)) });
  }, [named, attributes]);

  useEffect(() => {
    const current = view.current;
    if (current === undefined || answer === undefined || answer.text !== current.state.doc.toString()) return;
    markMistakes(current, answer.mistakes);
  }, [answer]);

  return (
    <div className={styles.expression}>
      <div ref={parent} className={styles.line} />
      {answer?.type !== undefined && typed.text !== "" && <small className={styles.gives}>{formTexts.gives(answer.type)}</small>}
      <p id={problem} className={styles.error} hidden={told === undefined}>
        {told !== undefined && `✕ ${told}`}
      </p>
    </div>
  );
}

function undo({ typed, value }: { typed: { text: string; commit: (text: string) => void }; value: string }): boolean {
  if (typed.text !== value) typed.commit(value);
  else undoLast();
  return true;
}

function redone(): boolean {
  redoLast();
  return true;
}

/** What the core says of an expression over these columns, once it has been asked; undefined before. */
function useAnswer(text: string, columns: readonly Column[]): ExpressionAnswer | undefined {
  const [answer, setAnswer] = useState<ExpressionAnswer>();
  const over = JSON.stringify(columns);
  useEffect(() => {
    let isCurrent = true;
    if (text.trim() === "" || over === "[]") setAnswer(undefined);
    else
      void compiler.ask({ ask: "expression", text, columns: JSON.parse(over) as Column[] }).then((told) => {
        if (isCurrent && "expression" in told) setAnswer(told.expression);
      });
    return () => {
      isCurrent = false;
    };
  }, [text, over]);
  return answer;
}
