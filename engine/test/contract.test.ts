import { readdirSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { readDocument } from "../src/document.ts";

const schemas = new URL("../../schemas/", import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, schemas), "utf8")) as Record<string, unknown>;
const names = [
  "pipeline.schema.json",
  "targets.schema.json",
  ...readdirSync(new URL("nodes/", schemas)).map((name) => `nodes/${name}`),
];

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One of them must hold: what each requires is required where the others are not chosen. */
function choicesOf(schema: Record<string, unknown>): Record<string, unknown>[] {
  return Array.isArray(schema.oneOf) ? schema.oneOf.filter(isMap) : [];
}

/** Every property of every object with its path, as far as the contract describes one. */
function properties(
  schema: unknown,
  path: string,
  found: { path: string; property: Record<string, unknown>; required: boolean }[] = [],
) {
  if (Array.isArray(schema)) for (const [i, item] of schema.entries()) properties(item, `${path}[${i}]`, found);
  if (!isMap(schema)) return found;
  for (const [key, value] of Object.entries(schema)) {
    if (key === "oneOf" || key === "examples" || key === "default") continue;
    if (key !== "properties" || !isMap(value)) {
      properties(value, `${path}/${key}`, found);
      continue;
    }
    for (const [name, property] of Object.entries(value)) {
      if (!isMap(property) || String(property.$ref).startsWith("#/properties/")) continue;
      const required = [schema, ...choicesOf(schema)].some((one) => Array.isArray(one.required) && one.required.includes(name));
      found.push({ path: `${path}.${name}`, property, required });
      properties(property, `${path}.${name}`, found);
    }
  }
  return found;
}

/** Every key of a schema that is not the name of a setting, or inside of an example. */
function keywords(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(keywords);
  if (!isMap(schema)) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    if (["examples", "default", "enum"].includes(key)) return [key];
    const hasNames = ["properties", "patternProperties", "definitions"].includes(key) && isMap(value);
    return [key, ...keywords(hasNames ? Object.values(value) : value)];
  });
}

describe("the contracts", () => {
  test.each(names)("%s says of every setting what it is, and what stands for its absence", (name) => {
    const found = properties(read(name), name);
    expect(found.length).toBeGreaterThan(0);
    for (const { path, property, required } of found) {
      expect(property, path).toMatchObject({
        title: expect.any(String),
        description: expect.any(String),
        examples: expect.any(Array),
      });
      // The first and the last stand in for a wrong value.
      expect(property.examples, `${path}: at least one example`).not.toEqual([]);
      expect("default" in property !== required, `${path}: either required or with a default`).toBe(true);
    }
  });

  test.each(names)("%s keeps to the small dialect", (name) => {
    const text = readFileSync(new URL(name, schemas), "utf8");
    const forbidden = ["allOf", "if", "then", "else", "not", "dependencies"];
    expect(keywords(JSON.parse(text)).filter((keyword) => forbidden.includes(keyword))).toEqual([]);
    expect(text.split('"additionalProperties": false').length).toBe(text.split('"patternProperties": { "^x-": {} }').length);
  });

  test("pipelines/retail.yaml fits pipeline.schema.json as a language server reads it", () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    for (const name of ["common.schema.json", ...names]) ajv.addSchema(read(name), `file:///${name}`);
    const fits = ajv.getSchema("file:///pipeline.schema.json");
    const text = readFileSync(new URL("../../pipelines/retail.yaml", import.meta.url), "utf8");
    const value: unknown = JSON.parse(JSON.stringify(readDocument(text, "retail.yaml").value));
    expect(fits?.(value), JSON.stringify(fits?.errors)).toBe(true);
    expect(fits?.({ ...(isMap(value) ? value : {}), nodes: [{ id: "a", type: "kafka.topic", config: { topics: "t" } }] })).toBe(
      false,
    );
  });

  test("the examples of the contracts fit them", () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    for (const name of ["common.schema.json", ...names]) ajv.addSchema(read(name), `file:///${name}`);
    for (const name of names.filter((file) => file.startsWith("nodes/"))) {
      const fits = ajv.getSchema(`file:///${name}`);
      const { examples } = read(name);
      for (const example of Array.isArray(examples) ? examples : [])
        expect(fits?.(example), `${name} ${JSON.stringify(fits?.errors)}`).toBe(true);
    }
  });

  test("the generated validators need neither require nor code made at run time", () => {
    const text = readFileSync(new URL("../src/validate/validators.gen.ts", import.meta.url), "utf8");
    expect(text).not.toMatch(/\brequire\(|new Function|\beval\(/);
  });
});
