import { useEditor } from "../state/editor.ts";
import { texts } from "../texts/run.ts";
import type { Failure } from "./run-facts.ts";
import styles from "./run-panel.module.css";

/** Why the run failed, or what is wrong while it goes on, and what to do. What the engine says is shown as text. */
export function Failures({ failures, trouble }: { failures: readonly Failure[]; trouble: string | undefined }) {
  if (failures.length === 0 && trouble === undefined) return null;
  if (failures.length === 0)
    return (
      <div className={styles.trouble} role="alert">
        <strong>▲ {texts.trouble}</strong>
        <p>{trouble}</p>
      </div>
    );
  return (
    <div className={styles.failure} role="alert">
      <strong>✕ {texts.failed}</strong>
      {failures.map(({ message, hint, code, node }) => (
        <div key={`${code} ${message}`}>
          <p>{message}</p>
          {hint !== undefined && (
            <p>
              <b>{texts.toMend}</b> {hint}
            </p>
          )}
          <div>
            {node !== undefined && (
              <button type="button" onClick={() => useEditor.setState({ selected: [node] })}>
                {texts.showNode(node)}
              </button>
            )}
            {code !== undefined && <span className={styles.muted}>{texts.explain(code)}</span>}
          </div>
        </div>
      ))}
    </div>
  );
}
