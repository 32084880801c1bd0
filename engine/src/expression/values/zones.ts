import { MICROS_PER_SECOND } from "./calendar.ts";
import { ALL_ZONE_NAMES } from "./zone-names.ts";

/** The short names that Java reads in a text, each with what it stands for. */
const SHORT: Record<string, string> = {
  ACT: "Australia/Darwin",
  AET: "Australia/Sydney",
  AGT: "America/Argentina/Buenos_Aires",
  ART: "Africa/Cairo",
  AST: "America/Anchorage",
  BET: "America/Sao_Paulo",
  BST: "Asia/Dhaka",
  CAT: "Africa/Harare",
  CNT: "America/St_Johns",
  CST: "America/Chicago",
  CTT: "Asia/Shanghai",
  EAT: "Africa/Addis_Ababa",
  ECT: "Europe/Paris",
  EST: "America/Panama",
  HST: "Pacific/Honolulu",
  IET: "America/Indiana/Indianapolis",
  IST: "Asia/Kolkata",
  JST: "Asia/Tokyo",
  MIT: "Pacific/Apia",
  MST: "America/Phoenix",
  NET: "Asia/Yerevan",
  NST: "Pacific/Auckland",
  PLT: "Asia/Karachi",
  PNT: "America/Phoenix",
  PRT: "America/Puerto_Rico",
  PST: "America/Los_Angeles",
  SST: "Pacific/Guadalcanal",
  VST: "Asia/Ho_Chi_Minh",
};

/** A time zone: how far it is from UTC, in seconds, at an instant given in seconds. */
export type Zone = (seconds: number) => number;

const zones = new Map<string, Zone | undefined>();

/** The zone of that name (`Europe/Berlin`, `UTC`, `+05:30` …) as Spark reads it, undefined where it knows none. */
export function zoneNamed(name: string): Zone | undefined {
  if (!zones.has(name)) zones.set(name, makeZone(name));
  return zones.get(name);
}

function makeZone(given: string): Zone | undefined {
  // Spark's own leniency: `+5:30` and `+05:3`
  const padded = given.replace(/([+-])(\d):/, "$10$2:").replace(/([+-])(\d\d):(\d)$/, "$1$2:0$3");
  const name = SHORT[padded] ?? padded;
  const fixed = /^(?:UTC|GMT|UT|(?=[+-]))(.*)$/.exec(name);
  if (name === "Z" || fixed?.[1] === "") return () => 0;
  if (fixed?.[1] !== undefined && /^[+-]/.test(fixed[1])) {
    const offset = readOffset(fixed[1]);
    return offset === undefined ? undefined : () => offset;
  }
  return regionZone(name);
}

function readOffset(text: string): number | undefined {
  const parts = /^([+-])(?:(\d)|(\d\d)(?::?(\d\d))?|(\d\d)(\d\d)(\d\d)|(\d\d):(\d\d):(\d\d))$/.exec(text);
  if (parts === null) return undefined;
  const [hours, minutes, seconds] = [
    Number(parts[2] ?? parts[3] ?? parts[5] ?? parts[8]),
    Number(parts[4] ?? parts[6] ?? parts[9] ?? 0),
    Number(parts[7] ?? parts[10] ?? 0),
  ];
  const total = hours * 3600 + minutes * 60 + seconds;
  if (minutes > 59 || seconds > 59 || total > 18 * 3600) return undefined;
  return parts[1] === "-" ? -total : total;
}

/** The platform's own table of zones: ECMA-402 counts by the proleptic Gregorian calendar, as Java's time does. */
function regionZone(name: string): Zone | undefined {
  const format = regionFormat(name);
  if (format === undefined) return undefined;
  const known = new Map<number, number>();
  return (seconds) => {
    let offset = known.get(seconds);
    if (offset === undefined) {
      offset = wallSeconds(format, seconds) - seconds;
      if (known.size > 50_000) known.clear();
      known.set(seconds, offset);
    }
    return offset;
  };
}

function regionFormat(name: string): Intl.DateTimeFormat | undefined {
  // Intl itself minds no case, Java does
  if (!ALL_ZONE_NAMES.has(name)) return undefined;
  return new Intl.DateTimeFormat("en-US", {
    timeZone: name,
    hourCycle: "h23",
    era: "short",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
}

function wallSeconds(format: Intl.DateTimeFormat, seconds: number): number {
  const parts: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(seconds * 1000)) parts[type] = value;
  const year = parts.era === "BC" ? 1 - Number(parts.year) : Number(parts.year);
  const wall = new Date(0);
  wall.setUTCFullYear(year, Number(parts.month) - 1, Number(parts.day));
  wall.setUTCHours(Number(parts.hour), Number(parts.minute), Number(parts.second));
  return wall.getTime() / 1000;
}

function secondsOf(micros: bigint): number {
  const whole = micros / MICROS_PER_SECOND;
  return Number(micros % MICROS_PER_SECOND < 0n ? whole - 1n : whole);
}

/** What the clocks of a zone show at an instant, as the instant at which those of UTC show it. */
export function wallClock(micros: bigint, zone: Zone): bigint {
  return micros + BigInt(zone(secondsOf(micros))) * MICROS_PER_SECOND;
}

/**
 * The instant at which the clocks of a zone show a time: the earlier one where they show it twice, and where they skip it the one
 * that the offset before the gap gives, as Java decides.
 */
export function instantOf(wall: bigint, zone: Zone): bigint {
  const seconds = secondsOf(wall);
  const [before, after] = [zone(seconds - 86_400), zone(seconds + 86_400)];
  const offset = [before, after].find((one) => zone(seconds - one) === one) ?? before;
  return wall - BigInt(offset) * MICROS_PER_SECOND;
}
