import { RefreshCw } from "lucide-react";
import { useState } from "react";
import { api, type DeadLetterGroup, type DeadLettersReply } from "../api/client.ts";
import { useAnswer } from "../api/use-answer.ts";
import { Refusal } from "../dock/refusal.tsx";
import { clock, longNumber } from "../run/written.ts";
import { useEditor } from "../state/editor.ts";
import { useLive } from "../state/live.ts";
import { OnTarget } from "../target/target-select.tsx";
import { useTargets } from "../target/targets.ts";
import { texts } from "../texts/dead-letters.ts";
import styles from "./dead-letters.module.css";
import { Letters } from "./letters.tsx";

/** The rows that were refused, by node and code, the largest group first, with examples of the one that is chosen. Follows a run while it goes on. */
export function DeadLettersPanel() {
  const spec = useEditor((state) => state.id);
  const news = useLive(({ state, nodes }) => `${state} ${Object.values(nodes).reduce((sum, { dead = 0 }) => sum + dead, 0)}`);
  const target = useTargets();
  const isKnown = spec !== "" && target.project !== undefined;
  const key = isKnown ? `${spec} ${target.chosen}` : "";
  const ask = isKnown ? () => api.deadLetters(spec) : undefined;
  const { answer, at, refused, isAsking, refresh } = useAnswer(key, ask, news);
  const [chosen, choose] = useState<string>();
  const group = answer?.groups.find((one) => nameOf(one) === chosen) ?? answer?.groups[0];
  return (
    <div className={styles.frame}>
      <div className={styles.bar}>
        <button type="button" onClick={refresh} disabled={isAsking}>
          <RefreshCw size={13} aria-hidden /> {texts.refresh}
        </button>
        <OnTarget />
        <span role="status">{statusOf(answer, at, isAsking)}</span>
      </div>
      {refused !== undefined && <Refusal refused={refused} note={answer && texts.old(clock(at))} />}
      {answer !== undefined && group !== undefined && (
        <div className={styles.panel}>
          <Groups groups={answer.groups} chosen={nameOf(group)} choose={choose} />
          <Letters group={group} />
        </div>
      )}
    </div>
  );
}

function statusOf(answer: DeadLettersReply | undefined, at: number, isAsking: boolean): string {
  if (answer === undefined) return isAsking ? texts.asking : "";
  return answer.read === 0 ? texts.none(answer.topic) : texts.read(answer.read, answer.topic, answer.more, clock(at));
}

function nameOf({ node, code }: DeadLetterGroup): string {
  return `${node} ${code}`;
}

interface GroupsProps {
  groups: readonly DeadLetterGroup[];
  chosen: string;
  choose: (name: string) => void;
}

function Groups({ groups, chosen, choose }: GroupsProps) {
  const most = Math.max(1, ...groups.map(({ count }) => count));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className={styles.groups} aria-label={texts.groups} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.node}</th>
            <th scope="col">{texts.code}</th>
            <th scope="col">{texts.count}</th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={nameOf(group)} data-chosen={nameOf(group) === chosen}>
              <td>{group.node}</td>
              <td>
                <button type="button" aria-pressed={nameOf(group) === chosen} onClick={() => choose(nameOf(group))}>
                  {group.code}
                </button>
              </td>
              <td>
                {longNumber(group.count)}
                <span className={styles.count} style={{ width: `${Math.max(1, (group.count / most) * 100)}%` }} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
