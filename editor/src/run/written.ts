import { texts } from "../texts/run.ts";

/** `12,345`. */
export function longNumber(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** A length of time that people read at a glance: `840 ms`, `1.2 s`, `3 min 07 s`, `2 h 05 min`, `2 d 6 h`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return ms < 10_000 && ms % 1000 !== 0 ? `${(ms / 1000).toFixed(1)} s` : `${seconds} s`;
  const two = (value: number) => String(value).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))} min`;
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`;
}

/** A length of time in one unit, for an axis: `500 ms`, `1.5 s`, `3 min`, `5 h`, `3 d`. */
export function shortDuration(ms: number): string {
  const [size, unit] =
    ms < 1000
      ? [1, "ms"]
      : ms < 60_000
        ? [1000, "s"]
        : ms < 3_600_000
          ? [60_000, "min"]
          : ms < 172_800_000
            ? [3_600_000, "h"]
            : [86_400_000, "d"];
  return `${Number((ms / (size as number)).toFixed(1))} ${unit}`;
}

/** How far a step of the set-up is: `Kafka 4.4.0: 21 of 45 files`, bytes as MB. */
export function preparingWords({
  label,
  done,
  total,
  unit,
}: {
  label: string;
  done: number;
  total: number;
  unit: string;
}): string {
  const size = unit === "bytes" ? 1_000_000 : 1;
  return texts.preparing(label, longNumber(done / size), `${longNumber(total / size)} ${unit === "bytes" ? "MB" : unit}`);
}

/** The time of day where the reader is: `14:05:09`. */
export function clock(ms: number): string {
  const date = new Date(ms);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}
