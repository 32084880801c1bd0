/** Appends steps to a JSON pointer, escaped as RFC 6901 says. */
export function joinPointer(pointer: string, ...steps: (string | number)[]): string {
  let joined = pointer;
  for (const step of steps) joined += `/${typeof step === "string" && /[~/]/.test(step) ? escaped(step) : step}`;
  return joined;
}

function escaped(step: string): string {
  return step.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The steps of a JSON pointer, unescaped. */
export function stepsOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** What stands at the end of a path in plain data; undefined where it leads nowhere. */
export function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null ? (inner as Record<string | number, unknown>)[step] : undefined,
    value,
  );
}

/** A value that is read at one pointer although it stands at another. */
export interface Moved {
  to: string;
  from: string;
}

/** Where what is read at a pointer stands in the text. */
export function whereItStands(pointer: string, moved: readonly Moved[]): string {
  if (moved.length === 0) return pointer;
  let at = pointer;
  // The innermost first: the move of a map changes the beginning of all pointers into it.
  for (const { to, from } of moved.toSorted((a, b) => b.to.length - a.to.length)) {
    if (at === to || at.startsWith(`${to}/`)) at = from + at.slice(to.length);
  }
  return at;
}
