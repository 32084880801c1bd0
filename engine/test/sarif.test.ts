import { readdirSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import formatsModule from "ajv-formats";
import { describe, expect, test } from "vitest";
import { sarifLog } from "../src/cli/sarif.ts";
import { compile } from "../src/core.ts";
import { sarifSchema } from "./support/sarif-schema.ts";

const folder = new URL("./errors/", import.meta.url);
const files = readdirSync(folder).map((name) => {
  const text = readFileSync(new URL(name, folder), "utf8");
  return { name, text, diagnostics: compile(text, `pipelines/${name}`).diagnostics };
});

const ajv = formatsModule.default(new Ajv({ allErrors: true }));
const fits = ajv.compile(sarifSchema);

describe("the SARIF log", () => {
  const log = sarifLog(files, "0.1.0");
  const [run] = log.runs;

  test("fits the schema of SARIF 2.1.0", () => {
    expect(fits(JSON.parse(JSON.stringify(log))), JSON.stringify(fits.errors)).toBe(true);
    expect(fits(JSON.parse(JSON.stringify(sarifLog([], "0.1.0"))))).toBe(true);
    expect(fits({ ...log, runs: [{ ...run, results: [{ ruleId: "x" }] }] })).toBe(false);
  });

  test("holds every diagnostic with its rule, and its place as the text has it", () => {
    const diagnostics = files.flatMap((file) => file.diagnostics.map((diagnostic) => ({ ...diagnostic, text: file.text })));
    expect(run?.results).toHaveLength(diagnostics.length);
    run?.results.forEach((result, i) => {
      const diagnostic = diagnostics[i];
      const { region } = result.locations[0]?.physicalLocation ?? {};
      expect(run.tool.driver.rules[result.ruleIndex]?.id).toBe(diagnostic?.code);
      const covered = diagnostic?.text.slice(diagnostic.at.from, diagnostic.at.to) ?? "";
      const lines = diagnostic?.text.split("\n") ?? [];
      if (region?.endLine === region?.startLine && region !== undefined)
        expect(lines[region.startLine - 1]?.slice(region.startColumn - 1, region.endColumn - 1)).toBe(covered);
    });
  });

  test("names a file so that any name can be found again", () => {
    const diagnostics = compile("[]", "pipelines/a b#1.yaml").diagnostics;
    const [first] = sarifLog([{ text: "[]", diagnostics }], "0.1.0").runs[0]?.results ?? [];
    expect(first?.locations[0]?.physicalLocation.artifactLocation.uri).toBe("pipelines/a%20b%231.yaml");
  });
});
