/** A path inside of plain data: keys of maps and places in lists. */
export type Path = readonly (string | number)[];

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Equal, whatever the order of the keys. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => isSame(item, b[i]));
  if (!isRecord(a)) return a === b;
  if (!isRecord(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]));
}

/** A copy as JSON would have it, without what is undefined; undefined where it holds what no spec can. */
export function copied(value: unknown): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) {
    const items = value.map(copied);
    return items.includes(undefined) ? undefined : items;
  }
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, copied(inner)] as const]));
  return entries.some(([, inner]) => inner === undefined) ? undefined : Object.fromEntries(entries);
}
