import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, inject, it } from "vitest";
import { runPythonTests } from "../support/python-tests.ts";

// While vitest collects, so that every Python test is reported under its own name.
const { outcomes, output, code } = await runPythonTests({ kafka: inject("kafka"), mongodb: inject("mongodb") });

it("the Python tests ran to their end", () => {
  const files = readdirSync(fileURLToPath(new URL("../../../spark-templates", import.meta.url)), { recursive: true })
    .map((name) => String(name).replaceAll("\\", "/"))
    .filter((name) => name.endsWith("_test.py"))
    .map((name) => name.slice(0, -".py".length).replaceAll("/", "."));
  const missing = files.filter((file) => !outcomes.some(({ name }) => name.startsWith(`${file}.`)));
  expect(missing, output.slice(-8000)).toEqual([]);
  expect(code === 0 || outcomes.some(({ outcome }) => outcome === "failed"), output.slice(-8000)).toBe(true);
});

it.each(outcomes)("$name", ({ outcome, message }) => {
  expect(outcome, message).toBe("passed");
});
