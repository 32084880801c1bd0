import { RefreshCw } from "lucide-react";
import { useDeferredValue, useEffect, useMemo, useRef } from "react";
import { api } from "../api/client.ts";
import { Refused } from "../dock/of-saved-text.tsx";
import { useSavedAnswer } from "../dock/saved-answer.ts";
import { useEditor } from "../state/editor.ts";
import { useMarks } from "../state/marks.ts";
import { openText } from "../state/raw-text.ts";
import { diffTexts } from "../texts/diff.ts";
import { ChangeList } from "./change-list.tsx";
import { type Changes, changesOf, type NodeChange } from "./changes.ts";
import styles from "./diff.module.css";
import { createDiffView, type DiffView } from "./diff-view.ts";

/**
 * What has become of the pipeline since git's HEAD: its text, and its nodes, which are marked on the canvas meanwhile. While somebody else's text is on disk, what
 * differs from that.
 */
export function DiffPanel() {
  const conflict = useEditor((state) => state.conflict);
  if (conflict === undefined) return <SinceHead />;
  return (
    <div className={styles.panel}>
      <Compared before={conflict.text} words={diffTexts.fromDisk} />
    </div>
  );
}

function SinceHead() {
  const { answer, problem, isAsking, askAgain } = useSavedAnswer(api.head);
  useEffect(() => {
    // A commit is made elsewhere.
    window.addEventListener("focus", askAgain);
    return () => window.removeEventListener("focus", askAgain);
  }, [askAgain]);
  return (
    <div className={styles.panel} aria-busy={isAsking}>
      {problem !== undefined && <Refused problem={problem} />}
      {answer === undefined && problem === undefined && <p role="status">{diffTexts.asking}</p>}
      {answer?.text === null && <Bar sentence={answer.why === "new" ? diffTexts.isNew : diffTexts.outside} askAgain={askAgain} />}
      {typeof answer?.text === "string" && (
        <Compared before={openText(answer.text).text} words={diffTexts.fromHead} askAgain={askAgain} />
      )}
    </div>
  );
}

type Words = typeof diffTexts.fromHead;

function Bar({ sentence, askAgain }: { sentence: string; askAgain?: (() => void) | undefined }) {
  return (
    <div className={styles.bar}>
      <p role="status">{sentence}</p>
      {askAgain !== undefined && (
        <button type="button" onClick={askAgain}>
          <RefreshCw size={14} aria-hidden /> {diffTexts.askAgain}
        </button>
      )}
    </div>
  );
}

interface ComparedProps {
  before: string;
  /** How the text before is called. */
  words: Words;
  askAgain?: () => void;
}

function Compared({ before, words, askAgain }: ComparedProps) {
  const text = useDeferredValue(useEditor((state) => state.text));
  const isUnsaved = useEditor((state) => state.text !== state.savedText);
  const changes = useMemo(() => changesOf(before, text), [before, text]);
  const host = useRef<HTMLDivElement | null>(null);
  const view = useRef<DiffView | undefined>(undefined);
  const latest = useRef(text);
  latest.current = text;
  const isSame = before === text;
  useMarksOf(changes);
  useEffect(() => {
    if (host.current === null || isSame) return;
    view.current = createDiffView(host.current, before, latest.current);
    return () => view.current?.destroy();
  }, [before, isSame]);
  useEffect(() => {
    if (!isSame) view.current?.update(text);
  }, [text, isSame]);
  const reveal = ({ at, change, id }: NodeChange) => {
    if (change !== "removed") useEditor.setState({ selected: [id] });
    view.current?.reveal(at, change === "removed");
  };
  const sentence = isSame ? words.same : [sentenceOf(changes, words), isUnsaved && diffTexts.unsaved].filter(Boolean).join(" ");
  return (
    <>
      <Bar sentence={sentence} askAgain={askAgain} />
      {!isSame && (
        <div className={styles.parts}>
          {"nodes" in changes && <ChangeList changes={changes} onPick={reveal} />}
          <div ref={host} className={styles.text} />
        </div>
      )}
    </>
  );
}

/** `Since git's HEAD: 1 added, 2 changed.` */
function sentenceOf(changes: Changes, words: Words): string {
  if ("unreadable" in changes) return changes.unreadable === "now" ? diffTexts.unreadable : words.unreadable;
  const counts = (["added", "changed", "removed"] as const)
    .map((word) => ({ word, count: changes.nodes.filter(({ change }) => change === word).length }))
    .filter(({ count }) => count > 0)
    .map(({ word, count }) => `${count} ${diffTexts.words[word]}`);
  if (counts.length > 0) return `${words.since} ${counts.join(", ")}.`;
  return changes.pipeline.length > 0 ? `${words.since} ${diffTexts.onlyPipeline}` : words.onlyText;
}

/** Marks what was added, changed and removed on the canvas as long as the panel is open. */
function useMarksOf(changes: Changes): void {
  useEffect(() => {
    const marks = ("nodes" in changes ? changes.nodes : []).map(({ id, change }) => {
      return [id, { kind: change, word: `${diffTexts.signs[change]} ${diffTexts.words[change]}` }];
    });
    useMarks.setState(Object.fromEntries(marks), true);
  }, [changes]);
  useEffect(() => () => useMarks.setState({}, true), []);
}
