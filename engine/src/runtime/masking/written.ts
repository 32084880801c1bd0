/** A character as it is written in a text otherwise than as it is, and where that ends. */
export interface Written {
  character: string;
  end: number;
}

const NAMED: Record<string, string> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v", "0": "\0" };
const MAY_BE_SIGN = /[%\\+'"]/;
const SIGN = /[%\\+]|''|""/g;
/** What is encoded again has `25` behind its `%`, and what is escaped again twice as many backslashes. */
const MOST_TIMES = 3;
const MOST_BACKSLASHES = 2 ** MOST_TIMES;

/** The places of a text at which a character may be written otherwise. */
export function signsIn(text: string): number[] {
  return MAY_BE_SIGN.test(text) ? [...text.matchAll(SIGN)].map(({ index }) => index) : [];
}

/** What may be written at a place, by every way that is known: percent-encoded, escaped as JSON and programs do, doubled, and a blank as `+`. One sign may be several. */
export function writtenAt(text: string, from: number): Written[] {
  const sign = text.charAt(from);
  if (sign === "+") return [{ character: " ", end: from + 1 }];
  if ((sign === "'" || sign === '"') && text.charAt(from + 1) === sign) return [{ character: sign, end: from + 2 }];
  if (sign === "%") return [...percentAt(text, from), ...escapedAt(text, from)];
  return sign === "\\" ? escapedAt(text, from) : [];
}

function percentAt(text: string, from: number): Written[] {
  return marks(from, text).flatMap((mark) => bytesAt(text, from, mark));
}

/** `%`, and that with `25` behind it as often as it stands there. */
function marks(from: number, text: string): string[] {
  const found = ["%"];
  while (found.length <= MOST_TIMES && text.startsWith("25", from + (found.at(-1) ?? "").length)) found.push(`${found.at(-1)}25`);
  return found;
}

/** A character whose bytes each stand behind a mark, as UTF-8 and as Latin-1. */
function bytesAt(text: string, from: number, mark: string): Written[] {
  const bytes: number[] = [];
  let end = from;
  for (let left = 1; left > 0; left--) {
    const byte = text.startsWith(mark, end) ? hexAt(text, end + mark.length, 2) : undefined;
    if (byte === undefined) break;
    if (bytes.length === 0) left = byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    bytes.push(byte);
    end += mark.length + 2;
  }
  const [first] = bytes;
  if (first === undefined) return [];
  const alone = { character: String.fromCharCode(first), end: from + mark.length + 2 };
  return first < 0x80 ? [alone] : [alone, { character: Buffer.from(bytes).toString(), end }];
}

function escapedAt(text: string, from: number): Written[] {
  const ends = backslashesAt(text, from);
  const found = ends.flatMap((end, index) => ([2, 4, 8].includes(index + 1) ? [{ character: "\\", end }] : []));
  const behind = ends.at(-1);
  if (behind === undefined) return [];
  const letter = text.charAt(behind);
  const named = NAMED[letter];
  if (named !== undefined) found.push({ character: named, end: behind + 1 });
  if (letter === "x") found.push(...bytesAt(text, from, text.slice(from, behind + 1)));
  if (letter === "u" || letter === "U") found.push(...codeAt(text, from, behind));
  if (letter === "%") found.push(...percentAt(text, behind));
  else if (letter !== "") found.push({ character: letter, end: behind + 1 });
  return found;
}

/** Where each of the backslashes ends that follow each other from here on, percent-encoded ones too. */
function backslashesAt(text: string, from: number): number[] {
  const ends: number[] = [];
  for (let at = from; ends.length < MOST_BACKSLASHES; ) {
    const end = text.charAt(at) === "\\" ? at + 1 : percentAt(text, at).find(({ character }) => character === "\\")?.end;
    if (end === undefined) break;
    ends.push(end);
    at = end;
  }
  return ends;
}

/** `u0041`, two of them where they are halves of one character, `u{41}` and `U00000041`, behind backslashes. */
function codeAt(text: string, from: number, behind: number): Written[] {
  const mark = text.slice(from, behind + 1);
  const braced = /^\{([0-9a-fA-F]{1,6})\}/.exec(text.slice(behind + 1, behind + 9));
  const [code, end] = braced
    ? [Number.parseInt(braced[1] ?? "", 16), behind + 1 + braced[0].length]
    : mark.endsWith("U")
      ? [hexAt(text, behind + 1, 8), behind + 9]
      : [hexAt(text, behind + 1, 4), behind + 5];
  if (code === undefined || code > 0x10ffff) return [];
  const low = text.startsWith(mark, end) ? hexAt(text, end + mark.length, 4) : undefined;
  const isPair = (code & 0xfc00) === 0xd800 && low !== undefined && (low & 0xfc00) === 0xdc00;
  if (!isPair) return [{ character: String.fromCodePoint(code), end }];
  return [{ character: String.fromCharCode(code, low), end: end + mark.length + 4 }];
}

function hexAt(text: string, from: number, digits: number): number | undefined {
  const found = text.slice(from, from + digits);
  return found.length === digits && /^[0-9a-fA-F]+$/.test(found) ? Number.parseInt(found, 16) : undefined;
}
