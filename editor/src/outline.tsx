import { entryOf } from "./catalogue.ts";
import styles from "./outline.module.css";
import { useEditor } from "./state/editor.ts";
import { texts } from "./texts.ts";

/** The nodes as a list in the order of the text: the canvas for whoever does not see it, or has no mouse. */
export function Outline() {
  const picture = useEditor((state) => state.picture);
  const selected = useEditor((state) => state.selected);
  return (
    <section className={styles.outline} aria-label={texts.outline}>
      <h2>{texts.outline}</h2>
      <ul>
        {picture?.nodes.map((node) => {
          const reads = picture.edges.filter((edge) => edge.target === node.id).map((edge) => edge.source);
          return (
            <li key={node.id}>
              <button
                type="button"
                aria-current={selected.includes(node.id)}
                data-outline={node.id}
                onClick={() => useEditor.setState({ selected: [node.id] })}
              >
                <span>
                  {node.errors > 0 ? "✕ " : node.warnings > 0 ? "⚠ " : ""}
                  {node.id}
                </span>
                <small>
                  {entryOf(node.type)?.title ?? node.type}
                  {reads.length > 0 && ` ← ${reads.join(", ")}`}
                </small>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
