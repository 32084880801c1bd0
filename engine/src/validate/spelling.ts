import { nearest } from "../diagnostic.ts";

const DURATION =
  /^(\d{1,9})\s*(milliseconds?|millis|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|months?|years?|y)$/i;
const SIZE = /^(\d{1,9})\s*(b|bytes?|k|kb|kib|m|mb|mib)$/i;

/** The hint for a number or boolean where text belongs: quoted where that would fit, with a unit where one is missing. */
export function asTextHint(value: unknown, schema: Record<string, unknown>): string | undefined {
  const { type, pattern } = schema;
  const textFits = type === "string" || (Array.isArray(type) && type.includes("string"));
  if (!textFits || (typeof value !== "number" && typeof value !== "boolean")) return undefined;
  const text = String(value);
  if (typeof pattern !== "string" || new RegExp(pattern, "u").test(text)) return `quote it: '${text}'`;
  return new RegExp(pattern, "u").test(`${text}s`) ? `add a unit, for example \`${text}s\`` : undefined;
}

/** The hint for a duration or size in somebody else's spelling: `7 days` → `7d`, `1MB` → `1MiB`. */
export function spellingHint(value: unknown, schema: Record<string, unknown>): string | undefined {
  if (typeof value !== "string" || typeof schema.pattern !== "string") return undefined;
  const fits = new RegExp(schema.pattern, "u");
  const spelt = [asDuration(value), asSize(value), value.toLowerCase()].find((text) => text !== undefined && fits.test(text));
  return spelt === undefined ? undefined : `did you mean \`${spelt}\`?`;
}

function asDuration(text: string): string | undefined {
  const match = DURATION.exec(text.trim());
  const unit = match?.[2]?.toLowerCase() ?? "";
  if (match === null) return undefined;
  const count = Number(match[1]);
  if (unit.startsWith("mo")) return `${count * 30}d`;
  if (unit.startsWith("y")) return `${count * 365}d`;
  if (unit.startsWith("w")) return `${count * 7}d`;
  return unit === "ms" || unit.startsWith("milli") ? `${count}ms` : `${count}${unit.charAt(0)}`;
}

function asSize(text: string): string | undefined {
  const match = SIZE.exec(text.trim());
  if (match === null) return undefined;
  const unit = { b: "B", k: "KiB", m: "MiB" }[match[2]?.charAt(0).toLowerCase() ?? ""];
  return unit === undefined ? undefined : `${match[1]}${unit}`;
}

/** The setting that an unknown key was likely meant to be: one spelt alike, or the only one that it is the beginning of. */
export function meantKey(key: string, known: readonly string[]): string | undefined {
  const longer = key.length < 3 ? [] : known.filter((name) => name.startsWith(key));
  return nearest(key, known) ?? (longer.length === 1 ? longer[0] : undefined);
}
