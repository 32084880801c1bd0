import { type ReactNode, useId, useMemo, useState } from "react";
import { Legend, Plot, Swatch } from "../plot/plot.tsx";
import { shortNumber } from "../short-number.ts";
import { texts } from "../texts/results.ts";
import { bestChoice, type Choice, choiceWith, optionsOf } from "./chart-choice.ts";
import { chartData } from "./chart-data.ts";
import { type Leaf, leavesOf } from "./leaves.ts";
import styles from "./results.module.css";

/** The documents as lines over time, or as bars; what is drawn over what can be chosen. */
export function ResultsChart({ rows }: { rows: readonly Record<string, unknown>[] }) {
  const [wanted, setWanted] = useState<Partial<Choice>>({});
  const leaves = useMemo(() => leavesOf(rows), [rows]);
  const options = useMemo(() => optionsOf(leaves), [leaves]);
  const best = useMemo(() => bestChoice(leaves), [leaves]);
  const choice = useMemo(() => best && choiceWith(best, wanted, options), [best, wanted, options]);
  const data = useMemo(() => choice && chartData(rows, leaves, choice), [rows, leaves, choice]);
  const [at, setAt] = useState<number>();
  if (choice === undefined || data === undefined) return <p>{texts.noChart}</p>;
  const isTime = "times" in data.x;
  const choose = (more: Partial<Choice>) => setWanted({ ...wanted, ...more });
  const values = data.series.map((one) => ({ ...one, value: valueBefore(one.values, at) }));
  return (
    <section className={styles.chart}>
      <div className={styles.choice}>
        <Choose label={texts.y} value={choice.y} leaves={options.y} none={texts.count} choose={(y) => choose({ y })} />
        <Choose label={texts.x} value={choice.x} leaves={options.x} choose={(x) => x !== undefined && choose({ x })} />
        {isTime && (
          <Choose
            label={texts.series}
            value={choice.series}
            leaves={options.series}
            none={texts.noSeries}
            choose={(series) => choose({ series })}
          />
        )}
      </div>
      <Legend>
        {isTime &&
          values.map(({ label, style, value }) => (
            <li key={label}>
              <Swatch style={style} /> {label.slice(0, 40)} <b>{value === undefined ? "–" : shortNumber(value)}</b>
            </li>
          ))}
        {!isTime && at !== undefined && "names" in data.x && (
          <li>
            {data.x.names[at]} <b>{values[0]?.values[at]?.toLocaleString("en-US")}</b>
          </li>
        )}
      </Legend>
      <div className={styles.plot}>
        <Plot
          label={texts.chart(
            choice.y ?? texts.count,
            choice.x,
            isTime ? spoken(values) : spokenBars(data.x, values[0]?.values ?? []),
          )}
          x={data.x}
          series={data.series}
          written={shortNumber}
          onPoint={setAt}
        />
      </div>
      <p className={styles.muted}>
        {[isTime && texts.utc, data.isSummed && texts.summed, data.drawn < data.all && texts.largest(data.drawn, data.all)]
          .filter(Boolean)
          .join(" ")}
      </p>
    </section>
  );
}

interface ChooseProps {
  label: string;
  value: string | undefined;
  leaves: readonly Leaf[];
  /** What no column at all is called, where that is a choice. */
  none?: string;
  choose: (path: string | undefined) => void;
}

function Choose({ label, value, leaves, none, choose }: ChooseProps): ReactNode {
  const id = useId();
  // A path may be called like anything, so an option is known by its place.
  const at = leaves.findIndex(({ path }) => path === value);
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={at} onChange={({ target }) => choose(leaves[Number(target.value)]?.path)}>
        {none !== undefined && <option value={-1}>{none}</option>}
        {leaves.map(({ path }, place) => (
          <option key={path} value={place}>
            {path.slice(0, 60)}
          </option>
        ))}
      </select>
    </>
  );
}

function valueBefore(values: readonly (number | null)[], at: number | undefined): number | undefined {
  return values.slice(0, at === undefined ? undefined : at + 1).findLast((value) => value !== null) ?? undefined;
}

function spoken(lines: readonly { label: string; value: number | undefined }[]): string {
  return lines.map(({ label, value }) => `${label} ${value === undefined ? texts.null : shortNumber(value)}`).join(", ");
}

function spokenBars(x: { names: readonly string[] } | object, values: readonly (number | null)[]): string {
  const names = "names" in x ? x.names : [];
  return names.map((name, at) => `${name} ${shortNumber(values[at] ?? 0)}`).join(", ");
}
