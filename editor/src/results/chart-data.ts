import type { PlotProps, PlotSeries } from "../plot/plot.tsx";
import { texts } from "../texts/results.ts";
import type { Choice } from "./chart-choice.ts";
import { type Leaf, valueAt } from "./leaves.ts";

const MOST_SERIES = 8;
const MOST_BARS = 24;

/** What a chart draws. */
export interface ChartData {
  x: PlotProps["x"];
  series: PlotSeries[];
  /** Documents that stand at one place were added up. */
  isSummed: boolean;
  /** How many lines or bars are drawn, and how many there are. */
  drawn: number;
  all: number;
}

/** The rows as lines over time, or as bars where `x` is a text; the largest where they are many. Rows without a value at `x` or `y` are left out. */
export function chartData(rows: readonly Record<string, unknown>[], leaves: readonly Leaf[], choice: Choice): ChartData {
  const isTime = leaves.find(({ path }) => path === choice.x)?.type === "time";
  const sums = new Map<string, Map<string, number>>();
  let isSummed = false;
  for (const row of rows) {
    const [place, amount] = [valueAt(row, choice.x), choice.y === undefined ? 1 : numberOf(valueAt(row, choice.y))];
    if (place === null || place === undefined || amount === undefined) continue;
    const name = choice.series === undefined || !isTime ? "" : String(valueAt(row, choice.series) ?? "null");
    const line = sums.get(name) ?? new Map<string, number>();
    sums.set(name, line);
    if (line.has(String(place)) && choice.y !== undefined) isSummed = true;
    line.set(String(place), (line.get(String(place)) ?? 0) + amount);
  }
  return { ...(isTime ? lines(sums, choice) : bars(sums.get("") ?? new Map(), choice)), isSummed };
}

type Drawn = Omit<ChartData, "isSummed">;

function lines(sums: ReadonlyMap<string, Map<string, number>>, { y, series }: Choice): Drawn {
  const total = (line: Map<string, number>) => [...line.values()].reduce((sum, value) => sum + value, 0);
  const largest = [...sums].sort(([, a], [, b]) => total(b) - total(a)).slice(0, MOST_SERIES);
  const kept = largest.sort(([a], [b]) => (a < b ? -1 : 1));
  const times = [...new Set(kept.flatMap(([, line]) => [...line.keys()]))].sort((a, b) => Date.parse(a) - Date.parse(b));
  const x = { times: times.map((time) => Date.parse(time) / 1000), utc: true };
  const drawn = kept.map(([name, line], style) => ({
    label: series === undefined ? (y ?? texts.count) : name,
    values: times.map((time) => line.get(time) ?? null),
    style,
  }));
  return { x, series: drawn, drawn: drawn.length, all: sums.size };
}

function bars(line: ReadonlyMap<string, number>, { y }: Choice): Drawn {
  const kept = [...line].sort(([, a], [, b]) => b - a).slice(0, MOST_BARS);
  const series = [{ label: y ?? texts.count, values: kept.map(([, value]) => value), style: 0 }];
  return { x: { names: kept.map(([name]) => name) }, series, drawn: kept.length, all: line.size };
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === "number" ? value : typeof value === "string" && value !== "" ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}
