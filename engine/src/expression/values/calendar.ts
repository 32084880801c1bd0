export const MICROS_PER_SECOND = 1_000_000n;
export const MICROS_PER_DAY = 86_400_000_000n;

/** A day of the proleptic Gregorian calendar; year 0 is the year before year 1. */
export interface Day {
  year: number;
  month: number;
  day: number;
}

/** Days since 1970-01-01. Counts by eras of 400 years, which are all alike, from the first of March, so that a leap day comes last. */
export function daysOf({ year, month, day }: Day): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The day that stands so many days after 1970-01-01. */
export function dayAt(days: number): Day {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const index = Math.floor((5 * dayOfYear + 2) / 153);
  const month = index < 10 ? index + 3 : index - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * index + 2) / 5) + 1,
  };
}

/** True for a leap year. */
export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** How many days a month has. */
export function monthLength(year: number, month: number): number {
  return month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** True where the calendar has such a day. */
export function isDay({ year, month, day }: Day): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= monthLength(year, month);
}

/** A quotient of whole numbers, rounded down. */
export function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

/** The day on which an instant falls in UTC, as days since 1970-01-01. */
export function daysOfInstant(micros: bigint): number {
  return Number(floorDivide(micros, MICROS_PER_DAY));
}

/** The microseconds of an instant since midnight in UTC. */
export function microsOfDay(micros: bigint): number {
  return Number(micros - floorDivide(micros, MICROS_PER_DAY) * MICROS_PER_DAY);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** `2024-01-31`; a year beyond four digits has a sign, as Java writes it. */
export function dateText(days: number): string {
  const { year, month, day } = dayAt(days);
  const digits = String(Math.abs(year)).padStart(4, "0");
  return `${year < 0 ? "-" : year > 9999 ? "+" : ""}${digits}-${two(month)}-${two(day)}`;
}

/** The parts of an instant in UTC as text: its date, its time with whole seconds, and its fraction without trailing zeros. */
export function instantParts(micros: bigint): { date: string; time: string; fraction: string } {
  const within = microsOfDay(micros);
  const seconds = Math.floor(within / 1e6);
  const fraction = String(within % 1e6)
    .padStart(6, "0")
    .replace(/0+$/, "");
  const time = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return { date: dateText(daysOfInstant(micros)), time, fraction: fraction === "" ? "" : `.${fraction}` };
}
