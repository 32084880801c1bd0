import { Crosshair } from "lucide-react";
import type { DeadLetterExample, DeadLetterGroup } from "../api/client.ts";
import { useEditor } from "../state/editor.ts";
import { texts } from "../texts/dead-letters.ts";
import styles from "./dead-letters.module.css";

const MOST_VALUE = 800;

/** Why the rows of a group were refused, what mends it, and the newest of them. All of a record is hostile: it is only ever text. */
export function Letters({ group: { node, code, why, mend, count, examples } }: { group: DeadLetterGroup }) {
  const isThere = useEditor((state) => state.picture?.nodes.some(({ id }) => id === node) ?? false);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className={styles.letters} aria-label={code} tabIndex={0}>
      <div className={styles.head}>
        <h3>{code}</h3>
        {isThere ? (
          <button type="button" onClick={() => useEditor.setState({ selected: [node] })}>
            <Crosshair size={13} aria-hidden /> {texts.showNode(node)}
          </button>
        ) : (
          <span>{texts.unknownNode(node)}</span>
        )}
      </div>
      {why !== undefined && <p>{why}</p>}
      {mend !== undefined && (
        <p>
          <b>{texts.mend}</b> {mend}
        </p>
      )}
      {why === undefined && <p className={styles.muted}>{texts.explain(code)}</p>}
      <h4>{texts.examples(examples.length, count)}</h4>
      <ol>
        {examples.map((example) => (
          <Letter
            key={`${example.at} ${example.topic} ${example.partition} ${example.offset} ${example.value}`}
            letter={example}
          />
        ))}
      </ol>
    </section>
  );
}

function Letter({ letter: { message, value, bytes, at, topic, partition, offset } }: { letter: DeadLetterExample }) {
  const shown = value.length > MOST_VALUE ? `${value.slice(0, MOST_VALUE)}…` : value;
  const place = topic === undefined || offset === undefined ? texts.atSource : texts.place(topic, partition ?? 0, offset);
  return (
    <li>
      <p>
        <strong>{message}</strong>
      </p>
      <pre>{shown}</pre>
      <p className={styles.muted}>
        <time dateTime={at}>{at.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC")}</time> · {place} ·{" "}
        {texts.size(bytes, shown.endsWith("…"))}
      </p>
    </li>
  );
}
