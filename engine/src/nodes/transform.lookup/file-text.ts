/** What the file of a table may hold. Every Python worker of Spark keeps the table in its memory. */
export const MOST_ROWS = 100_000;
export const MOST_BYTES = 16 * 1024 * 1024;

/** The text of a table's file, or what keeps it from being one. */
export function tableText(bytes: Uint8Array, path: string): { text: string } | { code: string; message: string; hint: string } {
  if (bytes.length > MOST_BYTES)
    return { code: "lookup/too-large", message: `The table \`${path}\` is larger than 16 MiB.`, hint: SMALLER };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { code: "lookup/not-text", message: `The table \`${path}\` is not UTF-8 text.`, hint: "save it as UTF-8" };
  }
}

/** What to do about a table that is too large. */
export const SMALLER = "take out the rows and columns that are never looked up";
