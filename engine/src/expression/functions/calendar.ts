import { onlyWhere } from "../spark-text.ts";
import { dayAt, daysOf, daysOfInstant, isDay, microsOfDay, monthLength } from "../values/calendar.ts";
import { type Evaluated, failure } from "../values/value.ts";
import { always, by, type Example, type FunctionEntry, type Parameter, strict, textOf } from "./entry.ts";
import { daysIn, firstDayOf, mod } from "./time.ts";

const YEARS = "v BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'";
const DAY_NAMES = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTH_NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const UNITS = ["year", "quarter", "month", "week"];
const day: Parameter = { name: "day", accepts: "date" };
const moment: Parameter = { name: "moment", accepts: "moment" };
const int = always("int");
const date = always("date");
const string = always("string");
const outside = failure("the day is outside of the years 1 to 9999");

/** The day if it is in the years that the language knows. */
function inYears(days: number): Evaluated {
  const { year } = dayAt(days);
  return year >= 1 && year <= 9999 ? days : outside;
}

function part(
  name: string,
  doc: string,
  spark: (x: string) => string,
  take: (days: number) => number | string,
  example: Example,
) {
  const isText = typeof example.value === "string";
  return strict("time", name, doc, [moment], isText ? string : int, {
    spark: ([x]) => spark(`${x}`),
    evaluate: by((x: number | bigint) => take(daysIn(x))),
    examples: [example, { text: `${name}(day)`, row: { day: null }, value: null }],
  });
}

/** The Thursday of the day's week, whose year is that of the week. */
function thursday(days: number): number {
  return firstDayOf("week", days) + 3;
}

function dayOfYear(days: number): number {
  return days - firstDayOf("year", days) + 1;
}

function addMonths(days: number, months: number): Evaluated {
  if (Math.abs(months) > 120_000) return outside;
  const { year, month, day: own } = dayAt(days);
  const total = year * 12 + month - 1 + months;
  const target = { year: Math.floor(total / 12), month: mod(total, 12) + 1 };
  return inYears(daysOf({ ...target, day: Math.min(own, monthLength(target.year, target.month)) }));
}

/** By Spark's count: whole months between equal or last days, else parts of a month of 31 days. */
function monthsBetween(end: bigint, start: bigint): number {
  const [a, b] = [dayAt(daysOfInstant(end)), dayAt(daysOfInstant(start))];
  const months = (a.year - b.year) * 12 + a.month - b.month;
  const bothLast = a.day === monthLength(a.year, a.month) && b.day === monthLength(b.year, b.month);
  if (a.day === b.day || bothLast) return months;
  const within = Math.floor(microsOfDay(end) / 1e6) - Math.floor(microsOfDay(start) / 1e6);
  const exact = months + ((a.day - b.day) * 86_400 + within) / (31 * 86_400);
  return Math.floor(exact * 1e8 + 0.5) / 1e8;
}

function nextDay(days: number, name: string): Evaluated {
  const wanted = DAY_NAMES.findIndex((one) => one.toLowerCase() === name);
  return inYears(days + 1 + mod(wanted - (days + 1 + 3), 7));
}

function makeDate(year: number, month: number, own: number): Evaluated {
  const made = { year, month, day: own };
  return year >= 1 && year <= 9999 && isDay(made) ? daysOf(made) : failure("there is no such day");
}

/** Functions on days. */
export const CALENDAR: FunctionEntry[] = [
  part(
    "quarter",
    "The quarter, 1 to 4.",
    (x) => `quarter(${x})`,
    (days) => Math.ceil(dayAt(days).month / 3),
    {
      text: "quarter(date '2024-05-01')",
      value: 2,
    },
  ),
  part("day_of_year", "The day of the year, 1 to 366.", (x) => `dayofyear(${x})`, dayOfYear, {
    text: "day_of_year(date '2024-12-31')",
    value: 366,
  }),
  part(
    "week_of_year",
    "The week by ISO 8601: it begins on Monday, and week 1 holds the year's first Thursday.",
    (x) => `weekofyear(${x})`,
    (days) => Math.ceil(dayOfYear(thursday(days)) / 7),
    { text: "week_of_year(date '2021-01-03')", value: 53 },
  ),
  part(
    "year_of_week",
    "The year that the ISO week belongs to.",
    (x) => `CAST(extract(YEAROFWEEK FROM ${x}) AS INT)`,
    (days) => dayAt(thursday(days)).year,
    { text: "year_of_week(date '2021-01-03')", value: 2020 },
  ),
  part(
    "weekday",
    "The day of the week: 0 is Monday, 6 is Sunday.",
    (x) => `weekday(${x})`,
    (days) => mod(days + 3, 7),
    {
      text: "weekday(date '2024-03-04')",
      value: 0,
    },
  ),
  part(
    "day_name",
    "`Mon` to `Sun`.",
    (x) => `dayname(${x})`,
    (days) => DAY_NAMES[mod(days + 3, 7)] ?? "",
    {
      text: "day_name(date '2024-03-05')",
      value: "Tue",
    },
  ),
  part(
    "month_name",
    "`Jan` to `Dec`.",
    (x) => `monthname(${x})`,
    (days) => MONTH_NAMES[dayAt(days).month - 1] ?? "",
    {
      text: "month_name(date '2024-03-05')",
      value: "Mar",
    },
  ),
  strict(
    "time",
    "trunc",
    `The first day of the day's ${UNITS.join(", ")} (a week begins on Monday).`,
    [day, { name: "unit", accepts: "string", literal: true }],
    date,
    {
      check: (args, report) => {
        const unit = textOf(args[1]);
        if (unit !== undefined && !UNITS.includes(unit))
          report(1, `\`${unit}\` is no unit of days.`, `write one of ${UNITS.map((one) => `'${one}'`).join(", ")}`);
      },
      spark: ([x, unit]) => `trunc(${x}, ${unit})`,
      evaluate: by((days: number, unit: string) => firstDayOf(unit, days)),
      examples: [
        { text: "trunc(date '2024-03-05', 'month')", value: "2024-03-01" },
        { text: "trunc(day, 'week')", row: { day: "2024-03-10" }, value: "2024-03-04" },
      ],
    },
  ),
  strict("time", "last_day", "The last day of the day's month.", [day], date, {
    spark: ([x]) => `last_day(${x})`,
    evaluate: by((days: number) => {
      const { year, month } = dayAt(days);
      return daysOf({ year, month, day: monthLength(year, month) });
    }),
    examples: [{ text: "last_day(date '2024-02-01')", value: "2024-02-29" }],
  }),
  strict(
    "time",
    "next_day",
    "The first day after the day that is a `mon`, `tue` … `sun`; fails after the year 9999.",
    [day, { name: "name", accepts: "string", literal: true }],
    date,
    {
      check: (args, report) => {
        const name = textOf(args[1]);
        if (name !== undefined && !DAY_NAMES.some((one) => one.toLowerCase() === name))
          report(1, `\`${name}\` is no day of the week.`, "write 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun'");
      },
      spark: ([x, name]) => onlyWhere(`next_day(${x}, ${name})`, YEARS),
      fails: "null-result",
      evaluate: by(nextDay),
      examples: [
        { text: "next_day(date '2024-03-05', 'mon')", value: "2024-03-11" },
        { text: "next_day(date '9999-12-31', 'mon')", failed: true },
      ],
    },
  ),
  strict(
    "time",
    "add_months",
    "The day so many months later (or earlier, when negative), the month's last day where it is shorter; fails outside the years 1 to 9999.",
    [day, { name: "months", accepts: "int" }],
    date,
    {
      // Spark's own throws on a number of months that leaves its calendar
      spark: ([x, n]) => onlyWhere(`add_months(${x}, ${onlyWhere(`${n}`, "v BETWEEN -120000 AND 120000")})`, YEARS),
      fails: "null-result",
      evaluate: by(addMonths),
      examples: [
        { text: "add_months(date '2024-01-31', 1)", value: "2024-02-29" },
        { text: "add_months(date '2024-03-31', -1)", value: "2024-02-29" },
        { text: "add_months(day, 2147483647)", row: { day: "2024-01-01" }, failed: true },
      ],
    },
  ),
  strict(
    "time",
    "months_between",
    "The months from `start` to `end`, with a part of a month of 31 days, to 8 places.",
    [
      { name: "end", accepts: "timestamp" },
      { name: "start", accepts: "timestamp" },
    ],
    always("double"),
    {
      spark: ([end, start]) => `months_between(${end}, ${start})`,
      evaluate: by(monthsBetween),
      examples: [
        { text: "months_between(timestamp '2024-03-31T00:00Z', timestamp '2024-02-29T00:00Z')", value: 1 },
        { text: "months_between(timestamp '2024-03-15T00:00Z', timestamp '2024-02-29T00:00Z')", value: 0.5483871 },
      ],
    },
  ),
  strict(
    "time",
    "make_date",
    "The day of a year, month and day of the month; fails where there is none.",
    [
      { name: "year", accepts: "int" },
      { name: "month", accepts: "int" },
      { name: "day", accepts: "int" },
    ],
    date,
    {
      spark: ([y, m, d]) => `CAST(try_make_timestamp(${onlyWhere(`${y}`, "v BETWEEN 1 AND 9999")}, ${m}, ${d}, 0, 0, 0) AS DATE)`,
      fails: "null-result",
      evaluate: by(makeDate),
      examples: [
        { text: "make_date(2024, 2, 29)", value: "2024-02-29" },
        { text: "make_date(2023, 2, i)", row: { i: 29 }, failed: true },
      ],
    },
  ),
  strict("time", "unix_date", "The days since 1970-01-01.", [day], int, {
    spark: ([x]) => `unix_date(${x})`,
    evaluate: by((days: number) => days),
    examples: [{ text: "unix_date(date '1970-01-02')", value: 1 }],
  }),
];
