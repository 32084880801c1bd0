import type { Document } from "../document.ts";
import { flowText, narrowed } from "../testing/flow.ts";
import type { TestFailure, TestResult } from "../testing/run-tests.ts";
import { type Paper, paint, printable } from "./print.ts";

const MOST_ROWS = 20;

/** A test for people: its name, and where it failed what is missing and what came instead. */
export function printTest(result: TestResult, document: Document, paper: Paper): string {
  if (result.notRun !== undefined) {
    const sign = paint(paper, ["yellow", "bold"], "– not run");
    return `${sign}  ${printable(result.name)}\n    ${printable(result.notRun)}`;
  }
  const passed = result.failures.length === 0;
  const sign = passed ? paint(paper, "green", "✓ passed") : paint(paper, ["red", "bold"], "✗ failed");
  const lines = [`${sign}  ${printable(result.name)}`];
  for (const failure of result.failures) {
    const { file, line, column } = document.locate(failure.pointer, { on: "key" });
    const batch = failure.batch === undefined ? "" : `, batch ${failure.batch}`;
    lines.push(
      `    ${paint(paper, "bold", failure.stream)}${batch}: ${failure.message}  ${paint(paper, "dim", `${file}:${line}:${column}`)}`,
      ...rows(failure, paper),
    );
  }
  return lines.join("\n");
}

function rows({ missing, unexpected }: TestFailure, paper: Paper): string[] {
  const shown = (sign: "-" | "+", style: "red" | "green", list: readonly unknown[]) => [
    ...list.slice(0, MOST_ROWS).map((row) => paint(paper, style, `      ${sign} ${printable(flowText(row))}`)),
    ...(list.length > MOST_ROWS ? [paint(paper, "dim", `      … ${list.length - MOST_ROWS} more`)] : []),
  ];
  const asked = new Set(missing.flatMap((row) => Object.keys(row as object)));
  const came = unexpected.map((row) => narrowed(row as object, asked));
  const lines = [...shown("-", "red", missing), ...shown("+", "green", came)];
  return lines.length === 0 ? [] : [...lines, ...nearMiss(missing, unexpected, paper)];
}

/** Where one row came in place of another, the columns in which they differ. */
function nearMiss(missing: readonly unknown[], unexpected: readonly unknown[], paper: Paper): string[] {
  if (missing.length !== 1 || unexpected.length !== 1) return [];
  const [expected, came] = [missing[0] as Record<string, unknown>, unexpected[0] as Record<string, unknown>];
  const differing = Object.keys(expected).filter((name) => JSON.stringify(expected[name]) !== JSON.stringify(came[name]));
  if (differing.length === 0 || differing.length === Object.keys(expected).length) return [];
  const told = differing.map((name) => `\`${name}\` is ${flowText(came[name])}, not ${flowText(expected[name])}`);
  return [paint(paper, "dim", `      ${printable(told.join("; "))}`)];
}
