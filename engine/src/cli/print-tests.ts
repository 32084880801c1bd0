import { stringify } from "yaml";
import type { Document } from "../document.ts";
import type { TestFailure, TestResult } from "../testing/run-tests.ts";
import { type Paper, paint, printable } from "./print.ts";

const MOST_ROWS = 20;

/** A test for people: its name, and where it failed what is missing and what came instead. */
export function printTest(result: TestResult, document: Document, paper: Paper): string {
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
    ...list.slice(0, MOST_ROWS).map((row) => paint(paper, style, `      ${sign} ${printable(flow(row))}`)),
    ...(list.length > MOST_ROWS ? [paint(paper, "dim", `      … ${list.length - MOST_ROWS} more`)] : []),
  ];
  const lines = [
    ...shown("-", "red", missing),
    ...shown(
      "+",
      "green",
      unexpected.map((row) => narrowed(row, missing)),
    ),
  ];
  return lines.length === 0 ? [] : [...lines, ...nearMiss(missing, unexpected, paper)];
}

/** The columns that were asked for; all of them where no row is missing. */
function narrowed(row: unknown, missing: readonly unknown[]): unknown {
  const named = new Set(missing.flatMap((expected) => Object.keys(expected as object)));
  if (named.size === 0) return row;
  const columns = Object.entries(row as object).filter(([name]) => named.has(name));
  return columns.length === 0 ? row : Object.fromEntries(columns);
}

/** Where one row came in place of another, the columns in which they differ. */
function nearMiss(missing: readonly unknown[], unexpected: readonly unknown[], paper: Paper): string[] {
  if (missing.length !== 1 || unexpected.length !== 1) return [];
  const [expected, came] = [missing[0] as Record<string, unknown>, unexpected[0] as Record<string, unknown>];
  const differing = Object.keys(expected).filter((name) => JSON.stringify(expected[name]) !== JSON.stringify(came[name]));
  if (differing.length === 0 || differing.length === Object.keys(expected).length) return [];
  const told = differing.map((name) => `\`${name}\` is ${flow(came[name])}, not ${flow(expected[name])}`);
  return [paint(paper, "dim", `      ${printable(told.join("; "))}`)];
}

function flow(value: unknown): string {
  return stringify(value ?? null, { collectionStyle: "flow", flowCollectionPadding: true, lineWidth: 0 }).trimEnd();
}
