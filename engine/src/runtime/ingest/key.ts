/**
 * The record's key: the value at `path` as UTF-8 text, a number or boolean as JSON writes it. Null where the bytes are no JSON object,
 * where nothing or null stands at the path, and for an object or list.
 */
export function keyOf(bytes: Buffer, path: readonly string[]): Buffer | null {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    return null;
  }
  for (const name of path) {
    // Arrays have own properties too: `length` is no column.
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return null;
    value = (value as Record<string, unknown>)[name];
  }
  if (typeof value === "string") return Buffer.from(value);
  return typeof value === "number" || typeof value === "boolean" ? Buffer.from(String(value)) : null;
}
