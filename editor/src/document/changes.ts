/** A part of a text that is replaced, as CodeMirror's `ChangeSpec`: offsets count in the text before. */
export interface TextChange {
  from: number;
  to: number;
  insert: string;
}

/** A part of a text while it is edited: kept from the text before, where it stood at `from`, or put in. */
export interface Piece {
  text: string;
  from?: number;
}

/** The text after changes that do not overlap. */
export function applied(text: string, changes: readonly TextChange[]): string {
  return joined(spliced([{ text, from: 0 }], changes));
}

export function joined(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join("");
}

/** The pieces after changes whose offsets count in the pieces' whole text. Changes must not overlap; those at one place stay in their order. */
export function spliced(pieces: readonly Piece[], changes: readonly TextChange[]): Piece[] {
  const result: Piece[] = [];
  const sorted = changes.toSorted((a, b) => a.from - b.from || a.to - b.to);
  const end = pieces.reduce((length, { text }) => length + text.length, 0);
  let at = 0;
  for (const { from, to, insert } of sorted) {
    result.push(...cut(pieces, at, from), { text: insert });
    at = to;
  }
  return [...result, ...cut(pieces, at, end)].filter(({ text }) => text !== "");
}

function cut(pieces: readonly Piece[], from: number, to: number): Piece[] {
  const result: Piece[] = [];
  let start = 0;
  for (const piece of pieces) {
    const a = Math.max(from, start);
    const b = Math.min(to, start + piece.text.length);
    if (a < b) {
      const text = piece.text.slice(a - start, b - start);
      result.push(piece.from === undefined ? { text } : { text, from: piece.from + a - start });
    }
    start += piece.text.length;
  }
  return result;
}

/** The fewest changes of `text` that give the pieces, sorted. What is put in and equals what it replaces at its ends is no change there. */
export function changesOf(text: string, pieces: readonly Piece[]): TextChange[] {
  const changes: TextChange[] = [];
  let at = 0;
  let insert = "";
  const close = (to: number) => {
    const change = trimmed(text, { from: at, to, insert });
    if (change.from < change.to || change.insert !== "") changes.push(change);
    insert = "";
  };
  for (const piece of pieces) {
    if (piece.from === undefined) {
      insert += piece.text;
      continue;
    }
    close(piece.from);
    at = piece.from + piece.text.length;
  }
  close(text.length);
  return changes;
}

function trimmed(text: string, { from, to, insert }: TextChange): TextChange {
  const shortest = Math.min(to - from, insert.length);
  let before = 0;
  while (before < shortest && text[from + before] === insert[before]) before += 1;
  let after = 0;
  while (after < shortest - before && text[to - 1 - after] === insert[insert.length - 1 - after]) after += 1;
  return { from: from + before, to: to - after, insert: insert.slice(before, insert.length - after) };
}
