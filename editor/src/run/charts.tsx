import { useMemo, useState } from "react";
import { Legend, Plot, Swatch } from "../plot/plot.tsx";
import type { Measure } from "../state/live.ts";
import { texts } from "../texts/run.ts";
import { axisOf, CHARTS, seriesOf, valueAt } from "./measure-series.ts";
import styles from "./run-panel.module.css";

/** How the run goes: small charts with one axis of time and one cursor. */
export function Charts({ measures }: { measures: readonly Measure[] }) {
  const axis = useMemo(() => axisOf(measures), [measures]);
  if (axis.times.length === 0) return <p className={styles.muted}>{texts.chartsEmpty}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className={styles.charts} aria-label={texts.charts} tabIndex={0}>
      <Legend>
        {axis.names.map((name, style) => (
          <li key={name}>
            <Swatch style={style} /> {name}
          </li>
        ))}
      </Legend>
      <div className={styles.grid}>
        {CHARTS.map((chart) => (
          <Chart key={chart.name} chart={chart} measures={measures} axis={axis} />
        ))}
      </div>
    </section>
  );
}

interface ChartProps {
  chart: (typeof CHARTS)[number];
  measures: readonly Measure[];
  axis: ReturnType<typeof axisOf>;
}

/** One chart, with its values at the cursor, else the latest ones, as words. */
function Chart({ chart, measures, axis }: ChartProps) {
  const [at, setAt] = useState<number>();
  const series = useMemo(() => seriesOf(chart, measures, axis), [chart, measures, axis]);
  const x = useMemo(() => ({ times: axis.times }), [axis]);
  const title = texts.chart[chart.name];
  if (series.length === 0) return null;
  const written = (place?: number) =>
    series.map((one) => {
      const value = valueAt(one, place);
      return { ...one, value };
    });
  const label = `${title}: ${written()
    .map((one) => `${one.label} ${one.value === undefined ? texts.nothing : chart.full(one.value)}`)
    .join(", ")}`;
  return (
    <figure className={styles.chart} data-chart={chart.name}>
      <figcaption>
        <span>{title}</span>
        {written(at).map((one) => (
          <span key={one.label} className={styles.value} title={one.label}>
            {series.length > 1 && <Swatch style={one.style} width={15} />}
            {one.value === undefined ? "–" : chart.short(one.value)}
          </span>
        ))}
      </figcaption>
      <div className={styles.plot}>
        <Plot label={label} x={x} series={series} written={chart.short} isWhole={chart.isWhole} sync="run" onPoint={setAt} />
      </div>
    </figure>
  );
}
