import { onlyWhere, sparkText } from "../spark-text.ts";
import { always, type Example, type FunctionEntry, type Parameter, textOf } from "./entry.ts";

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

function part(name: string, accepts: "moment" | "timestamp", doc: string, value: number, spark = name): FunctionEntry {
  const examples: Example[] = [{ text: `${name}(${MOMENT})`, value }];
  if (accepts === "moment") examples.push({ text: `${name}(day)`, row: { day: null }, value: null });
  const parameters: Parameter[] = [{ name: "moment", accepts }];
  return { name, family: "time", doc, parameters, result: int, nulls: "any", spark: ([x]) => `${spark}(${x})`, examples };
}

function sinceEpoch(name: string, doc: string, value: number): FunctionEntry {
  const examples = [{ text: `${name}(${MOMENT})`, value }];
  return {
    name,
    family: "time",
    doc,
    parameters: [instant],
    result: long,
    nulls: "any",
    spark: ([x]) => `${name}(${x})`,
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
    examples: [
      { text: "to_date('2024-02-29')", value: "2024-02-29" },
      { text: "to_date('2023-02-29')", failed: true },
    ],
  },
];

/** Functions on dates and instants, all in UTC. None reads the clock: a rerun must give the same rows. */
export const TIME: FunctionEntry[] = [
  part("year", "moment", "The year.", 2024),
  part("month", "moment", "The month, 1 to 12.", 3),
  part("day", "moment", "The day of the month, 1 to 31.", 5, "dayofmonth"),
  part("hour", "timestamp", "The hour in UTC, 0 to 23.", 6),
  part("minute", "timestamp", "The minute, 0 to 59.", 7),
  part("second", "timestamp", "The whole second, 0 to 59.", 8),
  part("day_of_week", "moment", "The day of the week: 1 is Sunday, 7 is Saturday.", 3, "dayofweek"),
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
    examples: [
      { text: "date_diff(date '2024-03-01', date '2024-02-28')", value: 2 },
      { text: `date_diff(${MOMENT}, date '2024-03-06')`, value: -1 },
    ],
  },
  ...READING,
  sinceEpoch("unix_seconds", "The whole seconds since 1970-01-01T00:00:00Z.", 1_709_618_828),
  sinceEpoch("unix_millis", "The whole milliseconds since 1970-01-01T00:00:00Z.", 1_709_618_828_500),
  fromEpoch("from_unix_seconds", "seconds", "timestamp_seconds", SECONDS, 1),
  fromEpoch("from_unix_millis", "milliseconds", "timestamp_millis", ["-62135596800000L", "253402300799999L"], 1000),
];
