import { useEffect, useRef } from "react";
import { shortNumber } from "../canvas/node.tsx";
import { useLive } from "../state/live.ts";
import { texts } from "../texts/index.ts";
import styles from "./run-panel.module.css";

/** The run: its state, a line for each query over time, what was written, and its log. */
export function RunPanel() {
  const { state, reason, nodes, log, summary, run } = useLive();
  if (run === undefined && state === "") return <p>{texts.noRun}</p>;
  const busy = Object.entries(nodes);
  return (
    <div className={styles.panel}>
      <div>
        <p className={styles.state} role="status">
          <strong>{state || "STARTING"}</strong> {reason}
        </p>
        <table className={styles.table}>
          <thead>
            <tr>
              {["", "rows/s", texts.written, texts.lag, texts.dead, texts.late, texts.batchTime].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {busy.map(([id, node]) => (
              <tr key={id}>
                <th scope="row">{id}</th>
                {[node.rate, node.written, node.lag, node.dead, node.late].map((value, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns have a fixed order.
                  <td key={at}>{value === undefined ? "" : shortNumber(value)}</td>
                ))}
                <td>{node.batchMs === undefined ? "" : `${node.batchMs} ms`}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {summary !== undefined && <pre className={styles.summary}>{summaryText(summary)}</pre>}
      </div>
      <Chart />
      <section className={styles.log} aria-label={texts.log}>
        {log.map(({ at, text }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a log are only ever appended.
          <div key={i}>
            <small>{at}</small> {text}
          </div>
        ))}
      </section>
    </div>
  );
}

function summaryText(summary: Record<string, unknown>): string {
  const { read, produced, deadLettered, filtered, late, seconds } = summary;
  return `read ${read} · produced ${produced} · dead letters ${deadLettered} · filtered ${filtered} · late ${late} · ${Number(seconds).toFixed(1)} s`;
}

const COLOURS = ["#2f6fed", "#c2410c", "#15803d", "#9333ea", "#0e7490", "#a16207"];

/** Rows a second of each query. uPlot is loaded when there is something to draw. */
function Chart() {
  const host = useRef<HTMLDivElement | null>(null);
  const history = useLive((live) => live.history);
  const queries = [...new Set(history.flatMap(({ rates }) => Object.keys(rates)))].sort();
  const key = queries.join();
  const plot = useRef<{ setData(data: (number | null)[][]): void; destroy(): void } | undefined>(undefined);
  const latest = useRef(history);
  latest.current = history;
  useEffect(() => {
    const names = key === "" ? [] : key.split(",");
    if (names.length === 0) return;
    let isOver = false;
    void Promise.all([import("uplot"), import("uplot/dist/uPlot.min.css")]).then(([{ default: UPlot }]) => {
      if (isOver || host.current === null) return;
      plot.current = new UPlot(
        {
          width: Math.max(260, host.current.clientWidth),
          height: 170,
          series: [
            {},
            ...names.map((label, at) => ({
              label,
              stroke: COLOURS[at % COLOURS.length] ?? "",
              dash: at % 2 === 0 ? [] : [6, 3],
              width: 2,
              spanGaps: true,
            })),
          ],
          axes: [{}, { size: 56, label: "rows/s" }],
        },
        dataOf(latest.current, names) as never,
        host.current,
      ) as never;
    });
    return () => {
      isOver = true;
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [key]);
  useEffect(() => {
    plot.current?.setData(dataOf(history, key.split(",")));
  }, [history, key]);
  return <div ref={host} className={styles.chart} role="img" aria-label={`rows per second: ${queries.join(", ")}`} />;
}

function dataOf(
  history: readonly { at: number; rates: Record<string, number> }[],
  names: readonly string[],
): (number | null)[][] {
  return [history.map(({ at }) => at), ...names.map((name) => history.map(({ rates }) => rates[name] ?? null))];
}
