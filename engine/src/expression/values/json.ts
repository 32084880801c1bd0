import { doubleText } from "./number-text.ts";

/** One value inside of a JSON text, with where it stands. A string's and a field name's `text` is unescaped. */
export type JsonNode =
  | { kind: "object"; fields: [name: string, value: JsonNode][] }
  | { kind: "array"; items: JsonNode[] }
  | { kind: "string"; text: string }
  | { kind: "number"; text: string }
  | { kind: "word"; text: "true" | "false" | "null" };

interface Reader {
  text: string;
  at: number;
  depth: number;
}

/** Deeper than this Spark's reader gives up. */
const MAX_DEPTH = 1000;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPES: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/**
 * The first value of a JSON text; undefined where there is none. As Spark's functions on JSON it takes single quotes and control
 * characters inside of strings, and does not look behind the value.
 */
export function readJson(text: string): JsonNode | undefined {
  const reader: Reader = { text, at: 0, depth: 0 };
  skipSpace(reader);
  const node = readValue(reader);
  if (node === undefined) return undefined;
  const isBare = node.kind === "number" || node.kind === "word";
  // nothing but space may stand behind a number or a word by itself
  return isBare && !/^(?:[ \t\n\r]|$)/.test(text.slice(reader.at, reader.at + 1)) ? undefined : node;
}

function skipSpace(reader: Reader): void {
  while (" \t\n\r".includes(reader.text[reader.at] ?? "x")) reader.at++;
}

function take(reader: Reader, character: string): boolean {
  skipSpace(reader);
  if (reader.text[reader.at] !== character) return false;
  reader.at++;
  return true;
}

function readValue(reader: Reader): JsonNode | undefined {
  skipSpace(reader);
  const first = reader.text[reader.at];
  if (first === "{" || first === "[") {
    if (++reader.depth > MAX_DEPTH) return undefined;
    reader.at++;
    const node = first === "{" ? readObject(reader) : readArray(reader);
    reader.depth--;
    return node;
  }
  if (first === '"' || first === "'") {
    const text = readString(reader);
    return text === undefined ? undefined : { kind: "string", text };
  }
  for (const word of ["true", "false", "null"] as const)
    if (reader.text.startsWith(word, reader.at)) return readEnd(reader, word.length) ? { kind: "word", text: word } : undefined;
  NUMBER.lastIndex = reader.at;
  const text = NUMBER.exec(reader.text)?.[0];
  return text !== undefined && readEnd(reader, text.length) ? { kind: "number", text } : undefined;
}

/** Behind a word or a number no letter or digit may stand. */
function readEnd(reader: Reader, length: number): boolean {
  reader.at += length;
  return !/[\w.$+-]/.test(reader.text[reader.at] ?? " ");
}

function readObject(reader: Reader): JsonNode | undefined {
  const fields: [string, JsonNode][] = [];
  if (take(reader, "}")) return { kind: "object", fields };
  do {
    skipSpace(reader);
    const name = readString(reader);
    const value = name !== undefined && take(reader, ":") ? readValue(reader) : undefined;
    if (name === undefined || value === undefined) return undefined;
    fields.push([name, value]);
  } while (take(reader, ","));
  return take(reader, "}") ? { kind: "object", fields } : undefined;
}

function readArray(reader: Reader): JsonNode | undefined {
  const items: JsonNode[] = [];
  if (take(reader, "]")) return { kind: "array", items };
  do {
    const value = readValue(reader);
    if (value === undefined) return undefined;
    items.push(value);
  } while (take(reader, ","));
  return take(reader, "]") ? { kind: "array", items } : undefined;
}

function readString(reader: Reader): string | undefined {
  const quote = reader.text[reader.at];
  if (quote !== '"' && quote !== "'") return undefined;
  let text = "";
  for (reader.at++; reader.at < reader.text.length; reader.at++) {
    const character = reader.text[reader.at] ?? "";
    if (character === quote) {
      reader.at++;
      return text;
    }
    const piece = character === "\\" ? readEscape(reader) : character;
    if (piece === undefined) return undefined;
    text += piece;
  }
  return undefined;
}

function readEscape(reader: Reader): string | undefined {
  const letter = reader.text[++reader.at] ?? "";
  if (letter === "u") {
    const code = /^[0-9a-fA-F]{4}/.exec(reader.text.slice(reader.at + 1, reader.at + 5))?.[0];
    if (code === undefined) return undefined;
    reader.at += 4;
    return String.fromCharCode(Number.parseInt(code, 16));
  }
  return ESCAPES[letter] ?? (/["\\/']/.test(letter) ? letter : undefined);
}

/** The node as Spark writes it again: no space, numbers with a point as Java writes doubles. */
export function writeJson(node: JsonNode): string {
  switch (node.kind) {
    case "object":
      return `{${node.fields.map(([name, value]) => `${quoteJson(name)}:${writeJson(value)}`).join(",")}}`;
    case "array":
      return `[${node.items.map(writeJson).join(",")}]`;
    case "string":
      return quoteJson(node.text);
    case "number":
      return /^-?\d+$/.test(node.text) ? String(BigInt(node.text)) : decimalJson(Number(node.text));
    case "word":
      return node.text;
  }
}

function decimalJson(value: number): string {
  return Number.isFinite(value) ? doubleText(value) : `"${doubleText(value)}"`;
}

const SHORT: Record<string, string> = {
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  '"': '\\"',
  "\\": "\\\\",
};

/** A text in quotes as Jackson escapes it. */
export function quoteJson(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped
  return `"${text.replace(/["\\\u0000-\u001f]/g, (character) => SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`)}"`;
}
