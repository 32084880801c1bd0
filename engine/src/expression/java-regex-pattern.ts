import { classSource, escapeSource, letterSource } from "./java-regex-class.ts";

/** A part of a pattern as JavaScript is to read it. */
export interface Piece {
  source: string;
  /** Can match the empty text. */
  empty: boolean;
  /** Can do so between any two characters. */
  anywhere: boolean;
  /** Holds a group that catches. */
  catches: boolean;
  differs?: string;
  groupsDiffer?: string;
}

interface Reader {
  pattern: string;
  at: number;
  ignoreCase: boolean;
}

/** Java's `$`: at the end, or before the line break that ends the text. */
const END = "(?:(?![^])|(?=\\r\\n(?![^]))|(?<!\\r)(?=\\n(?![^]))|(?=[\\r\\x85\\u2028\\u2029](?![^])))";
const ANY = "[^\\n\\r\\x85\\u2028\\u2029]";

/** Rewrites a pattern of Java's for JavaScript's `u` mode. */
export function translatePattern(pattern: string, ignoreCase: boolean): Piece {
  return alternatives({ pattern, at: 0, ignoreCase });
}

function alternatives(reader: Reader): Piece {
  const options = [sequence(reader)];
  while (reader.pattern[reader.at] === "|") {
    reader.at++;
    options.push(sequence(reader));
  }
  return joined(options, "|", (one) => options.some(one));
}

function sequence(reader: Reader): Piece {
  const pieces: Piece[] = [];
  while (reader.at < reader.pattern.length && !"|)".includes(reader.pattern[reader.at] ?? "")) pieces.push(repeated(reader));
  return joined(pieces, "", (one) => pieces.every(one));
}

function joined(pieces: Piece[], separator: string, decide: (test: (piece: Piece) => boolean) => boolean): Piece {
  const differs = pieces.find((piece) => piece.differs !== undefined)?.differs;
  const groupsDiffer = pieces.find((piece) => piece.groupsDiffer !== undefined)?.groupsDiffer;
  return {
    source: pieces.map((piece) => piece.source).join(separator),
    empty: decide((piece) => piece.empty),
    anywhere: decide((piece) => piece.anywhere),
    catches: pieces.some((piece) => piece.catches),
    ...(differs === undefined ? {} : { differs }),
    ...(groupsDiffer === undefined ? {} : { groupsDiffer }),
  };
}

function repeated(reader: Reader): Piece {
  const isGroup = reader.pattern[reader.at] === "(";
  const isCatching = isGroup && reader.pattern[reader.at + 1] !== "?";
  const piece = atom(reader);
  const quantifier = /^(?:[*+?]|\{(\d+)(?:,(\d*))?\})\??/.exec(reader.pattern.slice(reader.at));
  const word = quantifier?.[0] ?? "";
  reader.at += word.length;
  const optional = word.startsWith("*") || word.startsWith("?") || Number(quantifier?.[1] ?? 1) === 0;
  const result: Piece = {
    ...piece,
    source: piece.source + word,
    empty: piece.empty || optional,
    anywhere: piece.anywhere || optional,
    catches: piece.catches || isCatching,
  };
  if (!isGroup || word === "" || word.startsWith("?")) return result;
  if (piece.empty) result.differs ??= "it repeats a group that can match the empty text";
  // what the group itself caught last stays in both languages, what is caught inside of it does not
  if (piece.catches) result.groupsDiffer ??= "it catches inside of a group that repeats";
  return result;
}

function plain(source: string, empty = false, anywhere = empty): Piece {
  return { source, empty, anywhere, catches: false };
}

function atom(reader: Reader): Piece {
  const character = String.fromCodePoint(reader.pattern.codePointAt(reader.at) ?? 0);
  if (character === "(") return group(reader);
  if (character === "[") return plain(classSource(reader));
  if (character === "\\") return escaped(reader);
  reader.at += character.length;
  if (character === ".") return plain(ANY);
  if (character === "$") return plain(END, true, false);
  if (character === "^") return plain("^", true, false);
  return plain(letterSource(character, reader.ignoreCase));
}

function group(reader: Reader): Piece {
  const opening = /^\((?:\?[:=!])?/.exec(reader.pattern.slice(reader.at))?.[0] ?? "(";
  reader.at += opening.length;
  const inner = alternatives(reader);
  reader.at++;
  const looks = opening === "(?=" || opening === "(?!";
  const piece: Piece = {
    ...inner,
    source: `${opening}${inner.source})`,
    empty: looks || inner.empty,
    anywhere: looks || inner.anywhere,
  };
  if (opening === "(?!" && inner.catches) piece.groupsDiffer ??= "it catches inside of `(?!`";
  return piece;
}

function escaped(reader: Reader): Piece {
  const rest = reader.pattern.slice(reader.at);
  const back = /^\\[1-9]\d*/.exec(rest);
  if (back !== null) {
    reader.at += back[0].length;
    return { ...plain(back[0], true), differs: "it refers back to a group" };
  }
  const { source, length, empty, differs } = escapeSource(rest, reader.ignoreCase);
  reader.at += length;
  return { ...plain(source, empty), ...(differs === undefined ? {} : { differs }) };
}
