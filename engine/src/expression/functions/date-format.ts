import { dayAt, daysOfInstant, microsOfDay } from "../values/calendar.ts";

const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");

interface Moment {
  year: number;
  month: number;
  day: number;
  weekday: number;
  micros: number;
}

function padded(value: number, length: number): string {
  return String(value).padStart(length, "0");
}

function hour({ micros }: Moment): number {
  return Math.floor(micros / 3.6e9);
}

/** The tokens of a pattern that mean the same wherever they are written. */
const TOKENS: Record<string, (moment: Moment) => string> = {
  yyyy: ({ year }) => padded(year, 4),
  MM: ({ month }) => padded(month, 2),
  M: ({ month }) => String(month),
  MMM: ({ month }) => (MONTHS[month - 1] ?? "").slice(0, 3),
  MMMM: ({ month }) => MONTHS[month - 1] ?? "",
  dd: ({ day }) => padded(day, 2),
  d: ({ day }) => String(day),
  EEE: ({ weekday }) => (DAYS[weekday] ?? "").slice(0, 3),
  EEEE: ({ weekday }) => DAYS[weekday] ?? "",
  HH: (moment) => padded(hour(moment), 2),
  H: (moment) => String(hour(moment)),
  hh: (moment) => padded(hour(moment) % 12 || 12, 2),
  h: (moment) => String(hour(moment) % 12 || 12),
  mm: ({ micros }) => padded(Math.floor(micros / 6e7) % 60, 2),
  ss: ({ micros }) => padded(Math.floor(micros / 1e6) % 60, 2),
  SSS: ({ micros }) => padded(Math.floor(micros / 1000) % 1000, 3),
  SSSSSS: ({ micros }) => padded(micros % 1e6, 6),
  a: (moment) => (hour(moment) < 12 ? "AM" : "PM"),
};

/** The parts of a pattern, each a function of the moment, or why it is none. */
export function readPattern(pattern: string): ((moment: Moment) => string)[] | { mistake: string } {
  const parts: ((moment: Moment) => string)[] = [];
  for (const [found, quoted, word] of pattern.matchAll(/'((?:[^']|'')*)'|(([A-Za-z])\3*)|./gsu)) {
    const token = word === undefined ? undefined : TOKENS[word];
    if (token !== undefined) parts.push(token);
    else if (word !== undefined) return { mistake: `holds \`${word}\`, which is not known here` };
    else if (/^['[\]{}#]$/.test(found)) return { mistake: `holds \`${found}\` outside of quotes` };
    else parts.push(() => (quoted === undefined ? found : quoted === "" ? "'" : quoted.replaceAll("''", "'")));
  }
  return parts;
}

/** The moment as text. */
export function dateFormat(parts: ((moment: Moment) => string)[], micros: bigint): string {
  const days = daysOfInstant(micros);
  const moment = { ...dayAt(days), weekday: (((days + 3) % 7) + 7) % 7, micros: microsOfDay(micros) };
  return parts.map((part) => part(moment)).join("");
}
