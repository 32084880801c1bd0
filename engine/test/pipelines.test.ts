import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compile } from "../src/core.ts";
import { kindOf } from "../src/nodes/index.ts";
import { previewPipeline } from "../src/preview/index.ts";
import { runTest } from "../src/testing/run-tests.ts";
import { testable } from "../src/testing/stand-ins.ts";
import { readTests } from "../src/testing/test-file.ts";

const folder = new URL("../../pipelines/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".yaml") && !name.endsWith(".test.yaml"));

const compiled = names.map((name) => ({ name, ...compile(readFileSync(new URL(name, folder), "utf8"), name) }));

test.each(compiled)("$name has no mistakes", ({ diagnostics }) => {
  expect(diagnostics).toEqual([]);
});

/** Those with steps in Python are run by stack/pipelines.test.ts. */
const alone = compiled.filter(({ typed }) => typed?.nodes.every(({ node }) => kindOf(node.type).previewNeeds === undefined));

test.each(alone)("$name has tests, and they pass", async ({ name, typed }) => {
  if (typed === undefined) return;
  const file = name.replace(".yaml", ".test.yaml");
  const { tests, diagnostics: wrong } = readTests(readFileSync(new URL(file, folder), "utf8"), file, testable(typed));
  expect(wrong).toEqual([]);
  expect(tests.length).toBeGreaterThan(0);
  for (const one of tests) expect((await runTest(typed, one)).failures, one.name).toEqual([]);
});

test.each(alone)("$name has samples that reach every collection", async ({ name, typed, plan }) => {
  if (typed === undefined || plan === undefined) return;
  const fileOf = (source: string) =>
    plan.sources.length === 1 ? `${name.slice(0, -5)}.ndjson` : `${name.slice(0, -5)}.${source}.ndjson`;
  const samples = new Map(
    plan.sources.map(({ node }) => [
      node,
      readFileSync(new URL(`samples/${fileOf(node)}`, folder), "utf8")
        .trimEnd()
        .split("\n"),
    ]),
  );
  const previews = await previewPipeline(typed, { samples });
  const stored = previews.filter(({ type }) => type === "sink.mongodb");
  expect(stored.length).toBeGreaterThan(0);
  for (const { node, inputs } of stored) expect(inputs[0]?.rows.length, node).toBeGreaterThan(0);
});
