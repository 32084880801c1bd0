import { shortNumber } from "../short-number.ts";
import type { Measure } from "../state/live.ts";
import { texts } from "../texts/run.ts";
import { duration, longNumber, shortDuration } from "./written.ts";

const counts = { short: shortNumber, full: longNumber, isWhole: true };
const times = { short: shortDuration, full: duration, isWhole: false };

/** What can be seen over time: how it is called, what of a measure it shows, and how that is written where there is little room and in full. */
export const CHARTS = [
  { name: "rate", value: ({ rate }: Measure) => rate, ...counts },
  { name: "lag", value: ({ lag }: Measure) => lag, ...counts },
  { name: "batchMs", value: ({ batchMs }: Measure) => batchMs, ...times },
  { name: "written", value: ({ written }: Measure) => written, ...counts },
  { name: "dead", value: ({ allDead }: Measure) => allDead, ...counts, ofAll: true },
  { name: "behind", value: ({ behind }: Measure) => behind, ...times },
] as const;

/** One line of a chart; null where nothing was measured in a second. */
export interface MeasureSeries {
  label: string;
  values: (number | null)[];
  style: number;
}

/** The seconds in which something was measured, and who measured, in the order of their styles. */
export function axisOf(measures: readonly Measure[]): { times: number[]; names: string[] } {
  const times = [...new Set(measures.map(({ at }) => at))].sort((a, b) => a - b);
  return { times, names: [...new Set(measures.map(({ of }) => of))].sort() };
}

/** The lines of a chart; without those in which there is nothing. */
export function seriesOf(
  chart: (typeof CHARTS)[number],
  measures: readonly Measure[],
  { times, names }: ReturnType<typeof axisOf>,
): MeasureSeries[] {
  const places = new Map(times.map((time, at) => [time, at]));
  const lines = ("ofAll" in chart ? [texts.all] : names).map((label, style) => {
    const values = new Array<number | null>(times.length).fill(null);
    for (const measure of measures) {
      const at = places.get(measure.at);
      if (at !== undefined && ("ofAll" in chart || measure.of === label)) values[at] = chart.value(measure) ?? null;
    }
    return { label, values, style };
  });
  return lines.filter(({ values }) => values.some((value) => value !== null));
}

/** The value of a line at a place, else the last before it. */
export function valueAt({ values }: MeasureSeries, at: number | undefined): number | undefined {
  return values.slice(0, at === undefined ? undefined : at + 1).findLast((value) => value !== null) ?? undefined;
}
