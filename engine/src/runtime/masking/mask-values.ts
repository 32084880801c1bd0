import { cover, secretPlaces } from "../../mask.ts";
import { signsIn, writtenAt } from "./written.ts";

/** A shorter value is a word like any other: to cover it everywhere would cover half of what is told. */
export const SHORTEST = 6;
/** Where a text was cut, so much of a secret at its end is one that was cut. */
const SHORTEST_CUT = 4;
/** What is cut without a mark is no shorter. */
const CUT_LENGTH = 200;
/** What is longer is no password of Basic authentication. */
const LONGEST_PASSWORD = 256;
const HASHES = 65_536;
const HALF_ESCAPE = /(?:%[\da-fA-F]?|\\(?:u[\da-fA-F]{0,3}|x[\da-fA-F]?)?)$/;

/** Covers secrets in a text; `isSecret` where its name says that all of it is one. */
export type MaskText = (text: string, isSecret?: boolean) => string;

/** A part of a text, `to` excluded. */
interface Range {
  from: number;
  to: number;
}

/** Finds places of secrets in a text that may have been cut at `cuts`. */
type Find = (text: string, cuts: readonly number[]) => Range[];

/**
 * Covers secrets in a text: as they are, percent-encoded, escaped as JSON and programs do, and in Base64, and also where a text was cut in the middle of one. One that
 * is shorter than six characters is covered where a secret stands: in an address, and behind a name such as `password`. What holds no secret comes back as it is.
 */
export function maskValues(values: Iterable<string>): MaskText {
  const secrets = [...new Set(values)].filter((value) => /\S/.test(value));
  const long = [...new Set(secrets.flatMap(formsOf))].filter((form) => form.length >= SHORTEST);
  const short = secrets.filter((value) => value.length < SHORTEST);
  const [findPlain, findWritten, findShort] = [plainFinder(long), writtenFinder(long), writtenFinder(short)];
  return (text, isSecret = false) => {
    const cuts = cutsOf(text);
    const ranges = [...findPlain(text, cuts), ...findWritten(text, cuts)];
    if (short.length > 0) {
      const all = [...short.flatMap((secret) => placesOf(secret, text)), ...findShort(text, [])];
      ranges.push(...all.filter(isAloneIn(text, isSecret)));
    }
    return ranges.length === 0 ? text : covered(text, ranges);
  };
}

/** A secret, what it stands for where it was written for an address, and what Base64 makes of it. */
function formsOf(value: string): string[] {
  if (value.length < SHORTEST) return [];
  return [value, decoded(value), ...(value.length > LONGEST_PASSWORD ? [] : inBase64(value))];
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** What a secret makes of Base64 wherever it begins between other bytes, such as behind a user's name; its edges depend on them, and are left out. */
function inBase64(value: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]);
    const own = bytes.toString("base64").slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
    return [own, own.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

/** Where a text may have been cut; a half of an escape at its end is no part of a secret. */
function cutsOf(text: string): number[] {
  if (!text.endsWith("…") && text.length < CUT_LENGTH) return [];
  const end = text.endsWith("…") ? text.length - 1 : text.length;
  const half = HALF_ESCAPE.exec(text.slice(Math.max(0, end - 6), end))?.[0].length ?? 0;
  return half === 0 ? [end] : [end, end - half];
}

/** Finds each place of secrets that stand in a text as they are, those that overlap too. There may be thousands of texts, so most places are passed over by their two characters alone. */
function plainFinder(secrets: readonly string[]): Find {
  const isBeginning = new Uint8Array(HASHES);
  const byBeginning = new Map<string, string[]>();
  for (const secret of secrets) {
    isBeginning[hashAt(secret, 0)] = 1;
    byBeginning.set(secret.slice(0, 2), [...(byBeginning.get(secret.slice(0, 2)) ?? []), secret]);
  }
  return (text, cuts) => {
    const found: Range[] = [];
    for (let from = 0; from < text.length; from++) {
      if (isBeginning[hashAt(text, from)] !== 1) continue;
      for (const secret of byBeginning.get(text.slice(from, from + 2)) ?? []) {
        const to = text.startsWith(secret, from)
          ? from + secret.length
          : cuts.find(
              (cut) => cut >= from + SHORTEST_CUT && cut < from + secret.length && secret.startsWith(text.slice(from, cut)),
            );
        if (to !== undefined) found.push({ from, to });
      }
    }
    return found;
  };
}

function placesOf(secret: string, text: string): Range[] {
  const found: Range[] = [];
  for (let from = text.indexOf(secret); from !== -1; from = text.indexOf(secret, from + 1))
    found.push({ from, to: from + secret.length });
  return found;
}

/** Names the two characters at a place; others may have the same name. */
function hashAt(text: string, at: number): number {
  return (text.charCodeAt(at) * 251 + (at + 1 < text.length ? text.charCodeAt(at + 1) : 0)) % HASHES;
}

/** A secret of which a character is looked for that is the first to be written otherwise than as it is. */
interface Begun {
  before: string;
  characters: readonly string[];
  /** How many of the characters have been read with this one. */
  read: number;
}

/** Finds secrets of which some character is written otherwise than as it is. */
function writtenFinder(secrets: readonly string[]): Find {
  const byCharacter = new Map<string, Begun[]>();
  for (const secret of secrets) {
    const characters = [...secret];
    let length = 0;
    for (const [index, character] of characters.entries()) {
      const begun = byCharacter.get(character) ?? [];
      byCharacter.set(character, begun);
      begun.push({ before: secret.slice(0, length), characters, read: index + 1 });
      length += character.length;
    }
  }
  return (text, cuts) =>
    signsIn(text).flatMap((sign) =>
      writtenAt(text, sign).flatMap(({ character, end }) =>
        (byCharacter.get(character) ?? []).flatMap((begun) => {
          const from = sign - begun.before.length;
          const to = from >= 0 && text.startsWith(begun.before, from) ? endOf(begun, text, end, cuts) : undefined;
          return to === undefined ? [] : [{ from, to }];
        }),
      ),
    );
}

/** Where a secret ends that has been read so far, or the text that was cut in the middle of it; undefined where something else follows. */
function endOf({ characters, read }: Begun, text: string, from: number, cuts: readonly number[]): number | undefined {
  let ends = [from];
  for (let index = read; index < characters.length; index++) {
    const cut = index < SHORTEST_CUT ? undefined : cuts.find((each) => ends.includes(each));
    if (cut !== undefined) return cut;
    ends = [...new Set(ends.flatMap((end) => endsOf(characters[index] ?? "", text, end)))];
    if (ends.length === 0) return undefined;
  }
  return Math.max(...ends);
}

function endsOf(character: string, text: string, from: number): number[] {
  const ends = writtenAt(text, from).flatMap((written) => (written.character === character ? [written.end] : []));
  return text.startsWith(character, from) ? [from + character.length, ...ends] : ends;
}

/** Whether a secret stands by itself in a place that is made for secrets. */
function isAloneIn(text: string, isSecret: boolean): (range: Range) => boolean {
  const places = isSecret ? [{ from: 0, to: text.length }] : secretPlaces(text);
  return ({ from, to }) =>
    places.some((place) => from >= place.from && to <= place.to) &&
    !/[\p{L}\p{N}]/u.test(`${text[from - 1] ?? ""} ${text[to] ?? ""}`);
}

/** Covers all of the ranges at once, so that none hides another. */
function covered(text: string, ranges: readonly Range[]): string {
  let told = "";
  let end = 0;
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    if (to <= end) continue;
    const begin = Math.max(from, end);
    told += text.slice(end, begin) + cover(text.slice(begin, to));
    end = to;
  }
  return told + text.slice(end);
}
