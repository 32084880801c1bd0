import { daysOf, instantParts, isDay, MICROS_PER_DAY } from "./calendar.ts";
import { stripped } from "./number-text.ts";
import { instantOf, zoneNamed } from "./zones.ts";

/** A text that Spark casts to a date or timestamp, less those that the language refuses: see `onlyDated`. */
const DATED = /^[\t-\r ]*[0-9]{4}(?:[^0-9:].*)?$/s;
const MOMENT = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T](\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?(\D.*)?)?)?)?)?)?$/s;
const DAY = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T].*)?)?)?$/s;

/** The date that Spark's cast reads from the text, undefined where it reads none. */
export function readDate(text: string): number | undefined {
  const parts = DATED.test(text) ? DAY.exec(stripped(text)) : null;
  if (parts === null) return undefined;
  const day = { year: Number(parts[1]), month: Number(parts[2] ?? 1), day: Number(parts[3] ?? 1) };
  return isDay(day) ? daysOf(day) : undefined;
}

/** The instant that Spark's cast reads from the text, UTC where no zone is named, undefined where it reads none. */
export function readTimestamp(text: string): bigint | undefined {
  const parts = DATED.test(text) ? MOMENT.exec(stripped(text)) : null;
  if (parts === null) return undefined;
  const day = { year: Number(parts[1]), month: Number(parts[2] ?? 1), day: Number(parts[3] ?? 1) };
  const [hour, minute, second] = [Number(parts[4] ?? 0), Number(parts[5] ?? 0), Number(parts[6] ?? 0)];
  if (!isDay(day) || hour > 23 || minute > 59 || second > 59) return undefined;
  const fraction = Number((parts[7] ?? "").slice(0, 6).padEnd(6, "0"));
  const within = (hour * 3600 + minute * 60 + second) * 1_000_000 + fraction;
  const wall = BigInt(daysOf(day)) * MICROS_PER_DAY + BigInt(within);
  const zone = zoneNamed((parts[8] ?? "Z").trim());
  return zone === undefined ? undefined : instantOf(wall, zone);
}

/** An instant as Spark's cast to text writes it: `2024-01-31 12:00:00.5`, in UTC. */
export function timestampText(micros: bigint): string {
  const { date, time, fraction } = instantParts(micros);
  return `${date} ${time}${fraction}`;
}

/** An instant in ISO 8601: `2024-01-31T12:00:00.5Z`. */
export function isoText(micros: bigint): string {
  const { date, time, fraction } = instantParts(micros);
  return `${date}T${time}${fraction}Z`;
}
