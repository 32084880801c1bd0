/**
 * The text of a record's key: the value at `path`, a number or boolean as JSON writes it. Null where the text is no JSON object, where nothing or null
 * stands at the path, and for an object or list.
 */
export function keyText(record: string, path: readonly string[]): string | null {
  let value: unknown;
  try {
    value = JSON.parse(record);
  } catch {
    return null;
  }
  for (const name of path) {
    // Arrays have own properties too: `length` is no column.
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return null;
    value = (value as Record<string, unknown>)[name];
  }
  // What has no form in UTF-8 is replaced where the key is written.
  if (typeof value === "string") return value.replace(/\p{Surrogate}/gu, "\uFFFD");
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}
