import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { resolveReferences } from "../reference.ts";
import { EnvironmentProblem } from "./environment-problem.ts";

/**
 * Replaces every reference inside a JSON value by what it refers to; a file's path is taken from the folder `root`. All that is missing
 * is named at once, values never.
 */
export function resolvedSettings(settings: Record<string, unknown>, what: string, root: string): Record<string, unknown> {
  const missing = new Set<string>();
  const resolved = walk(settings, root, missing) as Record<string, unknown>;
  if (missing.size === 0) return resolved;
  const names = [...missing].join(", ");
  throw new EnvironmentProblem(
    "reference/unresolved",
    `The ${what} refers to what is not there: ${names}.`,
    "set the variable or write the file, then run again",
  );
}

function walk(value: unknown, root: string, missing: Set<string>): unknown {
  if (typeof value === "string") {
    const resolved = resolveReferences(value, process.env, (path) => readReferenced(path, root));
    for (const { reference, reason } of resolved.missing ?? []) missing.add(`${reference} (${reason})`);
    return resolved.value ?? value;
  }
  if (Array.isArray(value)) return value.map((inner) => walk(inner, root, missing));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner, root, missing)]));
}

function readReferenced(path: string, root: string): string {
  try {
    return readFileSync(resolve(root, path), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new Error("there is no such file", { cause: error });
    throw error;
  }
}
