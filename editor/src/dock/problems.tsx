import { useEditor } from "../state/editor.ts";
import { showPlace } from "../state/session.ts";
import { texts } from "../texts/index.ts";
import styles from "./dock.module.css";

/** What is wrong with the text as it is now; each problem leads to its node and its place. */
export function Problems() {
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
