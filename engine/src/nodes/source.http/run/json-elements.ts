/** The texts of the records in an answer; `unreadable`: it is no JSON, or no CSV. */
export type Elements =
  | { kind: "elements"; texts: string[] }
  | { kind: "unreadable"; wanted: "JSON" | "CSV" }
  | { kind: "no-list"; found: string };

/**
 * Finds the records: the elements of the list at `path`; without a path those of the answer itself, or the answer where it is no list.
 * A record keeps its own text, so that a number keeps its digits and a dead letter shows what the server sent.
 */
export function elementsOf(text: string, path: readonly string[] | undefined): Elements {
  try {
    JSON.parse(text);
  } catch {
    return { kind: "unreadable", wanted: "JSON" };
  }
  let at = skipSpace(text, 0);
  for (const name of path ?? []) {
    const next = text[at] === "{" ? memberAt(text, at, name) : undefined;
    if (next === undefined) return { kind: "no-list", found: "nothing" };
    at = next;
  }
  if (text[at] === "[") return { kind: "elements", texts: elementTexts(text, at) };
  if (path === undefined) return { kind: "elements", texts: [text.slice(at, endOf(text, at))] };
  return { kind: "no-list", found: typeName(text[at]) };
}

/** The value at a path of parsed JSON, of own members alone. */
export function valueAtPath(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === "object" && inner !== null && Object.hasOwn(inner, name)
        ? (inner as Record<string, unknown>)[name]
        : undefined,
    value,
  );
}

function typeName(first: string | undefined): string {
  if (first === "{") return "an object";
  return first === '"' ? "a text" : "a single value";
}

/** Where the value of a member begins. Of a name that stands twice the last one counts, as for `JSON.parse`. */
function memberAt(text: string, object: number, wanted: string): number | undefined {
  let found: number | undefined;
  for (let at = skipSpace(text, object + 1); text[at] !== "}"; ) {
    const nameEnd = endOf(text, at);
    const name: unknown = JSON.parse(text.slice(at, nameEnd));
    const begin = skipSpace(text, skipSpace(text, nameEnd) + 1);
    if (name === wanted) found = begin;
    at = afterComma(text, endOf(text, begin));
  }
  return found;
}

function elementTexts(text: string, list: number): string[] {
  const texts: string[] = [];
  for (let at = skipSpace(text, list + 1); text[at] !== "]"; ) {
    const end = endOf(text, at);
    texts.push(text.slice(at, end));
    at = afterComma(text, end);
  }
  return texts;
}

function afterComma(text: string, end: number): number {
  const at = skipSpace(text, end);
  return text[at] === "," ? skipSpace(text, at + 1) : at;
}

/** Where the value ends that begins at `at`. The text is known to be JSON. */
function endOf(text: string, at: number): number {
  const first = text[at];
  if (first === '"') return stringEnd(text, at);
  if (first !== "{" && first !== "[") {
    let end = at;
    while (end < text.length && !",]} \t\r\n".includes(text[end] ?? "")) end++;
    return end;
  }
  let depth = 0;
  for (let end = at; ; ) {
    const character = text[end];
    if (character === '"') {
      end = stringEnd(text, end);
      continue;
    }
    if (character === "{" || character === "[") depth++;
    if (character === "}" || character === "]") depth--;
    end++;
    if (depth === 0) return end;
  }
}

function stringEnd(text: string, begin: number): number {
  for (let at = begin + 1; ; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
  return at;
}
