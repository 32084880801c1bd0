import { useEffect, useState } from "react";
import { ApiError, api } from "../api/client.ts";
import { useAnswer } from "../api/use-answer.ts";
import { Refusal } from "../dock/refusal.tsx";
import { useLive } from "../state/live.ts";
import { TargetSelect } from "../target/target-select.tsx";
import { useTargets } from "../target/targets.ts";
import { texts } from "../texts/run.ts";
import { targetTexts } from "../texts/target.ts";
import { Bars } from "./bars.tsx";
import { Charts } from "./charts.tsx";
import { Failures } from "./failures.tsx";
import { isRunning } from "./follow.ts";
import { Log } from "./log.tsx";
import { failuresOf, preparingOf, timesOf, troubleOf } from "./run-facts.ts";
import styles from "./run-panel.module.css";
import { duration, preparingWords } from "./written.ts";

const ICONS: Record<string, string> = { STARTING: "○", RUNNING: "●", DEGRADED: "▲", DRAINING: "◐", STOPPED: "■", FAILED: "✕" };

/** The run: its state, where the rows went, how that goes over time, and its log. */
export function RunPanel() {
  const hasRun = useLive(({ state }) => state !== "");
  const problem = useTargets().project?.problem;
  return (
    <div className={styles.frame}>
      {problem !== undefined && <Refusal refused={new ApiError(422, problem)} />}
      <TargetSelect />
      {hasRun ? <Run /> : <p>{texts.noRun}</p>}
    </div>
  );
}

function Run() {
  const live = useLive();
  const failures = failuresOf(live);
  return (
    <div className={styles.panel}>
      <Failures failures={failures} trouble={troubleOf(live)} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section className={styles.facts} aria-label={texts.facts} tabIndex={0}>
        <State hasFailed={failures.length > 0} />
        <Bars live={live} />
      </section>
      <Charts measures={live.measures} />
      <Log />
    </div>
  );
}

function State({ hasFailed }: { hasFailed: boolean }) {
  const live = useLive();
  const { from, to } = timesOf(live);
  const isOver = !isRunning(live.state);
  const now = useNow(!isOver);
  const state = hasFailed ? "FAILED" : live.state;
  const name = texts.states[state] ?? live.state;
  const preparing = preparingOf(live);
  const target = useTargetOf(live.run);
  return (
    <div className={styles.state} data-state={state}>
      <p>
        <span aria-hidden>{ICONS[state]}</span> <strong role="status">{name}</strong>
        {from !== undefined && <span> {texts.for("", duration(Math.max(0, (to ?? now) - from)), isOver).trim()}</span>}
        {target !== undefined && <span> {targetTexts.on(target)}</span>}
      </p>
      {live.state === "DRAINING" && <p>{texts.drainHint}</p>}
      {preparing !== undefined && (
        <label>
          {preparingWords(preparing)}
          <progress value={preparing.done} max={Math.max(1, preparing.total)} />
        </label>
      )}
    </div>
  );
}

/** The target on which a run runs, where it was named. */
function useTargetOf(run: string | undefined): string | undefined {
  const { answer } = useAnswer(run ?? "", run === undefined ? undefined : () => api.run(run), undefined);
  return answer?.target;
}

/** The time, second by second while that matters. Epoch milliseconds. */
function useNow(isTicking: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!isTicking) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isTicking]);
  return now;
}
