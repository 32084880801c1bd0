import { describe, expect, it } from "vitest";
import type { ColumnType } from "../column-type.ts";
import {
  aggregateArguments,
  checkExpression,
  columnsUsed,
  EXAMPLE_COLUMNS,
  parseExpression,
  prepareGroup,
  printFailed,
  printValue,
  type Row,
  readPlain,
  toPlain,
} from "./index.ts";
import { showExpression } from "./show.ts";

const ROW: ColumnType = { kind: "struct", fields: [...EXAMPLE_COLUMNS] };

function checked(text: string, mode: "row" | "aggregate" = "aggregate") {
  const { expression, mistakes } = parseExpression(text);
  return expression === undefined ? { mistakes } : checkExpression(expression, EXAMPLE_COLUMNS, { mode });
}

function typed(text: string) {
  const { typed, mistakes } = checked(text);
  if (typed === undefined) throw new Error(JSON.stringify(mistakes));
  return typed;
}

/** The plain value over rows, or why it failed. */
function evaluated(text: string, rows: Record<string, unknown>[]): unknown {
  const tree = typed(text);
  const prepared = prepareGroup(tree);
  if ("refused" in prepared) throw new Error(JSON.stringify(prepared.refused));
  const read = rows.map((plain) => {
    const row = readPlain(ROW, plain);
    if ("mistake" in row) throw new Error(row.mistake);
    return row.value as Row;
  });
  const outcome = prepared.evaluate(read);
  return "failed" in outcome ? `failed: ${outcome.failed}` : toPlain(tree.type, outcome.value);
}

describe("a condition for a measure", () => {
  it.each(["count(*) where s = 'a' or b", "(sum(i) where b) / count(*)", "round(sum(d) where b, 2)"])(
    "is shown as it means: %s",
    (text) => {
      const { expression } = parseExpression(text);
      const shown = expression && showExpression(expression);
      expect(shown && parseExpression(shown).mistakes).toEqual([]);
      expect(shown && printValue(typed(shown))).toBe(printValue(typed(text)));
    },
  );

  it("reads its columns too", () => {
    const { expression } = parseExpression("sum(i) where s = 'a'");
    expect(expression && columnsUsed(expression)).toEqual([["i"], ["s"]]);
  });

  it.each([
    ["count(*) where b", "count(CASE WHEN `b` THEN true END)"],
    ["max_by(s, i) where b", "max_by(CASE WHEN `b` THEN `s` END, CASE WHEN `b` THEN `i` END)"],
    ["percentile_approx(d, 0.5) where b", "percentile_approx(CASE WHEN `b` THEN `d` END, 0.5D, 10000)"],
    ["first(i) where b", "first(CASE WHEN `b` THEN struct(CASE WHEN `b` THEN `i` END AS v) END, true).v"],
  ])("leaves the other rows out: %s", (text, sql) => {
    expect(printValue(typed(text))).toBe(sql);
  });

  it("holds for all aggregates of its measure, and for those of its parentheses alone", () => {
    const rows = [
      { i: 1, d: 2, b: true },
      { i: 4, d: 8, b: false },
      { i: 16, d: 32, b: null },
    ];
    expect(evaluated("sum(i) + sum(d) where b", rows)).toBe(3);
    expect(evaluated("(sum(i) where b) + sum(d)", rows)).toBe(43);
    expect(evaluated("(sum(i) where b) + (sum(d) where not b)", rows)).toBe(9);
  });

  it("gives of no rows what the function gives of none", () => {
    const rows = [{ i: 1, s: "a" }];
    const values = ["count(*)", "sum(i)", "collect_set(s)", "first(s)"].map((measure) =>
      evaluated(`${measure} where i = 2`, rows),
    );
    expect(values).toEqual([0, null, [], null]);
  });

  it("fails where the condition does, and not on a row that it leaves out", () => {
    const rows = [
      { i: 0, d: 1 },
      { i: 2, d: 3 },
    ];
    for (const measure of ["sum(6 / i)", "max_by(6 / i, d)", "max_by(d, 6 / i)", "corr(d, 6 / i)", "first(6 / i)"]) {
      expect(evaluated(measure, rows), measure).toContain("failed");
      expect(String(evaluated(`${measure} where i > 0`, rows)), measure).not.toContain("failed");
    }
    expect(evaluated("count(*) where 6 / i > 1", rows)).toContain("failed");
  });

  it("is known to Spark as what refuses a row", () => {
    const refusing = (text: string) => aggregateArguments(typed(text)).map(printFailed);
    expect(refusing("sum(i) where b")).toEqual([undefined]);
    expect(refusing("max_by(6 / i, d) where b")[0]).toMatch(/^CASE WHEN `b` THEN .* IS NULL ELSE false END$/);
    expect(refusing("count(*) where 6 / i > 1")[0]).toContain("IS NULL THEN true");
  });

  it.each([
    ["1 where b", "expression/misplaced-where", "there is none before it"],
    ["sum(i where b)", "expression/misplaced-where", "inside of `sum`"],
    ["sum((count(*) where b))", "expression/misplaced-where", "inside of `sum`"],
    ["(count(*) where b) where b", "expression/misplaced-where", "inside of another"],
    ["count(*) where i", "expression/type-mismatch", "of type int"],
    ["count(*) where sum(i) > 1", "expression/nested-aggregate", "inside of `where`"],
    ["count(*) where nothing > 1", "expression/unknown-column", "no column `nothing`"],
    ["sum(s) where b", "expression/type-mismatch", "sum"],
    ["count(*) where b where b", "expression/syntax", "found `where`"],
  ])("is one mistake elsewhere: %s", (text, code, message) => {
    const { mistakes } = checked(text);
    expect(mistakes.map((mistake) => mistake.code)).toEqual([code]);
    expect(mistakes[0]?.message).toContain(message);
  });

  it("belongs to no single row", () => {
    expect(checked("count(*) where b", "row").mistakes.map(({ code }) => code)).toEqual(["expression/misplaced-where"]);
  });
});
