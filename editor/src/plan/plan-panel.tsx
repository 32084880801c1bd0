import { Ban, Equal, type LucideIcon, Pencil, Play, Plus, RefreshCw } from "lucide-react";
import { api, type PlannedChange, type PlanReply } from "../api/client.ts";
import { Refused, Unsaved } from "../dock/of-saved-text.tsx";
import { useSavedAnswer } from "../dock/saved-answer.ts";
import { isRunning, startRun } from "../run/follow.ts";
import { useEditor } from "../state/editor.ts";
import { useLive } from "../state/live.ts";
import { TargetSelect } from "../target/target-select.tsx";
import { readTargets, useTargets } from "../target/targets.ts";
import { texts } from "../texts/index.ts";
import { planTexts } from "../texts/plan.ts";
import styles from "./plan.module.css";

const ICONS: Record<PlannedChange["action"], LucideIcon> = { create: Plus, update: Pencil, keep: Equal, refuse: Ban };
const ACTIONS = Object.keys(ICONS) as PlannedChange["action"][];

/** What a run of the saved text would create, alter, keep or refuse to touch. */
export function PlanPanel() {
  const busy = useLive((live) => isRunning(live.state));
  const hasErrors = useEditor((state) => state.diagnostics.some(({ severity }) => severity === "error"));
  const { project, chosen } = useTargets();
  const ask = project === undefined ? undefined : api.plan;
  // A run makes what is planned: then the plan is another one.
  const { answer, problem, isAsking, askAgain } = useSavedAnswer(ask, `${chosen} ${busy}`);
  const compareAgain = () => {
    void readTargets();
    askAgain();
  };
  return (
    <div className={styles.panel} aria-busy={isAsking}>
      <div className={styles.bar}>
        <TargetSelect />
        {answer !== undefined && <Counts changes={answer.changes} />}
        <span className={styles.gap} role="status">
          {isAsking && planTexts.asking}
        </span>
        <button type="button" onClick={compareAgain} disabled={isAsking}>
          <RefreshCw size={14} aria-hidden /> {planTexts.askAgain}
        </button>
        <button type="button" className={styles.run} onClick={() => void startRun()} disabled={busy || hasErrors}>
          <Play size={14} aria-hidden /> {texts.run}
        </button>
      </div>
      <Unsaved sentence={planTexts.unsaved} />
      {problem !== undefined && <Refused problem={problem} />}
      {answer !== undefined && <Changes reply={answer} />}
    </div>
  );
}

/** As many changes of each action, as `engine plan` counts them. */
function Counts({ changes }: { changes: readonly PlannedChange[] }) {
  if (changes.length === 0) return <p className={styles.counts}>{planTexts.nothing}</p>;
  const counts = ACTIONS.map((action) => ({ action, count: changes.filter((change) => change.action === action).length }));
  return (
    <p className={styles.counts}>
      {counts
        .filter(({ count }) => count > 0)
        .map(({ action, count }, at) => (
          <span key={action} data-action={action}>
            {at > 0 && ", "}
            {planTexts.count(count, action)}
          </span>
        ))}
    </p>
  );
}

function Changes({ reply: { target, compared, changes } }: { reply: PlanReply }) {
  // What keeps a run from beginning comes first.
  const ordered = [...changes].sort((a, b) => Number(b.action === "refuse") - Number(a.action === "refuse"));
  const kinds = [...new Set(ordered.map(({ kind }) => kind))];
  return (
    <>
      <p className={compared ? styles.about : styles.notCompared}>
        {compared ? planTexts.target(target) : planTexts.notCompared(target)}
      </p>
      {changes.some(({ action }) => action === "refuse") && <p className={styles.refused}>{planTexts.refused}</p>}
      <div className={styles.kinds}>
        {kinds.map((kind) => (
          <section key={kind} aria-label={planTexts.kinds[kind]}>
            <h2>{planTexts.kinds[kind]}</h2>
            <ul>
              {ordered
                .filter((change) => change.kind === kind)
                .map((change) => (
                  <Change key={`${change.name} ${change.detail}`} change={change} />
                ))}
            </ul>
          </section>
        ))}
      </div>
    </>
  );
}

function Change({ change: { action, name, detail, hint } }: { change: PlannedChange }) {
  const Icon = ICONS[action];
  return (
    <li data-action={action}>
      <span className={styles.action}>
        <Icon size={13} aria-hidden /> {action}
      </span>
      <span>
        <code>{name}</code> <span className={styles.detail}>{detail}</span>
        {hint !== undefined && (
          <span className={styles.hint}>
            <strong>{planTexts.mend}</strong> {hint}
          </span>
        )}
      </span>
    </li>
  );
}
