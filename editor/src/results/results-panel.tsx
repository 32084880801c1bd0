import { RefreshCw } from "lucide-react";
import { useRef } from "react";
import { api, type ResultsReply } from "../api/client.ts";
import { useAnswer } from "../api/use-answer.ts";
import { Refusal } from "../dock/refusal.tsx";
import { isRunning } from "../run/follow.ts";
import { clock } from "../run/written.ts";
import { useEditor } from "../state/editor.ts";
import { useLive } from "../state/live.ts";
import { OnTarget } from "../target/target-select.tsx";
import { useTargets } from "../target/targets.ts";
import { texts } from "../texts/results.ts";
import styles from "./results.module.css";
import { ResultsChart } from "./results-chart.tsx";
import { ResultsTable } from "./results-table.tsx";

const ASKED = 500;

/** What a sink has stored: a chart that finds its columns by itself, and the newest documents. Follows a run while it goes on. */
export function ResultsPanel() {
  const spec = useEditor((state) => state.id);
  const picture = useEditor((state) => state.picture);
  const selected = useEditor((state) => (state.selected.length === 1 ? state.selected[0] : undefined));
  const sinks = picture?.nodes.filter(({ type }) => type === "sink.mongodb").map(({ id }) => id) ?? [];
  const last = useRef<string>(undefined);
  // What is selected beside the sinks leaves the one that was shown.
  const sink = [selected, last.current].find((id) => id !== undefined && sinks.includes(id)) ?? sinks[0];
  last.current = sink;
  const heard = useLive((live) => `${live.state} ${(sink !== undefined && live.nodes[sink]?.heard) || 0}`);
  const target = useTargets();
  const isKnown = sink !== undefined && spec !== "" && target.project !== undefined;
  const key = isKnown ? `${spec} ${sink} ${target.chosen}` : "";
  const ask = isKnown ? () => api.results(spec, sink, { limit: ASKED }) : undefined;
  const { answer, at, refused, isAsking, refresh } = useAnswer<ResultsReply>(key, ask, heard);
  const isLive = useLive((live) => isRunning(live.state));
  if (picture === undefined || sink === undefined) return <p>{picture === undefined ? "" : texts.noSinks}</p>;
  return (
    <div className={styles.frame}>
      <div className={styles.bar}>
        <label>
          {texts.sink}
          <select value={sink} onChange={({ target }) => useEditor.setState({ selected: [target.value] })}>
            {sinks.map((id) => (
              <option key={id}>{id}</option>
            ))}
          </select>
        </label>
        <button type="button" onClick={refresh} disabled={isAsking}>
          <RefreshCw size={13} aria-hidden /> {texts.refresh}
        </button>
        <OnTarget />
        <span role="status">{statusOf(answer, at, isAsking)}</span>
        {isLive && <span className={styles.live}>● {texts.live}</span>}
      </div>
      {refused !== undefined && <Refusal refused={refused} note={answer && texts.old(clock(at))} />}
      {answer?.notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      {answer !== undefined && answer.rows.length > 0 && (
        <div className={styles.panel}>
          <ResultsChart key={sink} rows={answer.rows} />
          <ResultsTable reply={answer} />
        </div>
      )}
    </div>
  );
}

function statusOf(answer: ResultsReply | undefined, at: number, isAsking: boolean): string {
  if (answer === undefined) return isAsking ? texts.asking : "";
  if (answer.rows.length === 0) return texts.empty(answer.collection);
  return `${answer.collection}: ${texts.shown(answer.rows.length, answer.total, clock(at))}`;
}
