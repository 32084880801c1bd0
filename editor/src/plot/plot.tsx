import { type ReactNode, useEffect, useRef, useState } from "react";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import styles from "./plot.module.css";
import { styleOf } from "./series.ts";

/** One line of a plot, or one set of bars; null where there is no value. `style` is a place among the styles. */
export interface PlotSeries {
  label: string;
  values: readonly (number | null)[];
  style: number;
}

export interface PlotProps {
  /** What is seen, for those who do not see it. */
  label: string;
  /** Epoch seconds, rising, for lines; or names, for the bars of one series. */
  x: { times: readonly number[]; utc?: boolean } | { names: readonly string[] };
  series: readonly PlotSeries[];
  /** How a value is written at the axis. */
  written: (value: number) => string;
  /** There is nothing between two whole values. */
  isWhole?: boolean;
  /** Plots of one key share their cursor. */
  sync?: string;
  /** Called with the place of the values below the pointer. */
  onPoint?: (at: number | undefined) => void;
}

/** Lines over time, or bars by name, as large as the box that they are in. */
export function Plot(props: PlotProps) {
  const host = useRef<HTMLDivElement | null>(null);
  const plot = useRef<UPlot | undefined>(undefined);
  const theme = useTheme();
  const latest = useRef(props);
  latest.current = props;
  const { label, x, series } = props;
  // A plot is made anew only where its form changes; its data alone are cheap to change.
  const form = JSON.stringify([theme, "names" in x ? x.names : x.utc, series.map((one) => [one.label, one.style])]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `form` stands for what is read of the props.
  useEffect(() => {
    const box = host.current;
    if (box === null) return;
    const made = new UPlot(optionsOf(latest, box), dataOf(latest.current), box);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height: box.clientHeight }));
    observer.observe(box);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [form]);
  useEffect(() => {
    plot.current?.setData(dataOf({ x, series }));
  }, [x, series]);
  return <div ref={host} className={styles.plot} role="img" aria-label={label} />;
}

/** The names of the series, each an `li`. */
export function Legend({ children }: { children: ReactNode }) {
  return <ul className={styles.legend}>{children}</ul>;
}

/** The line of a series, to stand beside its name. */
export function Swatch({ style, width = 22 }: { style: number; width?: number }) {
  const { colour, dash } = styleOf(style);
  return (
    <svg className={styles.swatch} width={width} height="8" aria-hidden="true">
      <line x1="0" y1="4" x2={width} y2="4" stroke={`var(${colour})`} strokeWidth="2" strokeDasharray={dash.join(" ")} />
    </svg>
  );
}

function dataOf({ x, series }: Pick<PlotProps, "x" | "series">): UPlot.AlignedData {
  const places = "names" in x ? x.names.map((_, at) => at) : [...x.times];
  return [places, ...series.map(({ values }) => [...values])] as UPlot.AlignedData;
}

/** 1, 2, 5, 10, 20 … */
const WHOLE = Array.from({ length: 13 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

function optionsOf(latest: { current: PlotProps }, box: HTMLElement): UPlot.Options {
  const { x, series, sync } = latest.current;
  const colour = (name: string) => getComputedStyle(box).getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--muted"),
    font: "10px system-ui, sans-serif",
    grid: { stroke: colour("--line"), width: 0.5 },
    ticks: { show: false },
  };
  const isBars = "names" in x;
  return {
    width: Math.max(40, box.clientWidth),
    height: Math.max(40, box.clientHeight),
    padding: [6, 24, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false, setScale: false },
      points: { size: 6 },
      ...(sync !== undefined && { sync: { key: sync, setSeries: false } }),
    },
    ...(!isBars && x.utc === true && { tzDate: (seconds: number) => UPlot.tzDate(new Date(seconds * 1000), "Etc/UTC") }),
    scales: {
      x: isBars ? { time: false, range: (_, least, most) => [least - 0.6, most + 0.6] } : { time: true },
      y: {
        range: (_, least, most) =>
          least === most ? [Math.min(0, least), Math.max(1, most * 1.2)] : [Math.min(0, least), most * 1.05],
      },
    },
    axes: [
      {
        ...axis,
        size: 18,
        gap: 2,
        space: isBars ? 30 : 60,
        values: (plot, splits) =>
          splits.map((split) => (isBars ? nameAt(latest.current, split) : writtenTime(split, spanOf(plot), x.utc))),
      },
      {
        ...axis,
        ...{ size: 44, gap: 3, space: 22 },
        ...(latest.current.isWhole === true && { incrs: WHOLE }),
        values: (_, splits) => splits.map((split) => latest.current.written(split)),
      },
    ],
    series: [
      {},
      ...series.map((one): UPlot.Series => {
        const style = styleOf(one.style);
        const bars = UPlot.paths.bars?.({ size: [0.8, 60] });
        return {
          label: one.label,
          stroke: colour(style.colour),
          dash: style.dash,
          width: 2,
          spanGaps: true,
          points: { show: one.values.filter((value) => value !== null).length < 3 },
          ...(isBars && { fill: colour(style.colour), dash: [], ...(bars && { paths: bars }) }),
        };
      }),
    ],
    hooks: {
      setCursor: [({ cursor: { idx } }: UPlot) => latest.current.onPoint?.(idx ?? undefined)],
    },
  };
}

function spanOf({ scales }: UPlot): number {
  return (scales.x?.max ?? 0) - (scales.x?.min ?? 0);
}

function nameAt({ x }: PlotProps, at: number): string {
  const name = "names" in x && Number.isInteger(at) ? (x.names[at] ?? "") : "";
  return name.length > 18 ? `${name.slice(0, 17)}…` : name;
}

const DAY_S = 86_400;

/** `14:05:30` where a few minutes are shown, `14:05` for hours, else the day. */
export function writtenTime(seconds: number, span: number, utc = false): string {
  const zone = utc ? { timeZone: "UTC" } : {};
  const format: Intl.DateTimeFormatOptions =
    span > 3 * DAY_S
      ? { month: "short", day: "numeric" }
      : { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...(span < 600 && { second: "2-digit" as const }) };
  return new Intl.DateTimeFormat("en", { ...format, ...zone }).format(new Date(seconds * 1000));
}

/** The theme that the page has now. */
function useTheme(): string {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme ?? "");
  useEffect(() => {
    const observer = new MutationObserver(() => setTheme(document.documentElement.dataset.theme ?? ""));
    observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => observer.disconnect();
  }, []);
  return theme;
}
