import { Scalar } from "yaml";

/** A range of offsets in the text. */
export interface TextRange {
  from: number;
  to: number;
}

/** Where a range of a scalar's value stands in the text; the whole scalar where escapes or folding leave no exact answer. */
export function innerRange(text: string, node: Scalar, inner: TextRange): TextRange {
  const [from, end] = node.range ?? [0, 0];
  const whole = { from, to: end };
  const offsets = typeof node.value === "string" ? offsetsOf(text, node, node.value) : directOffsets(from, end);
  if (offsets === undefined) return whole;
  const start = offsets[Math.min(inner.from, offsets.length - 1)];
  const last = inner.to > inner.from ? offsets[Math.min(inner.to, offsets.length - 1) - 1] : undefined;
  if (start === undefined) return whole;
  return { from: start, to: last === undefined ? start : Math.max(start, last + 1) };
}

/** For every character of the value its offset, and one more for the end. */
function offsetsOf(text: string, node: Scalar, value: string): number[] | undefined {
  const [from, end] = node.range ?? [0, 0];
  switch (node.type) {
    case Scalar.PLAIN:
      return flowOffsets(text, from, end, value, "plain");
    case Scalar.QUOTE_SINGLE:
      return flowOffsets(text, from + 1, end - 1, value, "single");
    case Scalar.QUOTE_DOUBLE:
      return flowOffsets(text, from + 1, end - 1, value, "double");
    case Scalar.BLOCK_LITERAL:
    case Scalar.BLOCK_FOLDED:
      return blockOffsets(text, from, end, value);
    default:
      return undefined;
  }
}

function directOffsets(from: number, end: number): number[] {
  return Array.from({ length: end - from + 1 }, (_, i) => from + i);
}

/** Walks source and value side by side, folding line ends as YAML does; gives up where they part. */
function flowOffsets(
  text: string,
  from: number,
  end: number,
  value: string,
  style: "plain" | "single" | "double",
): number[] | undefined {
  const offsets: number[] = [];
  let at = from;
  let v = 0;
  while (at < end) {
    const blanks = runOf(text, at, end, " \t");
    const breakAt = text[blanks] === "\r" && text[blanks + 1] === "\n" ? blanks + 1 : blanks;
    if (text[breakAt] === "\n" && breakAt < end) {
      const next = runOf(text, breakAt, end, " \t\r\n");
      const breaks = text.slice(breakAt, next).split("\n").length - 1;
      const expected = breaks === 1 ? " " : "\n".repeat(breaks - 1);
      if (!value.startsWith(expected, v)) return undefined;
      for (let i = 0; i < expected.length; i++) offsets.push(at);
      v += expected.length;
      at = next;
      continue;
    }
    for (; at < blanks; at++, v++) {
      if (value[v] !== text[at]) return undefined;
      offsets.push(at);
    }
    if (at >= end) break;
    const char = text[at];
    if (style === "double" && char === "\\" && text[at + 1] !== '"' && text[at + 1] !== "\\") return undefined;
    const escaped = (style === "single" && char === "'") || (style === "double" && char === "\\");
    if (value[v] !== (escaped ? text[at + 1] : char)) return undefined;
    offsets.push(at);
    v += 1;
    at += escaped ? 2 : 1;
  }
  return v === value.length ? [...offsets, end] : undefined;
}

/** Where the run of these characters that begins at an offset ends. */
function runOf(text: string, from: number, end: number, characters: string): number {
  let at = from;
  while (at < end && characters.includes(text.charAt(at))) at += 1;
  return at;
}

/** Line by line: each line of the value is a line of the source without its indentation. */
function blockOffsets(text: string, from: number, end: number, value: string): number[] | undefined {
  const offsets: number[] = [];
  let at = text.indexOf("\n", from) + 1;
  if (at === 0) return undefined;
  const indent = /^(?:[ ]*\r?\n)*([ ]*)/.exec(text.slice(at, end))?.[1]?.length ?? 0;
  while (at < end && offsets.length < value.length) {
    const newline = text.indexOf("\n", at);
    const next = newline === -1 || newline >= end ? end : newline + 1;
    const lineEnd = newline === -1 || newline >= end ? end : text[newline - 1] === "\r" ? newline - 1 : newline;
    for (let i = at + indent; i < lineEnd; i++) {
      if (value[offsets.length] !== text[i]) return undefined;
      offsets.push(i);
    }
    if (offsets.length < value.length) {
      if (value[offsets.length] !== "\n" && value[offsets.length] !== " ") return undefined;
      offsets.push(lineEnd);
    }
    at = next;
  }
  return offsets.length === value.length ? [...offsets, end] : undefined;
}
