import { onlyWhere, sparkText } from "../spark-text.ts";
import type { TypedCall } from "../typed.ts";
import { dayAt, daysOf, daysOfInstant, floorDivide, MICROS_PER_DAY, microsOfDay } from "../values/calendar.ts";
import { readDate, readTimestamp } from "../values/instant-text.ts";
import { failure, type Value } from "../values/value.ts";
import { always, by, type Example, type FunctionEntry, type Parameter, textOf } from "./entry.ts";

const UNITS = ["year", "quarter", "month", "week", "day", "hour", "minute", "second"];
const int = always("int");
const long = always("long");
const timestamp = always("timestamp");
const date = always("date");
const instant: Parameter = { name: "instant", accepts: "timestamp" };
const MOMENT = "timestamp '2024-03-05T06:07:08.5Z'";

/** The years 0001 to 9999: all that MongoDB's and Python's clocks hold. */
const SECONDS = ["-62135596800L", "253402300799L"] as const;

/** Only a text that begins with a four-digit year: Spark reads `10:30` as a time of *today*, which no rerun repeats. */
export function onlyDated(text: string): string {
  return `regexp_extract(${text}, ${sparkText("^\\s*[0-9]{4}(?:[^0-9:][\\s\\S]*)?$")}, 0)`;
}

/** The day of a date or of a timestamp. */
export function daysIn(value: Value | undefined): number {
  return typeof value === "bigint" ? daysOfInstant(value) : (value as number);
}

type Part = (days: number, micros: number) => number;

function part(
  name: string,
  accepts: "moment" | "timestamp",
  doc: string,
  value: number,
  take: Part,
  spark = name,
): FunctionEntry {
  const examples: Example[] = [{ text: `${name}(${MOMENT})`, value }];
  if (accepts === "moment") examples.push({ text: `${name}(day)`, row: { day: null }, value: null });
  const parameters: Parameter[] = [{ name: "moment", accepts }];
  return {
    name,
    family: "time",
    doc,
    parameters,
    result: int,
    nulls: "any",
    spark: ([x]) => `${spark}(${x})`,
    evaluate: by((x: number | bigint) => take(daysIn(x), typeof x === "bigint" ? microsOfDay(x) : 0)),
    examples,
  };
}

function sinceEpoch(name: string, doc: string, value: number, unit: bigint): FunctionEntry {
  const examples = [{ text: `${name}(${MOMENT})`, value }];
  return {
    name,
    family: "time",
    doc,
    parameters: [instant],
    result: long,
    nulls: "any",
    spark: ([x]) => `${name}(${x})`,
    evaluate: by((x: bigint) => floorDivide(x, unit)),
    examples,
  };
}

function fromEpoch(
  name: string,
  word: string,
  spark: string,
  [low, high]: readonly [string, string],
  scale: number,
): FunctionEntry {
  return {
    name,
    family: "time",
    doc: `The instant so many ${word} after 1970-01-01T00:00:00Z; fails outside the years 1 to 9999.`,
    parameters: [{ name: word, accepts: "long" }],
    result: timestamp,
    nulls: "any",
    spark: ([x]) => `${spark}(${onlyWhere(`${x}`, `v BETWEEN ${low} AND ${high}`)})`,
    fails: "null-result",
    evaluate: () => {
      const [least, most] = [BigInt(low.slice(0, -1)), BigInt(high.slice(0, -1))];
      return ([x]) =>
        (x as bigint) >= least && (x as bigint) <= most
          ? (x as bigint) * (1_000_000n / BigInt(scale))
          : failure("the instant is outside of the years 1 to 9999");
    },
    examples: [
      { text: `${name}(${1_704_067_200 * scale})`, value: "2024-01-01T00:00:00Z" },
      { text: `${name}(9223372036854775807)`, failed: true },
    ],
  };
}

const READING: FunctionEntry[] = [
  {
    name: "to_timestamp",
    family: "time",
    doc: "Reads an ISO 8601 instant, UTC where no zone is named; fails for any other text.",
    parameters: [{ name: "text", accepts: "string" }],
    result: timestamp,
    nulls: "any",
    spark: ([x]) => `try_cast(${onlyDated(`${x}`)} AS TIMESTAMP)`,
    fails: "null-result",
    evaluate: by((x: string) => readTimestamp(x) ?? failure(`\`${x.slice(0, 60)}\` is no instant`)),
    examples: [
      { text: "to_timestamp('2024-01-02T03:04:05Z')", value: "2024-01-02T03:04:05Z" },
      { text: "to_timestamp('2024-01-02T03:04:05+02:00')", value: "2024-01-02T01:04:05Z" },
      { text: "to_timestamp('10:30')", failed: true },
      { text: "to_timestamp('now')", failed: true },
      { text: "to_timestamp(s)", row: { s: null }, value: null },
    ],
  },
  {
    name: "to_date",
    family: "time",
    doc: "Reads an ISO 8601 day; fails for any other text.",
    parameters: [{ name: "text", accepts: "string" }],
    result: date,
    nulls: "any",
    spark: ([x]) => `try_cast(${onlyDated(`${x}`)} AS DATE)`,
    fails: "null-result",
    evaluate: by((x: string) => readDate(x) ?? failure(`\`${x.slice(0, 60)}\` is no day`)),
    examples: [
      { text: "to_date('2024-02-29')", value: "2024-02-29" },
      { text: "to_date('2023-02-29')", failed: true },
    ],
  },
];

/** The remainder that is never negative. */
export function mod(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

const SHORT_UNITS: Record<string, bigint> = {
  day: MICROS_PER_DAY,
  hour: 3_600_000_000n,
  minute: 60_000_000n,
  second: 1_000_000n,
};

function truncation({ args }: TypedCall): (micros: bigint) => bigint {
  const unit = textOf(args[0]) ?? "";
  const size = SHORT_UNITS[unit];
  if (size !== undefined) return (micros) => floorDivide(micros, size) * size;
  return (micros) => BigInt(firstDayOf(unit, daysOfInstant(micros))) * MICROS_PER_DAY;
}

/** The first day of a day's year, quarter, month or week. */
export function firstDayOf(unit: string, days: number): number {
  if (unit === "week") return days - mod(days + 3, 7);
  const { year, month } = dayAt(days);
  const first = unit === "year" ? 1 : unit === "quarter" ? month - ((month - 1) % 3) : month;
  return daysOf({ year, month: first, day: 1 });
}

/** Functions on dates and instants, all in UTC. None reads the clock: a rerun must give the same rows. */
export const TIME: FunctionEntry[] = [
  part("year", "moment", "The year.", 2024, (days) => dayAt(days).year),
  part("month", "moment", "The month, 1 to 12.", 3, (days) => dayAt(days).month),
  part("day", "moment", "The day of the month, 1 to 31.", 5, (days) => dayAt(days).day, "dayofmonth"),
  part("hour", "timestamp", "The hour in UTC, 0 to 23.", 6, (_, micros) => Math.floor(micros / 3.6e9)),
  part("minute", "timestamp", "The minute, 0 to 59.", 7, (_, micros) => Math.floor(micros / 6e7) % 60),
  part("second", "timestamp", "The whole second, 0 to 59.", 8, (_, micros) => Math.floor(micros / 1e6) % 60),
  part(
    "day_of_week",
    "moment",
    "The day of the week: 1 is Sunday, 7 is Saturday.",
    3,
    (days) => mod(days + 4, 7) + 1,
    "dayofweek",
  ),
  {
    name: "date_trunc",
    family: "time",
    doc: `The instant cut down to the beginning of its ${UNITS.join(", ")} (a week begins on Monday).`,
    parameters: [{ name: "unit", accepts: "string", literal: true }, instant],
    check: (args, report) => {
      const unit = textOf(args[0]);
      if (unit !== undefined && !UNITS.includes(unit))
        report(0, `\`${unit}\` is no unit of time.`, `write one of ${UNITS.map((one) => `'${one}'`).join(", ")}`);
    },
    result: timestamp,
    nulls: "any",
    spark: ([unit, x]) => `date_trunc(${unit}, ${x})`,
    evaluate: (call) => {
      const cut = truncation(call);
      return ([, x]) => cut(x as bigint);
    },
    examples: [
      { text: `date_trunc('hour', ${MOMENT})`, value: "2024-03-05T06:00:00Z" },
      { text: `date_trunc('week', ${MOMENT})`, value: "2024-03-04T00:00:00Z" },
    ],
  },
  {
    name: "date_add",
    family: "time",
    doc: "The day so many days later (or earlier, when negative); fails outside the years 1 to 9999.",
    parameters: [
      { name: "day", accepts: "date" },
      { name: "days", accepts: "int" },
    ],
    result: date,
    nulls: "any",
    evaluate: by((x: number, days: number) => {
      const { year } = dayAt(x + days);
      return year >= 1 && year <= 9999 ? x + days : failure("the day is outside of the years 1 to 9999");
    }),
    spark: ([x, days]) => onlyWhere(`date_add(${x}, ${days})`, "v BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"),
    fails: "null-result",
    examples: [
      { text: "date_add(date '2024-02-28', 2)", value: "2024-03-01" },
      { text: "date_add(date '2024-01-01', 2147483647)", failed: true },
    ],
  },
  {
    name: "date_diff",
    family: "time",
    doc: "The number of days from `start` to `end`.",
    parameters: [
      { name: "end", accepts: "moment" },
      { name: "start", accepts: "moment" },
    ],
    result: int,
    nulls: "any",
    spark: ([end, start], { args }) => {
      const day = (sql: string | undefined, i: number) => (args[i]?.type.kind === "timestamp" ? `CAST(${sql} AS DATE)` : sql);
      return `datediff(${day(end, 0)}, ${day(start, 1)})`;
    },
    evaluate: by((end: number | bigint, start: number | bigint) => daysIn(end) - daysIn(start)),
    examples: [
      { text: "date_diff(date '2024-03-01', date '2024-02-28')", value: 2 },
      { text: `date_diff(${MOMENT}, date '2024-03-06')`, value: -1 },
    ],
  },
  ...READING,
  sinceEpoch("unix_seconds", "The whole seconds since 1970-01-01T00:00:00Z.", 1_709_618_828, 1_000_000n),
  sinceEpoch("unix_millis", "The whole milliseconds since 1970-01-01T00:00:00Z.", 1_709_618_828_500, 1000n),
  fromEpoch("from_unix_seconds", "seconds", "timestamp_seconds", SECONDS, 1),
  fromEpoch("from_unix_millis", "milliseconds", "timestamp_millis", ["-62135596800000L", "253402300799999L"], 1000),
];
