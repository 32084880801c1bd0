import { useEffect, useMemo, useRef, useState } from "react";
import { api, type JobReply } from "../api/client.ts";
import { Refused, Unsaved } from "../dock/of-saved-text.tsx";
import { useSavedAnswer } from "../dock/saved-answer.ts";
import { useEditor } from "../state/editor.ts";
import { showPlace } from "../state/session.ts";
import { jobTexts } from "../texts/job.ts";
import styles from "./job.module.css";
import { createJobView, type JobView } from "./job-view.ts";

const JOB = "job.py";
const LIBRARY = "stream_job/";
const NO_LINES: JobReply["lines"] = [];

/** The job that is generated of the saved text, its lines linked with the nodes. */
export function JobPanel() {
  const { answer, problem, isAsking } = useSavedAnswer(api.job);
  const [path, setPath] = useState(JOB);
  if (answer === undefined) return problem === undefined ? <p role="status">{jobTexts.asking}</p> : <Refused problem={problem} />;
  return (
    <div className={styles.panel} aria-busy={isAsking}>
      <Unsaved sentence={jobTexts.unsaved} />
      <div className={styles.parts}>
        <Files reply={answer} path={path} onPick={setPath} />
        <div className={styles.file}>
          {path === JOB && <Hint reply={answer} />}
          <Text reply={answer} path={path} />
        </div>
      </div>
    </div>
  );
}

function Files({ reply: { files, left }, path, onPick }: { reply: JobReply; path: string; onPick: (path: string) => void }) {
  const paths = [...Object.keys(files), ...Object.keys(left)].sort();
  const library = paths.filter((one) => one.startsWith(LIBRARY));
  const own = paths.filter((one) => one !== JOB && !one.startsWith(LIBRARY));
  const list = (shown: string[], from = 0) => (
    <ul>
      {shown.map((one) => (
        <li key={one}>
          <button type="button" aria-current={one === path} onClick={() => onPick(one)}>
            {one.slice(from)}
          </button>
        </li>
      ))}
    </ul>
  );
  return (
    <nav className={styles.files} aria-label={jobTexts.files}>
      {list([JOB, ...own])}
      {library.length > 0 && (
        <details>
          <summary>{jobTexts.library(library.length)}</summary>
          {list(library, LIBRARY.length)}
        </details>
      )}
      <small>{jobTexts.alone}</small>
    </nav>
  );
}

/** How to go from a line to its node, or why the selected node has none. */
function Hint({ reply }: { reply: JobReply }) {
  const id = useEditor((state) => (state.selected.length === 1 ? state.selected[0] : undefined));
  const role = useEditor((state) => state.picture?.nodes.find((node) => node.id === id)?.role);
  const hasLine = id === undefined || reply.lines.some(({ node }) => node === id);
  if (hasLine) return <p className={styles.hint}>{jobTexts.howTo}</p>;
  return <p className={styles.hint}>{role === "source" ? jobTexts.noSource(id) : jobTexts.noLine(id)}</p>;
}

function Text({ reply: { files, left, lines }, path }: { reply: JobReply; path: string }) {
  const host = useRef<HTMLDivElement | null>(null);
  const view = useRef<JobView | undefined>(undefined);
  /** The node whose line was clicked: it is in view, and stays where it is. */
  const clicked = useRef<string | undefined>(undefined);
  const selected = useEditor((state) => (state.selected.length === 1 ? state.selected[0] : undefined));
  const text = files[path] ?? left[path] ?? "";
  const linked = useMemo(() => (path === JOB ? lines : NO_LINES), [path, lines]);
  useEffect(() => {
    if (host.current === null) return;
    view.current = createJobView(host.current, (node) => {
      clicked.current = node;
      showNode(node);
    });
    return () => view.current?.destroy();
  }, []);
  useEffect(() => view.current?.show(path, text, linked), [path, text, linked]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text has lost its marks.
  useEffect(() => {
    view.current?.mark(selected, selected !== clicked.current);
    clicked.current = undefined;
  }, [selected, path, text, linked]);
  return <div ref={host} className={styles.code} />;
}

/** Selects a node, and shows where it stands in the text. */
function showNode(id: string): void {
  const node = useEditor.getState().picture?.nodes.find((one) => one.id === id);
  if (node === undefined) return;
  useEditor.setState({ selected: [id] });
  showPlace(node.from, node.to, false);
}
