/** Appends steps to a JSON pointer, escaped as RFC 6901 says. */
export function joinPointer(pointer: string, ...steps: (string | number)[]): string {
  return pointer + steps.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
