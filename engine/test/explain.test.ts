import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compile } from "../src/core.ts";
import { explain, explanations, families } from "../src/explain/index.ts";

const source = new URL("../src/", import.meta.url);

/** Two words with a slash that are no codes. */
const NO_CODES =
  /^(application|text)\/|^(bin|jars|lib|pyspark|venv)\/|^(rows\/s|n\/a)$|^(record|sink)\/(not-json|missing-column|validator)$/;

/** Every code that is told anywhere, with a file that does. */
function codes(): Map<string, string> {
  const found = new Map<string, string>();
  const files = readdirSync(source, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => /(?<!\.test|\.gen)\.ts$/.test(name) && !/^(explain|demo)\//.test(name))) {
    const text = readFileSync(new URL(file, source), "utf8");
    for (const [, code = ""] of text.matchAll(/(?<!from )"([a-z]+\/[a-z-]+)"/g)) if (!NO_CODES.test(code)) found.set(code, file);
    // The checker of expressions names the second word alone.
    for (const [, word] of text.matchAll(/mistaken\([^"`]*"([a-z-]+)"/g)) found.set(`expression/${word}`, file);
    for (const [, head, what] of text.matchAll(/`([a-z]+\/(?:duplicate-)?)\$\{(what|start\.service)\}`/g))
      for (const word of what === "what" ? ["topic", "collection", "folder"] : ["kafka", "mongodb"])
        found.set(`${head}${word}`, file);
  }
  return found;
}

/** Codes that only the job tells, since a preview does not do what earns them. */
function codesOfTheJob(): string[] {
  const folder = new URL("../../spark-templates/", import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /(?<!_test)\.py$/.test(name));
  const texts = files.map((file) => readFileSync(new URL(file, folder), "utf8"));
  return texts.flatMap((text) => [...text.matchAll(/"([a-z]+\/[a-z-]+)"/g)].map(([, code = ""]) => code));
}

describe("the explanations", () => {
  test("are there for every code, and for no other", () => {
    const known = codes();
    expect(known.size).toBeGreaterThan(140);
    expect([...known].filter(([code]) => !(code in explanations)).map(([code, file]) => `${code} of ${file}`)).toEqual([]);
    const told = new Set([...known.keys(), ...codesOfTheJob()]);
    expect(Object.keys(explanations).filter((code) => !told.has(code))).toEqual([]);
  });

  test("stand in one family each", () => {
    const all = families.flatMap((family) => Object.keys(family));
    expect(all.filter((code, at) => all.indexOf(code) !== at)).toEqual([]);
  });

  test("name the nearest code for one that does not exist", () => {
    expect(explain("dag/cylce")).toEqual({ nearest: "dag/cycle" });
    expect(explain("toString")).toEqual({ nearest: undefined });
    expect(explain("dag/cycle")).toMatchObject({ why: expect.any(String) });
  });

  test("have an example wherever one file can show the mistake", () => {
    const shown = Object.values(explanations).filter(({ wrong }) => wrong !== undefined);
    expect(shown.length).toBeGreaterThan(75);
  });
});

const FRAME = `version: 1
name: example
nodes:
  - id: orders
    type: source.http
    config:
      url: demo://retail
      columns: { id: string!, at: timestamp!, total: double, shop: { city: string, region: string }, tags: [string], items: [{ price: double }], more: map(string) }
  - { id: stream, type: kafka.topic, from: orders, config: { topic: frame.orders } }
`;

/** A whole spec around an example. */
function framed(example: string): string {
  if (example.startsWith("version:")) return example;
  const isSource = example.startsWith("type: source.");
  const from = example.startsWith("type: kafka.") ? "orders" : "stream";
  const body = isSource ? example : `from: ${from}\n${example}`;
  const nodes = example.startsWith("- ") ? example : `- id: example\n  ${body.replaceAll("\n", "\n  ")}`;
  return `${FRAME}${nodes.replace(/^/gm, "  ")}\n`;
}

const told = (example: string) => compile(framed(example), "example.yaml").diagnostics;

describe("the example of", () => {
  test.each(Object.entries(explanations).filter(([, { wrong }]) => wrong !== undefined))("%s", (code, { wrong = "", right }) => {
    expect(told(wrong).map((diagnostic) => diagnostic.code)).toContain(code);
    if (right === undefined) return;
    // What the example does not show may be missing: sinks, or readers.
    const mistakes = told(right).filter((diagnostic) => diagnostic.severity === "error" || diagnostic.code === code);
    expect(
      mistakes.filter((diagnostic) => !/^plan\/no-sink$|^schema\/wrong-size$/.test(diagnostic.code) || diagnostic.code === code),
    ).toEqual([]);
  });
});
