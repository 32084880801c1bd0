/** A value that is named in the spec and looked up where the pipeline runs. */
export type Reference = { kind: "env"; name: string; default?: string } | { kind: "file"; path: string };

/** A mistake in the notation, with its range in the text. */
export interface ReferenceMistake {
  from: number;
  to: number;
  message: string;
  hint: string;
}

/** A text taken apart: literal pieces and references in their order. Where there are mistakes the parts are incomplete. */
export interface ReferencedText {
  parts: (string | Reference)[];
  mistakes: ReferenceMistake[];
}

/** A text with its references filled in, or those that lead nowhere, each with the reason. */
export type ResolvedText =
  | { value: string; missing?: undefined }
  | { value?: undefined; missing: { reference: string; reason: string }[] };

const FORMS = "write `${env:NAME}`, `${env:NAME:-default}` or `${file:path}`";

/** Takes a text apart into literals and references. Never throws. */
export function parseReferences(text: string): ReferencedText {
  const parts: (string | Reference)[] = [];
  const mistakes: ReferenceMistake[] = [];
  let at = 0;
  while (at < text.length) {
    const from = text.indexOf("${", at);
    if (from === -1) break;
    if (from > at) parts.push(text.slice(at, from));
    const end = text.indexOf("}", from);
    const to = end === -1 ? text.length : end + 1;
    const inner = text.slice(from + 2, end === -1 ? undefined : end);
    const reference = end === -1 ? undefined : parseReference(inner);
    if (reference !== undefined) parts.push(reference);
    else mistakes.push({ from, to, ...explain(text.slice(from, to), inner, end === -1) });
    at = to;
  }
  if (at < text.length) parts.push(text.slice(at));
  return { parts, mistakes };
}

/**
 * Fills in the references. A default stands in for a variable that is unset or empty; a file loses one trailing line end.
 * `readFile` returns a file's text and throws where it cannot be read.
 */
export function resolveReferences(
  text: string,
  env: Record<string, string | undefined>,
  readFile: (path: string) => string,
): ResolvedText {
  const missing: { reference: string; reason: string }[] = [];
  const pieces = parseReferences(text).parts.map((part) => {
    if (typeof part === "string") return part;
    const found = part.kind === "env" ? lookUp(part, env) : read(part.path, readFile);
    if (found.value === undefined) missing.push({ reference: showReference(part), reason: found.reason });
    return found.value ?? "";
  });
  return missing.length > 0 ? { missing } : { value: pieces.join("") };
}

/** `${env:NAME}` or `${file:path}`, without a default. */
export function showReference(reference: Reference): string {
  return reference.kind === "env" ? `\${env:${reference.name}}` : `\${file:${reference.path}}`;
}

function parseReference(inner: string): Reference | undefined {
  const env = /^env:([A-Za-z_][A-Za-z0-9_]*)(?::-([\s\S]*))?$/.exec(inner);
  if (env?.[1] !== undefined) return { kind: "env", name: env[1], ...(env[2] !== undefined && { default: env[2] }) };
  const file = /^file:(\S(?:.*\S)?)$/.exec(inner);
  return file?.[1] === undefined ? undefined : { kind: "file", path: file[1] };
}

function explain(whole: string, inner: string, open: boolean): { message: string; hint: string } {
  if (open) return { message: `The reference \`${whole}\` is not closed.`, hint: "add the closing `}`" };
  const name = /^[A-Za-z_][A-Za-z0-9_]*$/.test(inner) ? inner : undefined;
  const hint = name === undefined ? FORMS : `did you mean \`\${env:${name}}\`?`;
  return { message: `\`${whole}\` is not a reference.`, hint };
}

function lookUp(part: Reference & { kind: "env" }, env: Record<string, string | undefined>): { value?: string; reason: string } {
  const value = Object.hasOwn(env, part.name) ? env[part.name] : undefined;
  const chosen = part.default !== undefined && (value === undefined || value === "") ? part.default : value;
  return { ...(chosen !== undefined && { value: chosen }), reason: `the environment variable ${part.name} is not set` };
}

function read(path: string, readFile: (path: string) => string): { value?: string; reason: string } {
  try {
    return { value: readFile(path).replace(/\r?\n$/, ""), reason: "" };
  } catch (error) {
    return { reason: `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}
