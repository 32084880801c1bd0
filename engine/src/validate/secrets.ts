import type { Finding } from "../diagnostic.ts";
import { SECRET_PARAMETER } from "../mask.ts";
import { joinPointer } from "../pointer.ts";
import { parseReferences } from "../reference.ts";
import type { Marks } from "./catalogue.gen.ts";
import * as messages from "./messages.ts";
import { matches, nameOf } from "./shape.ts";

const SECRET_HEADER =
  /^(cookie|set-cookie)$|(^|[-_])(authorization|auth|token|secret|password|passwd|pwd|key|signature|credential)s?([-_]|$)|(token|secret|apikey)$/i;
/** What may stand in plain text beside the reference to a secret: a scheme, or the name of a cookie. */
const BESIDE_SECRET = /^(bearer|basic|token|digest|apikey)?\s*$|^[;\s]*[\w-]+=$|^;?\s*$/i;
const PASSWORD_IN_URL = /:\/\/[^/?#\s@:]*:[^/?#\s@]+@|mongodb(\+srv)?:\/\/[^/?#\s@:,]+:[^?\s@]+@/;
const SECRET_IN_URL = new RegExp(`${SECRET_PARAMETER.source}[^&#\\s]+`, "i");

/** Checks every text of a config: references only where they may stand and rightly written, secrets never in plain text. */
export function referenceFindings(config: unknown, pointer: string, marks: Marks): Finding[] {
  const findings: Finding[] = [];
  forEachText(config, [], (text, path) => {
    const at = joinPointer(pointer, ...path);
    const allowed = marks.references.some((pattern) => matches(pattern, path));
    if (allowed && text.includes("${")) {
      for (const { from, to, message, hint } of parseReferences(text).mistakes) {
        findings.push({ ...messages.referenceSyntax(message, hint), pointer: at, inner: { from, to } });
      }
    } else if (/\$\{(env|file):/.test(text)) {
      findings.push({ ...messages.referenceNotHere(nameOf(at)), pointer: at });
    }
    if (isSecret(path, marks)) findings.push(...secretFindings(text, at));
  });
  return findings;
}

/** The findings with those replaced that would quote a secret of the wrong type. */
export function withoutSecretValues(findings: Finding[], pointer: string, marks: Marks): Finding[] {
  return findings.map((finding) => {
    const path = finding.pointer.slice(pointer.length + 1).split("/");
    const quotes = finding.on !== "key" && finding.code.startsWith("schema/") && isSecret(path, marks);
    return quotes ? { ...messages.literalSecret(nameOf(finding.pointer), "secret"), pointer: finding.pointer } : finding;
  });
}

/** Finds addresses with a password, anywhere in the document. */
export function literalPasswords(value: unknown): Finding[] {
  const findings: Finding[] = [];
  forEachText(value, [], (text, path) => {
    const pointer = joinPointer("", ...path);
    const filled = parseReferences(text)
      .parts.map((part) => (typeof part === "string" ? part : ((part.kind === "env" ? part.default : undefined) ?? "")))
      .join("");
    if (PASSWORD_IN_URL.test(filled)) findings.push({ ...messages.literalSecret(nameOf(pointer), "password"), pointer });
    else if (SECRET_IN_URL.test(filled) && filled.includes("://"))
      findings.push({ ...messages.literalSecret(nameOf(pointer), "secret"), pointer });
  });
  return findings;
}

function isSecret(path: readonly string[], marks: Marks): boolean {
  const name = path.at(-1) ?? "";
  const parent = path.slice(0, -1);
  const byName = marks.secretNames.some((pattern) => matches(pattern, parent)) && SECRET_HEADER.test(name);
  return byName || marks.secrets.some((pattern) => matches(pattern, path));
}

function secretFindings(text: string, pointer: string): Finding[] {
  const { parts, mistakes } = parseReferences(text);
  if (mistakes.length > 0) return [];
  const references = parts.filter((part) => typeof part !== "string");
  const plain = parts.filter((part) => typeof part === "string");
  if (references.length === 0 || !plain.every((part) => BESIDE_SECRET.test(part))) {
    return text === "" ? [] : [{ ...messages.literalSecret(nameOf(pointer), "secret"), pointer }];
  }
  const preset = references.some((reference) => reference.kind === "env" && (reference.default ?? "") !== "");
  return preset ? [{ ...messages.secretDefault(nameOf(pointer)), pointer }] : [];
}

function forEachText(value: unknown, path: string[], visit: (text: string, path: string[]) => void): void {
  if (typeof value === "string") visit(value, path);
  else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) forEachText(item, [...path, key], visit);
  }
}
