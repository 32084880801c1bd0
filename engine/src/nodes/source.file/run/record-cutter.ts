import { createHash, type Hash } from "node:crypto";

/** A line of a file, or what is kept of one over the cap, with the offset of the byte behind its end. */
export type Cut =
  | { kind: "record"; bytes: Uint8Array; end: number }
  | { kind: "oversized"; head: Uint8Array; length: number; sha256: string; end: number };

/** Cuts the bytes of a file into lines, however they come in pieces. */
export interface RecordCutter {
  /** The lines that this piece completes. */
  push(piece: Uint8Array): Cut[];
  /** The file is at its end: a last line without a line feed is a line too. */
  end(): Cut[];
}

interface Overflow {
  hash: Hash;
  head: Uint8Array;
  length: number;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;
const HEAD_BYTES = 1024;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Cuts at LF and CR LF; with `quoted` not inside of double quotes. Blank lines are passed over, and so is a byte order mark at the file's start. `from` is the
 * offset of the first byte. A line over `maxBytes` is not held: its head of 1,024 bytes, its length and its SHA-256 are kept, a CR before its LF included.
 */
export function createRecordCutter({
  maxBytes,
  quoted,
  from,
}: {
  maxBytes: number;
  quoted: boolean;
  from: number;
}): RecordCutter {
  let parts: Uint8Array[] = [];
  let length = 0;
  let overflow: Overflow | undefined;
  let inQuotes = false;
  let position = from;
  let atStart = from === 0;

  const lineEnd = (piece: Uint8Array, begin: number): number => {
    if (!quoted) return piece.indexOf(LINE_FEED, begin);
    for (let at = begin; at < piece.length; at++) {
      if (piece[at] === QUOTE) inQuotes = !inQuotes;
      else if (piece[at] === LINE_FEED && !inQuotes) return at;
    }
    return -1;
  };

  const add = (piece: Uint8Array) => {
    length += piece.length;
    if (overflow === undefined) parts.push(piece);
    else overflow.hash.update(piece);
    // One byte more may be the CR of the line's end, three the byte order mark.
    if (overflow !== undefined || length <= maxBytes + 4) return;
    const held = Buffer.concat(parts);
    overflow = { hash: createHash("sha256").update(held), head: held.subarray(0, HEAD_BYTES), length: 0 };
    parts = [];
  };

  const finish = (end: number): Cut[] => {
    const [held, over] = [Buffer.concat(parts), overflow];
    const whole = length;
    const marked = atStart && BYTE_ORDER_MARK.equals(held.subarray(0, 3));
    parts = [];
    length = 0;
    overflow = undefined;
    inQuotes = false;
    atStart = false;
    if (over !== undefined) return [{ kind: "oversized", head: over.head, length: whole, sha256: over.hash.digest("hex"), end }];
    const bytes = held.subarray(marked ? 3 : 0, held.at(-1) === CARRIAGE_RETURN ? -1 : undefined);
    if (bytes.every((byte) => byte === 32 || byte === 9)) return [];
    return [cutOf(bytes, maxBytes, end)];
  };

  return {
    push(piece) {
      const cuts: Cut[] = [];
      let begin = 0;
      for (let at = lineEnd(piece, 0); at !== -1; at = lineEnd(piece, begin)) {
        add(piece.subarray(begin, at));
        begin = at + 1;
        cuts.push(...finish(position + begin));
      }
      add(piece.subarray(begin));
      position += piece.length;
      return cuts;
    },
    end: () => (length > 0 ? finish(position) : []),
  };
}

/** A record, or what is kept of it where it is over `maxBytes`. */
export function cutOf(bytes: Uint8Array, maxBytes: number, end: number): Cut {
  if (bytes.length <= maxBytes) return { kind: "record", bytes, end };
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { kind: "oversized", head: bytes.subarray(0, HEAD_BYTES), length: bytes.length, sha256, end };
}
