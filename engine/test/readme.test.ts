import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compile } from "../src/core.ts";
import { readDocument } from "../src/document.ts";
import { runTest } from "../src/testing/run-tests.ts";
import { testable } from "../src/testing/stand-ins.ts";
import { readTests } from "../src/testing/test-file.ts";
import { validateTargets } from "../src/validate/targets.ts";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** The YAML blocks of the README that hold `word`, without the indentation of the list they stand in. */
function blocks(word: string): string[] {
  const found = [...readme.matchAll(/^( *)```yaml\n([\s\S]*?)^ *```$/gm)].map(([, indent = "", text = ""]) =>
    text.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  );
  return found.filter((text) => text.includes(word));
}

test("the README's pipeline is one", () => {
  const specs = blocks("nodes:");
  expect(specs.length).toBeGreaterThan(0);
  for (const text of specs) expect(compile(text, "README.md").diagnostics).toEqual([]);
});

test("the README's tests of its pipeline pass", async () => {
  const [pipeline = ""] = blocks("nodes:");
  const { typed } = compile(pipeline, "README.md");
  const files = blocks("tests:");
  expect(files.length).toBeGreaterThan(0);
  if (typed === undefined) throw new Error("the pipeline has mistakes");
  for (const text of files) {
    const { tests, diagnostics } = readTests(text, "README.md", testable(typed));
    expect(diagnostics).toEqual([]);
    for (const test of tests) expect((await runTest(typed, test)).failures).toEqual([]);
  }
});

test("the README's targets are some", () => {
  const targets = blocks("targets:");
  expect(targets.length).toBeGreaterThan(0);
  for (const text of targets) {
    const document = readDocument(text, "README.md");
    expect([...document.findings, ...validateTargets(document).findings]).toEqual([]);
  }
});
