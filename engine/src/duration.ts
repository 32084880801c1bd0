const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SPARK_UNITS = [
  ["day", UNITS.d],
  ["hour", UNITS.h],
  ["minute", UNITS.m],
  ["second", UNITS.s],
  ["millisecond", UNITS.ms],
] as const;
const BYTES = { B: 1, KiB: 1024, MiB: 1024 * 1024 } as const;

/** Milliseconds of a duration such as `7d`, `1h`, `2m`, `30s` or `500ms`; undefined for any other text. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text);
  return match === null ? undefined : Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
}

/** Bytes of a size such as `512B`, `64KiB` or `1MiB`; undefined for any other text. */
export function parseByteSize(text: string): number | undefined {
  const match = /^(\d{1,9})(B|KiB|MiB)$/.exec(text);
  return match === null ? undefined : Number(match[1]) * BYTES[match[2] as keyof typeof BYTES];
}

/** The interval as Spark reads it, in the largest unit that divides it: 120000 → `2 minutes`. Takes whole milliseconds. */
export function sparkInterval(milliseconds: number): string {
  const [name, size] = SPARK_UNITS.find(([, unit]) => milliseconds >= unit && milliseconds % unit === 0) ?? ["second", 1000];
  const count = milliseconds / size;
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

/** The time as a spec writes it, in the largest unit that divides it: 120000 → `2m`. Takes whole milliseconds. */
export function showDuration(milliseconds: number): string {
  const [unit, size] = Object.entries(UNITS).findLast(([, ms]) => milliseconds >= ms && milliseconds % ms === 0) ?? ["ms", 1];
  return `${milliseconds / size}${unit}`;
}
