import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { compile } from "../src/core.ts";
import { filesBeside } from "../src/runtime/files-beside.ts";

const folder = new URL("./errors/", import.meta.url);

/** Where the files lie that fixtures name. */
const beside = filesBeside(fileURLToPath(new URL("./beside/spec.yaml", import.meta.url)));

const diagnose = (text: string, file: string) => compile(text, file, beside).diagnostics;

/** A fixture says on the line where it must fail with which codes: `partitions: two # error: schema/wrong-type`. */
function expectations(text: string): string[] {
  return text.split(/\r?\n/).flatMap((line, i) => {
    const codes = /# error: (.+)$/.exec(line)?.[1]?.split(", ") ?? [];
    return codes.map((code) => `${i + 1}: ${code.trim()}`);
  });
}

const byLine = (a: string, b: string) => Number.parseInt(a, 10) - Number.parseInt(b, 10) || a.localeCompare(b);

describe("every mistake is reported once, on its line", () => {
  const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

  test.each(files)("%s", (file) => {
    const text = readFileSync(new URL(file, folder), "utf8");
    const expected = expectations(text).sort(byLine);
    expect(expected.length).toBeGreaterThan(0);
    const diagnostics = diagnose(text, file);
    expect(diagnostics.map(({ at, code }) => `${at.line}: ${code}`).sort(byLine)).toEqual(expected);
    for (const { at, message, hint } of diagnostics) {
      expect(at.to).toBeGreaterThanOrEqual(at.from);
      expect(message).toMatch(/[.!?]$/);
      expect(`${message} ${hint}`).not.toContain("hunter2");
    }
  });

  test("with CRLF and a byte order mark the places are the same", () => {
    for (const file of files) {
      const text = readFileSync(new URL(file, folder), "utf8");
      const places = diagnose(text, file).map(({ at, code }) => `${at.line}:${at.column} ${code}`);
      const windows = `\uFEFF${text.replaceAll("\n", "\r\n")}`;
      // A directive must be the first thing of the file; after a byte order mark yaml reads it as text.
      if (!text.startsWith("%"))
        expect(diagnose(windows, file).map(({ at, code }) => `${at.line}:${at.column} ${code}`)).toEqual(places);
    }
  });
});
