import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../diagnostic.ts";
import { EnvironmentProblem } from "../runtime/environment-problem.ts";
import { diagnosticLines, paint, printChanges, printDiagnostics, printProblem, problemLine } from "./print.ts";

const plain = { colour: false, width: 80 };

function at(text: string, marked: string, file = "retail.yaml"): Diagnostic["at"] {
  const from = text.indexOf(marked);
  const before = text.slice(0, from).split("\n");
  return { file, pointer: "", from, to: from + marked.length, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function finding(text: string, marked: string, more: Partial<Diagnostic> = {}): Diagnostic {
  return {
    code: "filter/unknown-column",
    severity: "error",
    message: `There is no column \`${marked}\`.`,
    at: at(text, marked),
    ...more,
  };
}

const show = (text: string, ...found: Diagnostic[]) => printDiagnostics(found, () => text, plain);

describe("printDiagnostics", () => {
  test("shows place, code, message, source line, caret and hint, in the order of the file, and counts", () => {
    const text = "version: 1\nname: retail\nnodes:\n  - where: sumary.total > 0\n";
    const printed = show(
      text,
      finding(text, "sumary.total", { hint: "did you mean `summary.total`?" }),
      finding(text, "retail", { severity: "warning", code: "spec/name", message: "The name is short." }),
    );
    expect(printed).toMatchInlineSnapshot(`
      "retail.yaml:2:7  warning  spec/name
        The name is short.
        2 │ name: retail
          │       ^^^^^^

      retail.yaml:4:12  error  filter/unknown-column
        There is no column \`sumary.total\`.
        4 │   - where: sumary.total > 0
          │            ^^^^^^^^^^^^
        hint: did you mean \`summary.total\`?

      1 error, 1 warning in retail.yaml
      "
    `);
  });

  test("puts the caret under wide characters, tabs and joined emoji where a terminal draws them", () => {
    const text = "a:\t日本 👩‍👩‍👧 x: oops";
    expect(show(text, finding(text, "oops"))).toMatchInlineSnapshot(`
      "retail.yaml:1:19  error  filter/unknown-column
        There is no column \`oops\`.
        1 │ a:  日本 👩‍👩‍👧 x: oops
          │                ^^^^

      1 error in retail.yaml
      "
    `);
    expect(show("x: 日本\n", finding("x: 日本\n", "日本")).split("\n")[3]).toBe("    │    ^^^^");
  });

  test("cuts a long line around the place and keeps within the width", () => {
    const text = `x: ${"a".repeat(300)} oops ${"b".repeat(300)}`;
    const lines = show(text, finding(text, "oops")).split("\n");
    expect(lines[2]).toMatch(/^ {2}1 │ …a+ oops b+…$/);
    expect(lines[2]?.length).toBeLessThanOrEqual(80);
    expect(lines[2]?.slice(lines[3]?.indexOf("^"), (lines[3]?.lastIndexOf("^") ?? 0) + 1)).toBe("oops");
  });

  test("marks the first line of a range over several, and an empty range or the end of the file with one caret", () => {
    const text = "nodes:\r\n  - id: a\r\n    type: b\r\n";
    const whole = { ...at(text, "- id"), to: text.length };
    expect(
      show(text, finding(text, "- id", { at: whole }))
        .split("\n")
        .slice(2, 4),
    ).toEqual(["  2 │   - id: a", "    │   ^^^^^^^"]);
    const end = { file: "retail.yaml", pointer: "", from: text.length, to: text.length, line: 4, column: 1 };
    expect(show(text, finding(text, "nodes", { at: end })).split("\n")[3]).toBe("    │ ^");
  });

  test("spells out what would steer the terminal", () => {
    const text = "name: \u001b[31mred";
    expect(show(text, finding(text, "\u001b[31mred"))).not.toContain("\u001b");
    expect(show(text, finding(text, "\u001b[31mred"))).toContain("\\u001b[31mred");
  });

  test("colour changes nothing but colour, and a file that is gone costs only its snippet", () => {
    const text = "name: retail";
    const found = [finding(text, "retail")];
    const coloured = printDiagnostics(found, () => text, { colour: true, width: 80 });
    expect(coloured).toContain("\u001b[");
    expect(stripVTControlCharacters(coloured)).toBe(show(text, ...found));
    expect(printDiagnostics(found, () => undefined, plain)).not.toContain("│");
  });

  test("is one JSON event a line for machines", () => {
    const text = "name: retail";
    const line = diagnosticLines([finding(text, "retail")]);
    expect(line.endsWith("}\n")).toBe(true);
    expect(JSON.parse(line)).toMatchObject({ event: "diagnostic", code: "filter/unknown-column", at: { line: 1, column: 7 } });
  });
});

test("a problem of the environment says what is missing and what mends it", () => {
  const problem = new EnvironmentProblem(
    "python/no-venv",
    "Python 3.11 has no venv module.",
    "sudo apt-get install python3-venv",
  );
  expect(printProblem(problem, plain)).toMatchInlineSnapshot(`
    "error  python/no-venv
      Python 3.11 has no venv module.
      to mend it: sudo apt-get install python3-venv
    "
  `);
  expect(JSON.parse(problemLine(problem))).toEqual({
    event: "problem",
    code: "python/no-venv",
    message: "Python 3.11 has no venv module.",
    hint: "sudo apt-get install python3-venv",
  });
});

test("a plan is a table with a sign for each action", () => {
  const change = (
    action: "create" | "update" | "keep" | "refuse",
    kind: "topic" | "index" | "validator",
    name: string,
    detail: string,
  ) => ({ event: "change", action, kind, name, detail }) as const;
  expect(
    printChanges(
      [
        change("create", "topic", "retail.transactions", "2 partitions, keeps 7d"),
        change("update", "validator", "sales", "adds `store_id`"),
        change("keep", "index", "sales.store_id_1", ""),
        change("refuse", "topic", "retail.dead-letters", "3 partitions cannot become 2 without losing records"),
      ],
      plain,
    ),
  ).toMatchInlineSnapshot(`
    "+ create  topic       retail.transactions  2 partitions, keeps 7d
    ~ update  validator   sales                adds \`store_id\`
    = keep    index       sales.store_id_1
    ! refuse  topic       retail.dead-letters  3 partitions cannot become 2 without losing records

    1 to create, 1 to update, 1 to keep, 1 to refuse
    "
  `);
  expect(printChanges([], plain)).toBe("nothing to change\n");
});

test("paint leaves text alone without colour", () => {
  expect(paint(plain, "red", "x")).toBe("x");
});
