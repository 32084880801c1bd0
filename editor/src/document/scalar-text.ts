import { parseDocument, Scalar } from "yaml";

export interface ScalarStyle {
  /** Inside of `{ }` or `[ ]`, where a comma ends a value. */
  inFlow: boolean;
  /** How the scalar was written before: `PLAIN`, `QUOTE_SINGLE`, `QUOTE_DOUBLE`. */
  before?: string | null | undefined;
}

/** Read as something else than text by YAML 1.1 or by 1.2. */
const MISREAD = /^(y|n|yes|no|on|off|true|false|null|~|)$/i;
const WORD = /^[A-Za-z_][\w/-]*(\.[A-Za-z_][\w/-]*)*$/;

/** A scalar on one line, in the quotes that it had, else in as few as it needs to be read as what it is. */
export function scalarText(value: string | number | boolean | null, style: ScalarStyle): string {
  if (typeof value !== "string") return JSON.stringify(value);
  const single = `'${value.replaceAll("'", "''")}'`;
  const double = doubleQuoted(value);
  const quoted = value.includes("'") && !/["\\]/.test(value) ? [double, single] : [single, double];
  const before = { [Scalar.QUOTE_SINGLE]: [single], [Scalar.QUOTE_DOUBLE]: [double] }[style.before ?? ""] ?? [];
  const tried = [...before, value, ...quoted];
  return tried.find((text) => isReadAs(text, value, text === value, style.inFlow)) ?? double;
}

function isReadAs(written: string, value: string, isPlain: boolean, inFlow: boolean): boolean {
  if (/[\n\r\u0085\u2028\u2029]|(?!\t)\p{Cc}|\p{Cs}/u.test(written)) return false;
  if (isPlain && MISREAD.test(value)) return false;
  if (isPlain && WORD.test(value)) return true;
  if (isPlain && inFlow && value.split("(").length !== value.split(")").length) return false;
  const read = readBack(inFlow ? `{ k: ${written}, l: [${written}] }` : `k: ${written}\nl:\n  - ${written}\n`);
  if (typeof read !== "object" || read === null) return false;
  const { k, l } = read as { k?: unknown; l?: unknown[] };
  return Object.keys(read).length === 2 && k === value && Array.isArray(l) && l.length === 1 && l[0] === value;
}

function readBack(yaml: string): unknown {
  const document = parseDocument(yaml, { version: "1.2", schema: "core", logLevel: "error" });
  if (document.errors.length + document.warnings.length > 0) return undefined;
  try {
    return document.toJS();
  } catch {
    // An alias of nothing.
    return undefined;
  }
}

function doubleQuoted(value: string): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A key of a map. */
export function keyText(key: string, style: ScalarStyle): string {
  const written = scalarText(key, style);
  if (written !== key || WORD.test(key)) return written;
  const read = readBack(style.inFlow ? `{ ${key}: 1 }` : `${key}: 1`);
  const isKey = typeof read === "object" && read !== null && Object.keys(read).length === 1 && Object.hasOwn(read, key);
  return isKey ? written : scalarText(key, { ...style, before: Scalar.QUOTE_SINGLE });
}

/** A text of several lines as a literal block, its lines indented; undefined where it cannot be one. */
export function literalBlock(value: string, indent: number): { header: string; lines: string[] } | undefined {
  // Empty lines at the end would belong to whatever stands below.
  const isSafe =
    value.includes("\n") &&
    !value.endsWith("\n\n") &&
    !/^[ \t]|[\u0085\u2028\u2029]|(?![\t\n])\p{Cc}|\p{Cs}|\n[ \t]+(\n|$)/u.test(value);
  if (!isSafe) return undefined;
  const header = value.endsWith("\n") ? "|" : "|-";
  const rows = (header === "|-" ? value : value.slice(0, -1)).split("\n");
  const indented = (by: number) => rows.map((row) => (row === "" ? "" : " ".repeat(by) + row));
  const read = readBack(`k: ${header}\n${indented(2).join("\n")}\n`) as { k?: unknown } | undefined;
  return read?.k === value ? { header, lines: indented(indent) } : undefined;
}
