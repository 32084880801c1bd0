export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Where the line of an offset ends, before its line break. */
export function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf("\n", offset);
  return newline === -1 ? text.length : newline;
}

/** The next offset at which neither a blank nor a comment stands. */
export function skipBlanks(text: string, offset: number): number {
  let at = offset;
  for (;;) {
    while (/\s/.test(text[at] ?? "")) at += 1;
    if (text[at] !== "#") return at;
    at = lineEnd(text, at);
  }
}

/** A line by its start. */
export interface Line {
  start: number;
  /** Behind its line break. */
  next: number;
  /** Blanks before its first character. */
  indent: number;
  kind: "blank" | "comment" | "content";
}

export function lineAt(text: string, start: number): Line {
  const end = lineEnd(text, start);
  const shown = text.slice(start, end);
  const indent = shown.length - shown.trimStart().length;
  const kind = shown.trim() === "" ? "blank" : shown[indent] === "#" ? "comment" : "content";
  return { start, next: Math.min(end + 1, text.length), indent, kind };
}

/** Where the lines end that belong to what ends at an offset: its own line, and the comments below that stand deeper than its column. */
export function lastLineEnd(text: string, end: number, column: number): number {
  let last = lineEnd(text, end);
  for (let at = last + 1; at < text.length; ) {
    const line = lineAt(text, at);
    if (line.kind === "content" || (line.kind === "comment" && line.indent <= column)) break;
    if (line.kind === "comment") last = lineEnd(text, at);
    at = lineEnd(text, at) + 1;
  }
  return last;
}

/** Where the comments begin that stand directly above a line, at a column, and not before `limit`. */
export function ownComments(text: string, start: number, column: number, limit: number): number {
  let first = start;
  while (first > limit) {
    const line = lineAt(text, lineStart(text, first - 1));
    if (line.start < limit || line.kind !== "comment" || line.indent !== column) break;
    first = line.start;
  }
  return first;
}
