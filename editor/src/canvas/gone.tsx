import { useMarks } from "../state/marks.ts";
import styles from "./canvas.module.css";

/** Nodes that a panel says are gone: the canvas has no place for them. */
export function Gone() {
  const gone = useMarks((marks) =>
    Object.entries(marks)
      .flatMap(([id, { kind, word }]) => (kind === "removed" ? [`${word} ${id}`] : []))
      .join(" · "),
  );
  return gone !== "" && <p className={styles.gone}>{gone}</p>;
}
