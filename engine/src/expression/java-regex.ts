import { type Piece, translatePattern } from "./java-regex-pattern.ts";

/** A pattern that `checkRegex` has passed, matched in JavaScript as Java matches it. */
export interface JavaRegex {
  first(text: string): RegExpExecArray | null;
  all(text: string): RegExpExecArray[];
  /** Matches the empty text between any two characters, where Java goes on by half a character. */
  matchesAnywhere: boolean;
  /** Why JavaScript may match something else. */
  differs?: string;
  /** Why JavaScript may catch something else in a group. */
  groupsDiffer?: string;
}

const known = new Map<string, JavaRegex>();

/** The pattern made ready; a leading `(?i)` ignores the case of ASCII letters alone, as in Java. */
export function javaRegex(pattern: string): JavaRegex {
  const found = known.get(pattern);
  if (found !== undefined) return found;
  if (known.size > 500) known.clear();
  const ignoreCase = pattern.startsWith("(?i)");
  const made = prepared(translatePattern(ignoreCase ? pattern.slice(4) : pattern, ignoreCase));
  known.set(pattern, made);
  return made;
}

function prepared({ source, anywhere, differs, groupsDiffer }: Piece): JavaRegex {
  const one = new RegExp(source, "u");
  const every = new RegExp(source, "gu");
  return {
    first: (text) => one.exec(text),
    all: (text) => Array.from(text.matchAll(every)).filter((match) => match[0] !== "" || !isInside(text, match.index)),
    matchesAnywhere: anywhere,
    ...(differs === undefined ? {} : { differs }),
    ...(groupsDiffer === undefined ? {} : { groupsDiffer }),
  };
}

/** JavaScript matches what looks ahead even between the two halves of a character. */
function isInside(text: string, at: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1));
}
