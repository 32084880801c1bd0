const IN_ADDRESS = /(:\/\/[^/?#\s:@]*:)([^?#\s"']{1,256})(?=@)/g;
/** The parameter of an address, with its `=`, whose name says that a secret stands behind it. */
export const SECRET_PARAMETER =
  /[?&](?:[\w-]*(?:token|secret|password|passwd)|(?:[\w-]*[-_])?(?:key|auth|pwd|sig|signature)|apikey)=/i;
const IN_QUERY = new RegExp(`(${SECRET_PARAMETER.source})([^&#\\s"']{1,256})`, "gi");
const NAMED =
  /((?:^|[\s"'{,?&-])(?:[\w-]*(?:password|passwd|secret|token|authorization|api[-_]?key|credentials?)|(?:set-)?cookie)["']?\s*[:=]\s*)((?:\$\{[^}\n]{0,256}\}|[^,}#&\n])+)/gi;
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
  const found = [...text.matchAll(IN_ADDRESS), ...text.matchAll(IN_QUERY)];
  return found.flatMap(([, , secret]) => (secret === undefined || isReference(secret) ? [] : [secret]));
}

function isReference(text: string): boolean {
  const rest = text.replace(REFERENCE, "").replace(/^\s*["']?(?:bearer|basic|token)?\s*|["'\s]*$/gi, "");
  return rest === "" && REFERENCE.test(text);
}

/** As many dots as the text has characters, blanks left as they are. */
export function cover(text: string): string {
  return text.replace(/\S/gu, "•");
}
