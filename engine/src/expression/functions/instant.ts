import { didYouMean } from "../../diagnostic.ts";
import { onlyWhere } from "../spark-text.ts";
import type { TypedCall, TypedExpression } from "../typed.ts";
import { daysOf, daysOfInstant, isDay, MICROS_PER_DAY } from "../values/calendar.ts";
import { type Evaluated, failure } from "../values/value.ts";
import { REVISED_ZONES, ZONE_NAMES } from "../values/zone-names.ts";
import { instantOf, wallClock, zoneNamed } from "../values/zones.ts";
import { dateFormat, readPattern } from "./date-format.ts";
import { type ArgumentReport, always, by, type FunctionEntry, type Parameter, strict, textOf } from "./entry.ts";

const MICROS: Record<string, bigint> = {
  day: MICROS_PER_DAY,
  hour: 3_600_000_000n,
  minute: 60_000_000n,
  second: 1_000_000n,
  millisecond: 1000n,
};
const LOW = -62_135_596_800_000_000n;
const HIGH = 253_402_300_799_999_999n;
const IN_YEARS = `v BETWEEN timestamp_micros(${LOW}L) AND timestamp_micros(${HIGH}L)`;
const instant: Parameter = { name: "instant", accepts: "timestamp" };
const zone: Parameter = { name: "zone", accepts: "string", literal: true };
const unit: Parameter = { name: "unit", accepts: "string", literal: true };
const timestamp = always("timestamp");
const long = always("long");

function inYears(micros: bigint): Evaluated {
  return micros >= LOW && micros <= HIGH ? micros : failure("the instant is outside of the years 1 to 9999");
}

/** Reports what is no zone that any machine knows: by region, `UTC`, or a distance from it. */
function checkZone(args: TypedExpression[], report: ArgumentReport): void {
  const name = textOf(args[1]) ?? "UTC";
  const isFixed = name === "UTC" || (/^[+-]\d\d:\d\d$/.test(name) && zoneNamed(name) !== undefined);
  if (isFixed || ZONE_NAMES.includes(name)) return;
  const hint = didYouMean(name, ZONE_NAMES) ?? "write for example 'Europe/Berlin', '+05:30' or 'UTC'";
  report(1, `\`${name}\` is no time zone.`, hint);
}

function revised({ args }: TypedCall): string | undefined {
  return REVISED_ZONES.has(textOf(args[1]) ?? "") ? "the past of this zone is not the same in all tables of zones" : undefined;
}

function checkUnit(args: Parameters<NonNullable<FunctionEntry["check"]>>[0], report: (i: number, m: string, h?: string) => void) {
  const given = textOf(args[0]) ?? "day";
  if (MICROS[given] === undefined)
    report(
      0,
      `\`${given}\` is no unit of fixed length.`,
      `write one of ${Object.keys(MICROS)
        .map((one) => `'${one}'`)
        .join(", ")}`,
    );
}

function microsOf(text: string | undefined): bigint {
  return MICROS[text ?? ""] ?? 1n;
}

function zoned(
  name: string,
  doc: string,
  result: FunctionEntry["result"],
  spark: (wall: string) => string,
  take: (wall: bigint) => Evaluated,
  value: unknown,
): FunctionEntry {
  return strict("time", name, doc, [instant, zone], result, {
    check: checkZone,
    noPreview: revised,
    spark: ([x, place]) => spark(onlyWhere(`from_utc_timestamp(${x}, ${place})`, IN_YEARS)),
    fails: "null-result",
    evaluate: ({ args }) => {
      const at = zoneNamed(textOf(args[1]) ?? "UTC");
      return ([x]) => {
        const wall = inYears(at === undefined ? 0n : wallClock(x as bigint, at));
        return typeof wall === "bigint" ? take(wall) : wall;
      };
    },
    examples: [
      { text: `${name}(timestamp '2024-07-01T23:30:00Z', 'Europe/Berlin')`, value },
      { text: `${name}(ts, 'Asia/Tokyo')`, row: { ts: "9999-12-31T23:00:00Z" }, failed: true },
    ],
  });
}

function makeInstant(year: number, month: number, day: number, hour: number, minute: number, second: number): Evaluated {
  const made = { year, month, day };
  const fits = year >= 1 && year <= 9999 && isDay(made) && hour >= 0 && hour < 24 && minute >= 0 && minute < 60;
  // a second 60 is the next minute's first, as Spark has it
  if (!fits || second < 0 || second > 60) return failure("there is no such instant");
  return inYears(BigInt(daysOf(made)) * MICROS_PER_DAY + BigInt(hour * 3600 + minute * 60 + second) * 1_000_000n);
}

/** Functions on instants and time zones. */
export const INSTANT: FunctionEntry[] = [
  zoned(
    "from_utc_timestamp",
    "What the clocks of a zone show at the instant, as the instant at which those of UTC show it. For parts and texts in local time.",
    timestamp,
    (wall) => wall,
    (wall) => wall,
    "2024-07-02T01:30:00Z",
  ),
  zoned("local_date", "The day in a zone.", always("date"), (wall) => `CAST(${wall} AS DATE)`, daysOfInstant, "2024-07-02"),
  zoned(
    "local_hour",
    "The hour in a zone, 0 to 23.",
    always("int"),
    (wall) => `hour(${wall})`,
    (wall) => Number((wall - BigInt(daysOfInstant(wall)) * MICROS_PER_DAY) / 3_600_000_000n),
    1,
  ),
  strict(
    "time",
    "to_utc_timestamp",
    "The instant at which the clocks of a zone show what those of UTC show at the given one: the earlier where they do so twice.",
    [instant, zone],
    timestamp,
    {
      check: checkZone,
      noPreview: revised,
      spark: ([x, place]) => onlyWhere(`to_utc_timestamp(${x}, ${place})`, IN_YEARS),
      fails: "null-result",
      evaluate: ({ args }) => {
        const at = zoneNamed(textOf(args[1]) ?? "UTC");
        return ([x]) => inYears(at === undefined ? 0n : instantOf(x as bigint, at));
      },
      examples: [
        { text: "to_utc_timestamp(timestamp '2024-07-01T12:00:00Z', 'Europe/Berlin')", value: "2024-07-01T10:00:00Z" },
        { text: "to_utc_timestamp(ts, 'America/New_York')", row: { ts: "2024-03-10T02:30:00Z" }, value: "2024-03-10T07:30:00Z" },
      ],
    },
  ),
  strict(
    "time",
    "timestamp_add",
    `The instant so many units later (or earlier): ${Object.keys(MICROS).join(", ")}. Fails outside the years 1 to 9999.`,
    [unit, { name: "count", accepts: "long" }, instant],
    timestamp,
    {
      check: checkUnit,
      spark: ([, n, x], { args }) =>
        onlyWhere(`timestamp_micros(try_add(unix_micros(${x}), try_multiply(${n}, ${microsOf(textOf(args[0]))}L)))`, IN_YEARS),
      fails: "null-result",
      evaluate: ({ args }) => {
        const size = microsOf(textOf(args[0]));
        return ([, n, x]) => inYears((x as bigint) + (n as bigint) * size);
      },
      examples: [
        { text: "timestamp_add('hour', 2, timestamp '2024-02-29T23:00:00Z')", value: "2024-03-01T01:00:00Z" },
        { text: "timestamp_add('day', l, ts)", row: { l: "9223372036854775807", ts: "2024-01-01T00:00:00Z" }, failed: true },
      ],
    },
  ),
  strict(
    "time",
    "timestamp_diff",
    `The whole units from \`start\` to \`end\`: ${Object.keys(MICROS).join(", ")}.`,
    [unit, { name: "start", accepts: "timestamp" }, { name: "end", accepts: "timestamp" }],
    long,
    {
      check: checkUnit,
      spark: ([, start, end], { args }) => `(unix_micros(${end}) - unix_micros(${start})) div ${microsOf(textOf(args[0]))}L`,
      evaluate: ({ args }) => {
        const size = microsOf(textOf(args[0]));
        return ([, start, end]) => ((end as bigint) - (start as bigint)) / size;
      },
      examples: [
        { text: "timestamp_diff('minute', timestamp '2024-01-01T00:00:00Z', timestamp '2024-01-01T01:00:59Z')", value: 60 },
        { text: "timestamp_diff('day', timestamp '2024-01-02T00:00:00Z', timestamp '2024-01-01T00:00:00Z')", value: -1 },
      ],
    },
  ),
  strict(
    "time",
    "make_timestamp",
    "The instant of year, month, day, hour, minute and second in UTC; fails where there is none.",
    [...["year", "month", "day", "hour", "minute", "second"].map((name): Parameter => ({ name, accepts: "int" }))],
    timestamp,
    {
      spark: ([y, ...rest]) =>
        onlyWhere(`try_make_timestamp(${onlyWhere(`${y}`, "v BETWEEN 1 AND 9999")}, ${rest.join(", ")})`, IN_YEARS),
      fails: "null-result",
      evaluate: by(makeInstant),
      examples: [
        { text: "make_timestamp(2024, 2, 29, 12, 30, 0)", value: "2024-02-29T12:30:00Z" },
        { text: "make_timestamp(2024, 1, 1, 24, 0, 0)", failed: true },
      ],
    },
  ),
  strict(
    "time",
    "date_format",
    "The moment as text by a pattern of `yyyy`, `MM`, `dd`, `HH`, `hh`, `mm`, `ss`, `SSS`, `a`, `EEE`, `EEEE`, `MMM`, `MMMM`, and words in single quotes.",
    [
      { name: "moment", accepts: "timestamp" },
      { name: "pattern", accepts: "string", literal: true },
    ],
    always("string"),
    {
      check: (args, report) => {
        const read = readPattern(textOf(args[1]) ?? "");
        if ("mistake" in read) report(1, `The pattern ${read.mistake}.`);
      },
      spark: ([x, pattern]) => `date_format(${x}, ${pattern})`,
      evaluate: ({ args }) => {
        const read = readPattern(textOf(args[1]) ?? "");
        return ([x]) => ("mistake" in read ? failure(read.mistake) : dateFormat(read, x as bigint));
      },
      examples: [
        { text: "date_format(timestamp '2024-03-05T16:07:08.5Z', 'yyyy-MM-dd HH:mm:ss.SSS')", value: "2024-03-05 16:07:08.500" },
        { text: "date_format(timestamp '2024-03-05T16:07:08Z', 'EEE, d MMMM, h a')", value: "Tue, 5 March, 4 PM" },
      ],
    },
  ),
  strict("time", "unix_micros", "The microseconds since 1970-01-01T00:00:00Z.", [instant], long, {
    spark: ([x]) => `unix_micros(${x})`,
    evaluate: by((x: bigint) => x),
    examples: [{ text: "unix_micros(timestamp '1970-01-01T00:00:01Z')", value: 1_000_000 }],
  }),
  strict(
    "time",
    "from_unix_micros",
    "The instant so many microseconds after 1970-01-01T00:00:00Z; fails outside the years 1 to 9999.",
    [{ name: "microseconds", accepts: "long" }],
    timestamp,
    {
      spark: ([x]) => onlyWhere(`timestamp_micros(${x})`, IN_YEARS),
      fails: "null-result",
      evaluate: by(inYears),
      examples: [
        { text: "from_unix_micros(1704067200000000)", value: "2024-01-01T00:00:00Z" },
        { text: "from_unix_micros(9223372036854775807)", failed: true },
      ],
    },
  ),
];
