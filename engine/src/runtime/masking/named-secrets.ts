import { SECRET_PARAMETER, secretsInAddress } from "../../mask.ts";
import { parseReferences, type Reference, resolveReferences, showReference } from "../../reference.ts";
import { SHORTEST } from "./mask-values.ts";

/** A value that must not be told, and what refers to it. */
export interface Secret {
  reference: string;
  value: string;
}

/** A reference of a text, and whether what it stands for is a secret as a whole; else only passwords of addresses inside of it are. */
export interface NamedReference {
  reference: Reference;
  isSecret: boolean;
}

const SECRET_WORD = "token|secret|passw|pwd|passphrase|auth|credential|cookie|salt|signature";
const SECRET_NAME = new RegExp(`${SECRET_WORD}|(^|_)(api_?)?key(_|$)`, "i");
/** What stands before a reference to a secret: a setting or header whose name says so, the user of an address, a parameter. */
const BEFORE_SECRET = [
  new RegExp(`(${SECRET_WORD}|key)[\\w-]*["']?\\s*:[\\s|>"'-]*(\\w+ )?$`, "i"),
  /:\/\/[^/?#\s@]*:$/,
  new RegExp(`${SECRET_PARAMETER.source}$`, "i"),
];
const NEAR = 200;
/** Everybody may see one, and the file of an authority has thousands of lines. */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
/** As a log is cut into lines. */
const LINE_END = /\r\n|[\r\n\u2028\u2029]/;

/** The references of a spec or of targets, as a text: it may have mistakes. */
export function namedReferences(text: string): NamedReference[] {
  let before = "";
  return parseReferences(text).parts.flatMap((part) => {
    const near = before;
    before = typeof part === "string" ? part.slice(-NEAR) : "";
    return typeof part === "string" ? [] : [{ reference: part, isSecret: isSecret(part, near) }];
  });
}

/** The secrets that a reference stands for now: none where it leads nowhere. `readFile` throws where a file cannot be read. */
export function secretsBehind({ reference, isSecret }: NamedReference, readFile: (path: string) => string): Secret[] {
  const shown = showReference(reference);
  const value = resolveReferences(shown, process.env, readFile).value ?? "";
  const values = [...(isSecret ? partsOf(value.replace(CERTIFICATE, "").trim()) : []), ...secretsInAddress(value)];
  return values.filter((each) => each !== "").map((each) => ({ reference: shown, value: each }));
}

/** A value and, where it has several lines, each of them that is no word like any other. What stands behind `Bearer` may be told alone. */
function partsOf(value: string): string[] {
  const lines = value.split(LINE_END).map((line) => line.trim());
  const behindScheme = /^(?:bearer|basic|token)\s+(\S+)$/i.exec(value)?.[1];
  return [
    value,
    ...(lines.length > 1 ? lines.filter((line) => line.length >= SHORTEST) : []),
    ...(behindScheme === undefined ? [] : [behindScheme]),
  ];
}

function isSecret(reference: Reference, before: string): boolean {
  return reference.kind === "file" || SECRET_NAME.test(reference.name) || BEFORE_SECRET.some((pattern) => pattern.test(before));
}
