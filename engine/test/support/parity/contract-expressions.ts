import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../../../../schemas/nodes/", import.meta.url);

/** Every expression among the examples of the nodes' contracts, each once. */
export function contractExpressions(): string[] {
  const schemas = readdirSync(FOLDER).map((name): unknown => JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")));
  const found = schemas.flatMap(expressionsIn);
  if (found.length === 0) throw new Error("no contract has an example of an expression");
  return [...new Set(found)];
}

function expressionsIn(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { $ref, additionalProperties, examples } = schema as Record<string, unknown>;
  const given = Array.isArray(examples) ? (examples as unknown[]) : [];
  const own = isExpression($ref) ? given : [];
  const inner = (additionalProperties as { $ref?: unknown } | undefined)?.$ref;
  const named = isExpression(inner) ? given.flatMap((one) => Object.values(one as Record<string, unknown>)) : [];
  const texts = [...own, ...named].filter((one) => typeof one === "string");
  return [...texts, ...Object.values(schema).flatMap(expressionsIn)];
}

function isExpression(reference: unknown): boolean {
  return typeof reference === "string" && reference.endsWith("/expression");
}
