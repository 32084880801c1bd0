/** What Java's words for characters stand for, as the inside of a class, with and without the rest. */
const SETS: Record<string, string> = {
  d: "0-9",
  D: "\\0-\\/:-\\u{10ffff}",
  w: "0-9A-Z_a-z",
  W: "\\0-\\/:-@\\[-\\^`\\{-\\u{10ffff}",
  s: "\\t-\\r ",
  S: "\\0-\\x08\\x0e-\\x1f!-\\u{10ffff}",
  v: "\\n-\\r\\x85\\u2028\\u2029",
};

// Java's word boundary counts a mark that stands on a letter or digit to the word
const WORD_BEFORE = "(?<=[0-9A-Z_a-z]|[\\p{L}\\p{Nd}]\\p{Mn}+)";
const WORD_AFTER = "(?=[0-9A-Z_a-z]|(?<=[\\p{L}\\p{Nd}]\\p{Mn}*)\\p{Mn})";
const NOT_BEFORE = WORD_BEFORE.replace("?<=", "?<!");
const NOT_AFTER = WORD_AFTER.replace("?=", "?!");
const BOUNDARIES: Record<string, string> = {
  b: `(?:${WORD_BEFORE}${NOT_AFTER}|${NOT_BEFORE}${WORD_AFTER})`,
  B: `(?:${WORD_BEFORE}${WORD_AFTER}|${NOT_BEFORE}${NOT_AFTER})`,
};

function otherCase(character: string): string | undefined {
  if (/^[a-z]$/.test(character)) return character.toUpperCase();
  return /^[A-Z]$/.test(character) ? character.toLowerCase() : undefined;
}

/** A character outside of a class, in both cases where the case is ignored. */
export function letterSource(character: string, ignoreCase: boolean): string {
  const other = ignoreCase ? otherCase(character) : undefined;
  return other === undefined ? character : `[${character}${other}]`;
}

interface Escape {
  source: string;
  length: number;
  empty: boolean;
  differs?: string;
}

/** An escape at the start of `rest`, outside of a class. */
export function escapeSource(rest: string, ignoreCase: boolean): Escape {
  const letter = rest[1] ?? "";
  const boundary = BOUNDARIES[letter];
  if (boundary !== undefined) return { source: boundary, length: 2, empty: true };
  const set = SETS[letter];
  if (set !== undefined) return { source: `[${set}]`, length: 2, empty: false };
  const property = /^\\[pP]\{[^}]*\}/.exec(rest)?.[0];
  if (property !== undefined) return { source: property, length: property.length, empty: false, ...caseOf(property, ignoreCase) };
  const coded = codedCharacter(rest);
  if (coded === undefined) return { source: rest.slice(0, 2), length: 2, empty: false };
  return { source: letterSource(quoted(coded.character), ignoreCase), length: coded.length, empty: false };
}

function caseOf(property: string, ignoreCase: boolean): { differs?: string } {
  return ignoreCase && /\{L[ult]\}/.test(property) ? { differs: "it asks for a case and ignores case" } : {};
}

/** `\x41`, `\u0041` or a pair of such surrogates. */
function codedCharacter(rest: string): { character: string; length: number } | undefined {
  const code = /^\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|^\\x([0-9a-fA-F]{2})|^\\u([0-9a-fA-F]{4})/.exec(
    rest,
  );
  if (code === null) return undefined;
  const units = [code[1], code[2], code[3] ?? code[4]].filter((one) => one !== undefined).map((one) => Number.parseInt(one, 16));
  return { character: String.fromCharCode(...units), length: code[0].length };
}

function quoted(character: string): string {
  return /^[\\^$.|?*+()[\]{}/-]$/.test(character) ? `\\${character}` : character;
}

/** The class at the reader's place, rewritten; the reader is moved behind it. */
export function classSource(reader: { pattern: string; at: number; ignoreCase: boolean }): string {
  const { pattern, ignoreCase } = reader;
  let source = pattern.startsWith("[^", reader.at) ? "[^" : "[";
  reader.at += source.length;
  while (reader.at < pattern.length && pattern[reader.at] !== "]") {
    const first = member(pattern.slice(reader.at));
    reader.at += first.length;
    const isRange = first.character !== undefined && pattern[reader.at] === "-" && pattern[reader.at + 1] !== "]";
    if (!isRange) {
      source += first.source + (ignoreCase && first.character !== undefined ? (otherCase(first.character) ?? "") : "");
      continue;
    }
    const last = member(pattern.slice(reader.at + 1));
    reader.at += 1 + last.length;
    source += `${first.source}-${last.source}`;
    if (ignoreCase) source += otherCases(first.character ?? "", last.character ?? "");
  }
  reader.at++;
  return `${source}]`;
}

function member(rest: string): { source: string; length: number; character?: string } {
  if (rest[0] !== "\\") {
    const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
    return { source: quoted(character), length: character.length, character };
  }
  const set = SETS[rest[1] ?? ""];
  if (set !== undefined) return { source: set, length: 2 };
  const property = /^\\[pP]\{[^}]*\}/.exec(rest)?.[0];
  if (property !== undefined) return { source: property, length: property.length };
  const coded = codedCharacter(rest);
  if (coded !== undefined) return { source: quoted(coded.character), length: coded.length, character: coded.character };
  const control = { t: "\t", n: "\n", r: "\r", f: "\f" }[rest[1] ?? ""];
  return { source: rest.slice(0, 2), length: 2, character: control ?? rest[1] ?? "" };
}

/** The other cases of the ASCII letters in a range. */
function otherCases(first: string, last: string): string {
  let found = "";
  for (const letter of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
    if (letter >= first && letter <= last) found += otherCase(letter) ?? "";
  }
  return found;
}
