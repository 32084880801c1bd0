import { useEditor } from "../state/editor.ts";
import type { Live } from "../state/live.ts";
import { texts } from "../texts/run.ts";
import { type Bar, barsOf, remarksOf, summaryOf } from "./run-facts.ts";
import styles from "./run-panel.module.css";
import { longNumber } from "./written.ts";

/** Where the rows of the run went, one bar below the other on one scale. */
export function Bars({ live }: { live: Live }) {
  const bars = barsOf(live);
  const summary = summaryOf(live);
  if (bars.length === 0) return live.state === "STOPPED" ? null : <p className={styles.muted}>{texts.noRowsYet}</p>;
  const most = Math.max(1, ...bars.map(({ rows }) => rows));
  return (
    <>
      <table className={styles.bars}>
        <caption>{texts.whereTo}</caption>
        <tbody>
          {bars.map((bar) => (
            <Row key={`${bar.kind} ${bar.label}`} bar={bar} most={most} />
          ))}
        </tbody>
      </table>
      {summary !== undefined && (
        <ul className={styles.remarks}>
          {remarksOf(summary).map((remark) => (
            <li key={remark}>{remark}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function Row({ bar: { label, rows, kind, note, node }, most }: { bar: Bar; most: number }) {
  return (
    <tr data-kind={kind}>
      <th scope="row">
        {kind === "dead" ? (
          <button type="button" title={texts.lookAtDead} onClick={() => useEditor.setState({ dock: "dead-letters" })}>
            {label}
          </button>
        ) : node === undefined ? (
          label
        ) : (
          <button type="button" title={texts.select(node)} onClick={() => useEditor.setState({ selected: [node] })}>
            {label}
          </button>
        )}
        {note !== undefined && <small>{note}</small>}
      </th>
      <td>{longNumber(rows)}</td>
      <td>
        <span className={styles.bar} style={{ width: `${rows === 0 ? 0 : Math.max(1, (rows / most) * 100)}%` }} />
      </td>
    </tr>
  );
}
