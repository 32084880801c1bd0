import { type Bounds, fraction, optionNames, readOptions } from "./read-options.ts";

/** What the simulator sends. Record `n` is a pure function of these and `n`. Rates of faults are fractions in [0, 1]. */
export interface DemoOptions {
  seed: number;
  /** Records a second on each connection, 0 = as fast as the reader takes them. */
  rate: number;
  /** How many records there are; the stream ends after the last one. Absent = endless. */
  records?: number;
  /** Lines that are no record: cut JSON, no JSON, a wrong type, invalid UTF-8, an array, trailing text. */
  malformed: number;
  /** Records without one required column: `transaction_id`, `timestamp` or `summary.total`. */
  missing: number;
  /** Byte for byte repeats of a recent good record. */
  duplicates: number;
  /** Records whose timestamp is 1 to 60 s early, or exactly `lateBy` seconds. */
  late: number;
  lateBy?: number;
  /** Good records with `summary.total` 0. */
  free: number;
  /** Event time of record 0 in ms since 1970. Absent = such that the first record asked for happens now. */
  start?: number;
  /** Event time between two records in ms. Absent = 1000 / rate, or 0.01 for rate 0. */
  spacing?: number;
}

/** Options together with every mistake in them, as full sentences. With problems the options are not to be used. */
export interface ParsedOptions {
  options: DemoOptions;
  problems: string[];
}

/** What holds where nothing is said: 1,000 clean records a second, one in a hundred of them free of charge. */
export const demoDefaults: DemoOptions = {
  seed: 1,
  rate: 1000,
  malformed: 0,
  missing: 0,
  duplicates: 0,
  late: 0,
  free: 0.01,
};

const bounds: Record<Exclude<keyof DemoOptions, "start">, Bounds> = {
  seed: { low: 0, high: 4_294_967_295, whole: true },
  rate: { low: 0, high: 1_000_000, whole: false },
  records: { low: 0, high: Number.MAX_SAFE_INTEGER, whole: true },
  malformed: fraction,
  missing: fraction,
  duplicates: fraction,
  late: fraction,
  lateBy: { low: 0, high: 31_536_000, whole: false },
  free: fraction,
  spacing: { low: 0, high: 86_400_000, whole: false },
};

/** The names of all options, in the order in which the documentation shows them. */
export const demoOptionNames: readonly string[] = optionNames(bounds);

/** Reads options from a query over `defaults`. Names in `others` belong to someone else and are passed over. */
export function parseDemoOptions(
  query: URLSearchParams,
  defaults: DemoOptions = demoDefaults,
  others: readonly string[] = [],
): ParsedOptions {
  const { options, problems } = readOptions(query, defaults, bounds, others);
  const sum = options.malformed + options.missing + options.duplicates + options.late;
  if (sum > 1) problems.push(`malformed, missing, duplicates and late add up to ${sum}: more than 1`);
  return { options, problems };
}

/** The event time between two records in ms. */
export function spacingOf(options: DemoOptions): number {
  return options.spacing ?? (options.rate === 0 ? 0.01 : 1000 / options.rate);
}
