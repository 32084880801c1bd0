/** A password may hold `?` and `#` as they are; what begins as a port does is none then. */
const IN_ADDRESS = /(:\/\/[^/?#\s:@]*:)([^?#\s"']{1,256}(?=@)|(?!\d{1,5}[,/?#])[^\s"']{1,256}?(?=@))/g;
/** The parameter of an address, with its `=`, whose name says that a secret stands behind it. */
export const SECRET_PARAMETER =
  /[?&](?:[\w-]*(?:token|secret|password|passwd)|(?:[\w-]*[-_])?(?:key|auth|pwd|sig|signature)|apikey)=/i;
const IN_QUERY = new RegExp(`(${SECRET_PARAMETER.source})([^&#\\s"']{1,256})`, "gi");
const NAME = "[\\w-]*(?:password|passwd|secret|token|authorization|api[-_]?key|credentials?)|(?:set-)?cookie";
/** The name of a field behind which a secret stands. */
export const SECRET_FIELD = new RegExp(`^(?:${NAME})$`, "i");
const NAMED = new RegExp(
  `((?:^|[\\s"'{,?&-])(?:${NAME})(?:\\\\*["'])?\\s*[:=]\\s*)((?:\\$\\{[^}\\n]{0,256}\\}|[^,}#&\\n])+)`,
  "gi",
);
const REFERENCE = /\$\{(?:env|file):[^}:]*\}/;

/**
 * The text with every character covered of what looks like a secret: a password in an address, and what stands behind a name such as
 * `password`. As long as before, so that places in it stay where they are. A reference is no secret; its default is.
 */
export function maskSecrets(text: string): string {
  const covered = (_: string, head: string, secret: string) => head + (isReference(secret) ? secret : cover(secret));
  return text.replace(IN_ADDRESS, covered).replace(IN_QUERY, covered).replace(NAMED, covered);
}

/** The passwords and keys inside of an address, as they stand there. */
export function secretsInAddress(text: string): string[] {
  const found = placesOf(text, [IN_ADDRESS, IN_QUERY]).map(({ from, to }) => text.slice(from, to));
  return found.filter((secret) => !isReference(secret));
}

/** Where a text has what `maskSecrets` covers, `to` excluded. */
export function secretPlaces(text: string): { from: number; to: number }[] {
  return placesOf(text, [IN_ADDRESS, IN_QUERY, NAMED]);
}

function placesOf(text: string, patterns: readonly RegExp[]): { from: number; to: number }[] {
  return patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ 0: whole, 1: head = "", index }) => ({
      from: index + head.length,
      to: index + whole.length,
    })),
  );
}

function isReference(text: string): boolean {
  const rest = text.replace(REFERENCE, "").replace(/^\s*["']?(?:bearer|basic|token)?\s*|["'\s]*$/gi, "");
  return rest === "" && REFERENCE.test(text);
}

/** As many dots as the text has characters, blanks left as they are. */
export function cover(text: string): string {
  return text.replace(/\S/gu, "•");
}
