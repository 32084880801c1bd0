import { createHash, type Hash } from "node:crypto";

/** A line without its end, or what is kept of one that was longer than the cap. */
export type Line = { kind: "record"; bytes: Uint8Array } | Oversized;

/** What is kept of a record over the cap: its first bytes, its length in bytes, the SHA-256 of all of it in hex. */
export type Oversized = { kind: "oversized"; head: Uint8Array; length: number; sha256: string };

/** Cuts a stream of bytes into lines, however the bytes are chunked. */
export interface LineSplitter {
  /** The lines that this chunk completes. The lines may be views of the chunk. */
  push(chunk: Uint8Array): Line[];
  /** The stream ended well: a last line without an end is a line too. */
  end(): Line[];
  /** The stream was cut: how many bytes of an unfinished line are thrown away. The splitter is as new afterwards. */
  cut(): number;
}

const lineFeed = 10;
const carriageReturn = 13;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

const maxParts = 256;

/** How much of an oversized line is kept, in bytes. */
export const headBytes = 1024;

/**
 * Splits at LF and CR LF. Lines of nothing but spaces and tabs are passed over, a byte order mark at the start is dropped. Of a line
 * longer than `maxLineBytes` only the head is held, so that memory is bounded by the cap. `keepBlank`: a blank line is handed over too.
 */
export function createLineSplitter(maxLineBytes: number, keepBlank = false): LineSplitter {
  let parts: Uint8Array[] = [];
  let length = 0;
  let overflow: Overflow | undefined;
  let atStart = true;

  const reset = () => {
    parts = [];
    length = 0;
    overflow = undefined;
  };

  const add = (piece: Uint8Array) => {
    if (piece.length === 0) return;
    length += piece.length;
    if (overflow !== undefined) {
      overflow.add(piece);
      return;
    }
    parts.push(piece);
    // A server that sends single bytes must not make us hold an object for each.
    if (parts.length >= maxParts) parts = [Buffer.concat(parts)];
    // One byte more may be the CR of the line's end, three the byte order mark.
    if (length > maxLineBytes + 1 + (atStart ? byteOrderMark.length : 0)) spill();
  };

  const spill = () => {
    overflow = createOverflow();
    const [first, ...others] = withoutMark(parts);
    if (first !== undefined) overflow.add(first);
    for (const part of others) overflow.add(part);
    parts = [];
  };

  const withoutMark = (pieces: Uint8Array[]): Uint8Array[] => {
    if (!atStart) return pieces;
    const joined = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
    atStart = false;
    const marked = byteOrderMark.equals(joined.subarray(0, byteOrderMark.length));
    return [marked ? joined.subarray(byteOrderMark.length) : joined];
  };

  const finish = (lines: Line[]) => {
    if (overflow !== undefined) {
      lines.push(overflow.finish());
    } else {
      const pieces = withoutMark(parts);
      let bytes = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
      if (bytes.at(-1) === carriageReturn) bytes = bytes.subarray(0, -1);
      if (bytes.length > maxLineBytes) lines.push(oversized(bytes));
      else if (keepBlank || !isBlank(bytes)) lines.push({ kind: "record", bytes });
    }
    reset();
  };

  return {
    push(chunk) {
      const lines: Line[] = [];
      let from = 0;
      for (let to = chunk.indexOf(lineFeed); to !== -1; to = chunk.indexOf(lineFeed, from)) {
        add(chunk.subarray(from, to));
        finish(lines);
        from = to + 1;
      }
      add(chunk.subarray(from));
      return lines;
    },
    end() {
      const lines: Line[] = [];
      if (length > 0) finish(lines);
      atStart = true;
      return lines;
    },
    cut() {
      const lost = length;
      reset();
      atStart = true;
      return lost;
    },
  };
}

interface Overflow {
  add(piece: Uint8Array): void;
  finish(): Line;
}

function createOverflow(): Overflow {
  const hash: Hash = createHash("sha256");
  const head = Buffer.alloc(headBytes);
  let length = 0;
  // A CR at the end of a piece may belong to the line's end, so it waits for what comes next.
  let heldBack = false;
  const take = (bytes: Uint8Array) => {
    hash.update(bytes);
    if (length < head.length) head.set(bytes.subarray(0, head.length - length), length);
    length += bytes.length;
  };
  return {
    add(piece) {
      if (heldBack) take(Buffer.from([carriageReturn]));
      heldBack = piece.at(-1) === carriageReturn;
      take(heldBack ? piece.subarray(0, -1) : piece);
    },
    finish: () => ({ kind: "oversized", head: head.subarray(0, length), length, sha256: hash.digest("hex") }),
  };
}

/** What is kept of a record over the cap. */
export function oversized(bytes: Uint8Array): Oversized {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { kind: "oversized", head: bytes.slice(0, headBytes), length: bytes.length, sha256 };
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 32 || byte === 9 || byte === carriageReturn);
}
