import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import { cover, maskSecrets, SECRET_PARAMETER, secretsInAddress } from "../mask.ts";
import { parseReferences, type Reference, resolveReferences, showReference } from "../reference.ts";
import { readReferenced } from "../runtime/references.ts";
import { textOf } from "./spec-files.ts";

/** Covers secrets in whatever is told: texts inside of lists and objects too, names of fields too. The same shape comes back. */
export type Mask = <T>(told: T) => T;

/** A shorter value is a word like any other: to cover it everywhere would cover half of what is shown. */
const SHORTEST = 6;
const SECRET_WORD = "token|secret|passw|pwd|passphrase|auth|credential|cookie|salt|signature";
const SECRET_NAME = new RegExp(`${SECRET_WORD}|(^|_)(api_?)?key(_|$)`, "i");
/** What stands before a reference to a secret: a setting or header whose name says so, the user of an address, a parameter. */
const BEFORE_SECRET = [
  new RegExp(`(${SECRET_WORD}|key)[\\w-]*["']?\\s*:[\\s|>"'-]*(\\w+ )?$`, "i"),
  /:\/\/[^/?#\s@]*:$/,
  new RegExp(`${SECRET_PARAMETER.source}$`, "i"),
];
const NEAR = 200;

/**
 * Masks the values that stand behind the secrets of a project now: `${file:…}`, `${env:…}` where its name or its place says that it is one, and the
 * passwords and keys inside of addresses. Read anew each time, since variables stay but files change.
 */
export async function currentMask(root: string): Promise<Mask> {
  const values = (await textsOf(root)).flatMap((text) => secretsNamedIn(text, root));
  return maskOf(values);
}

/** Masks given values, also as they stand in an address or in JSON. */
export function maskOf(values: readonly string[]): Mask {
  const forms = values.flatMap((value) => [value, encodeURIComponent(value), decoded(value), JSON.stringify(value).slice(1, -1)]);
  const known = [...new Set(forms)].filter((form) => form.length >= SHORTEST).sort((a, b) => b.length - a.length);
  const masked = (text: string) => known.reduce((rest, value) => rest.replaceAll(value, cover), text);
  return (told) => walk(told, masked) as typeof told;
}

/** As `mask`, and covers what looks like a secret as well: for what programs say, where nobody knows what they quote. */
export function maskSaid(mask: Mask): Mask {
  return (told) => walk(mask(told), maskSecrets) as typeof told;
}

/** Masks every answer in JSON, and lets no browser keep it. What must come back byte for byte is sent by `verbatim`. */
export function masking(root: string): RequestHandler {
  return async (_request: Request, response: Response, next: NextFunction) => {
    const mask = await currentMask(root);
    response.setHeader("cache-control", "no-store");
    const send = response.json.bind(response);
    response.json = (body: unknown) => send(response.statusCode < 400 ? mask(body) : maskSaid(mask)(body));
    next();
  };
}

/** Answers with the user's own file: what a mask had covered would be saved covered. */
export function verbatim(response: Response, body: unknown): void {
  response.type("json").send(JSON.stringify(body));
}

async function textsOf(root: string): Promise<string[]> {
  const folder = join(root, "pipelines");
  const names = (await readdir(folder).catch(() => [] as string[])).filter((name) => /\.ya?ml$/.test(name));
  const targets = readFile(join(root, "targets.yaml"), "utf8").catch(() => "");
  return Promise.all([targets, ...names.map(async (name) => (await textOf(join(folder, name)).catch(() => null)) ?? "")]);
}

function secretsNamedIn(text: string, root: string): string[] {
  let before = "";
  return parseReferences(text).parts.flatMap((part) => {
    if (typeof part === "string") {
      before = part.slice(-NEAR);
      return [];
    }
    const value = resolveReferences(showReference(part), process.env, (path) => readReferenced(path, root)).value ?? "";
    const lines = isSecret(part, before) ? value.split(/\r?\n/) : [];
    before = "";
    return [...lines, ...secretsInAddress(value)];
  });
}

function isSecret(reference: Reference, before: string): boolean {
  return reference.kind === "file" || SECRET_NAME.test(reference.name) || BEFORE_SECRET.some((pattern) => pattern.test(before));
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function walk(value: unknown, masked: (text: string) => string): unknown {
  if (typeof value === "string") return masked(value);
  if (Array.isArray(value)) return value.map((item) => walk(item, masked));
  if (typeof value !== "object" || value === null) return value;
  if ("toJSON" in value && typeof value.toJSON === "function") return walk(value.toJSON(), masked);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [masked(key), walk(item, masked)]));
}
