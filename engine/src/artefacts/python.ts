import type { PythonValue } from "../nodes/node-kind.ts";

const WIDTH = 120;

/**
 * Writes a value as a Python literal, pure ASCII. The only place where a user's value becomes Python.
 * JSON is no Python literal: `true` is `True`, and an escaped astral character is one escape and not two (Python reference, "String literals").
 */
export function pythonLiteral(value: PythonValue): string {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "string") return pythonString(value);
  if (typeof value === "number") return pythonNumber(value);
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(", ")}]`;
  return `{${Object.entries(value)
    .map(([key, inner]) => `${pythonString(key)}: ${pythonLiteral(inner)}`)
    .join(", ")}}`;
}

/** A call `name(positional, key=value)`, broken into one argument a line where it would be too wide. `positional` are variable names. */
export function pythonCall(
  name: string,
  positional: readonly string[],
  keywords: readonly (readonly [string, string])[],
): string {
  const parts = [...positional, ...keywords.map(([key, value]) => `${key}=${value}`)];
  const flat = `${name}(${parts.join(", ")})`;
  return flat.length <= WIDTH && !flat.includes("\n")
    ? flat
    : `${name}(\n${parts.map((part) => `    ${part.replaceAll("\n", "\n    ")},\n`).join("")})`;
}

/** A literal over several lines where it is wide: one entry a line, a text in pieces that Python joins. */
export function pythonBlock(value: PythonValue, room = WIDTH - 20): string {
  const flat = pythonLiteral(value);
  if (flat.length <= room || value === null) return flat;
  if (typeof value === "string")
    return `(\n${pieces(value, room)
      .map((piece) => `    ${pythonString(piece)}\n`)
      .join("")})`;
  if (typeof value !== "object") return flat;
  const lines = Array.isArray(value)
    ? value.map(pythonLiteral)
    : Object.entries(value).map(([key, inner]) => `${pythonString(key)}: ${pythonLiteral(inner)}`);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return `${open}\n${lines.map((line) => `    ${line},\n`).join("")}${close}`;
}

/** Cuts a text behind its commas, so that each piece but an uncuttable one fits into `room` characters. */
function pieces(text: string, room: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const part of text.split(/(?<=, )/)) {
    if (line !== "" && pythonString(line + part).length > room) {
      lines.push(line);
      line = "";
    }
    line += part;
  }
  return [...lines, line];
}

/**
 * A node id as a Python variable, different for different ids. Ids are Python identifiers already; a keyword or a name of ours gets an underscore,
 * and so does an id that would look like one that got it.
 */
export function pythonName(id: string): string {
  return RESERVED.has(id.replace(/_+$/, "")) ? `${id}_` : id;
}

/** A text of the user's for a comment or a docstring: what could end either, or hide from a reader's eye, becomes `?`. */
export function pythonRemark(text: string): string {
  return text.replace(/[^\p{L}\p{M}\p{N}\p{Zs} !#$%&'()*+,./:;<=>?@[\]^_`{|}~-]/gu, "?");
}

const RESERVED = new Set(
  `False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda
   nonlocal not or pass raise return try while with yield match case type job steps kafka mongodb console file Job print`.split(
    /\s+/,
  ),
);

function pythonNumber(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`no Python literal for ${value}`);
  return Object.is(value, -0) ? "-0.0" : String(value);
}

function pythonString(text: string): string {
  const body = [...text].map((character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === '"' || character === "\\") return `\\${character}`;
    if (character === "\n") return "\\n";
    if (code >= 0x20 && code < 0x7f) return character;
    if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
    if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, "0")}`;
    return `\\U${code.toString(16).padStart(8, "0")}`;
  });
  return `"${body.join("")}"`;
}
