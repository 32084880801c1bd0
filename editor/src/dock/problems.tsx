import { useEditor } from "../state/editor.ts";
import { texts } from "../texts/index.ts";
import styles from "./dock.module.css";
import { goToProblem } from "./go-to-problem.ts";

/** What is wrong with the text as it is now; each problem leads to its node, and to its field or its place. */
export function Problems() {
  const diagnostics = useEditor((state) => state.diagnostics);
  if (diagnostics.length === 0) return <p>{texts.noProblems}</p>;
  return (
    <ul className={styles.problems}>
      {diagnostics.map((problem) => {
        const { code, severity, message, hint, at } = problem;
        return (
          <li key={`${code} ${at.from} ${message}`}>
            <button type="button" onClick={() => goToProblem(problem)}>
              <span className={severity === "error" ? styles.error : styles.warning}>
                {severity === "error" ? "✕" : "⚠"} {at.line}:{at.column}
              </span>{" "}
              {message} {hint !== undefined && <em>{hint}</em>} <code>{code}</code>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
