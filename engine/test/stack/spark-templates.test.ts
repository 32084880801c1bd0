import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, inject, it } from "vitest";
import { runPythonTests } from "../support/python-tests.ts";

// While vitest collects, so that every Python test is reported under its own name.
// Two at once: they mostly wait, for a query to start or a batch to end.
const parts = await Promise.all(
  ["1/2", "2/2"].map((part) => runPythonTests({ kafka: inject("kafka"), mongodb: inject("mongodb"), part })),
);
const outcomes = parts.flatMap((part) => part.outcomes);
const output = parts.map((part) => part.output.slice(-8000)).join("\n");

it("the Python tests ran to their end", () => {
  const files = readdirSync(fileURLToPath(new URL("../../../spark-templates", import.meta.url)), { recursive: true })
    .map((name) => String(name).replaceAll("\\", "/"))
    .filter((name) => name.endsWith("_test.py"))
    .map((name) => name.slice(0, -".py".length).replaceAll("/", "."));
  const missing = files.filter((file) => !outcomes.some(({ name }) => name.startsWith(`${file}.`)));
  expect(missing, output).toEqual([]);
  const isTold = parts.every(({ code, outcomes: some }) => code === 0 || some.some(({ outcome }) => outcome === "failed"));
  expect(isTold, output).toBe(true);
});

it.each(outcomes)("$name", ({ outcome, message }) => {
  expect(outcome, message).toBe("passed");
});
