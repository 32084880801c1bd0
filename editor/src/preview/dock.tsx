import { lazy, Suspense } from "react";
import { type Dock as DockName, useEditor } from "../state/editor.ts";
import { showPlace } from "../state/session.ts";
import { texts } from "../texts.ts";
import styles from "./dock.module.css";
import { PreviewPanel } from "./preview-panel.tsx";

const RunPanel = lazy(() => import("../run/run-panel.tsx").then((module) => ({ default: module.RunPanel })));
const NAMES: DockName[] = ["preview", "problems", "run"];

/** What stands below the canvas: rows, problems, the run. */
export function Dock() {
  const dock = useEditor((state) => state.dock);
  const diagnostics = useEditor((state) => state.diagnostics);
  const labels = { preview: texts.preview, problems: `${texts.problems} (${diagnostics.length})`, run: texts.runPanel };
  return (
    <section className={styles.dock} aria-label={labels[dock]}>
      <div className={styles.tabs} role="tablist">
        {NAMES.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            aria-selected={dock === name}
            onClick={() => useEditor.setState({ dock: name })}
          >
            {labels[name]}
          </button>
        ))}
      </div>
      <div className={styles.content} role="tabpanel">
        {dock === "preview" && <PreviewPanel />}
        {dock === "problems" && <Problems />}
        {dock === "run" && (
          <Suspense>
            <RunPanel />
          </Suspense>
        )}
      </div>
    </section>
  );
}

function Problems() {
  const diagnostics = useEditor((state) => state.diagnostics);
  const nodes = useEditor((state) => state.picture?.nodes);
  if (diagnostics.length === 0) return <p>{texts.noProblems}</p>;
  return (
    <ul className={styles.problems}>
      {diagnostics.map(({ code, severity, message, hint, at }) => (
        <li key={`${code} ${at.from} ${message}`}>
          <button
            type="button"
            onClick={() => {
              const node = nodes?.find((one) => one.from <= at.from && at.from <= one.to);
              if (node !== undefined) useEditor.setState({ selected: [node.id] });
              showPlace(at.from, at.to);
            }}
          >
            <span className={severity === "error" ? styles.error : styles.warning}>
              {severity === "error" ? "✕" : "⚠"} {at.line}:{at.column}
            </span>{" "}
            {message} {hint !== undefined && <em>{hint}</em>} <code>{code}</code>
          </button>
        </li>
      ))}
    </ul>
  );
}
