import { describe, expect, it } from "vitest";
import type { ColumnType } from "../column-type.ts";
import type { Example } from "./functions/entry.ts";
import {
  checkExpression,
  EXAMPLE_COLUMNS,
  FUNCTIONS,
  type Outcome,
  parseExpression,
  prepareGroup,
  prepareRow,
  type Row,
  readPlain,
  type TypedExpression,
  toPlain,
} from "./index.ts";
import { OPERATOR_EXAMPLES } from "./parity-cases.ts";

const ROW: ColumnType = { kind: "struct", fields: [...EXAMPLE_COLUMNS] };

function typed(text: string, mode: "row" | "aggregate" = "row"): TypedExpression {
  const { expression, mistakes } = parseExpression(text);
  const checked = expression && checkExpression(expression, EXAMPLE_COLUMNS, { mode });
  if (checked?.typed === undefined) throw new Error(`${text}: ${JSON.stringify(checked?.mistakes ?? mistakes)}`);
  return checked.typed;
}

function row(plain: Record<string, unknown> = {}): Row {
  const read = readPlain(ROW, plain);
  if ("mistake" in read) throw new Error(`${read.path}: ${read.mistake}`);
  return read.value as Row;
}

function outcome(text: string, plain: Record<string, unknown> = {}): Outcome {
  const prepared = prepareRow(typed(text));
  if ("refused" in prepared) throw new Error(JSON.stringify(prepared.refused));
  return prepared.evaluate(row(plain));
}

function outcomeOf(example: Example): { type: ColumnType; outcome: Outcome } | undefined {
  const tree = typed(example.text, example.rows === undefined ? "row" : "aggregate");
  if (example.rows === undefined) {
    const prepared = prepareRow(tree);
    return "refused" in prepared ? undefined : { type: tree.type, outcome: prepared.evaluate(row(example.row)) };
  }
  const prepared = prepareGroup(tree);
  return "refused" in prepared ? undefined : { type: tree.type, outcome: prepared.evaluate(example.rows.map(row)) };
}

/** A decimal and a large long are text where an example has a number. */
function likeExample(plain: unknown, wanted: unknown): unknown {
  return typeof wanted === "number" && typeof plain === "string" ? Number(plain) : plain;
}

describe("the evaluator", () => {
  const examples = [
    ...FUNCTIONS.flatMap((entry) => entry.examples.map((example) => ({ of: entry.name, ...example }))),
    ...OPERATOR_EXAMPLES.map((example) => ({ of: "operator", ...example })),
  ];

  it.each(examples)("agrees with the example of $of: $text", (example) => {
    const found = outcomeOf(example);
    if (found === undefined) return;
    if (example.failed) expect(found.outcome).toHaveProperty("failed");
    else {
      expect(found.outcome).toHaveProperty("value");
      if (!("value" in found.outcome)) return;
      const wanted = example.value ?? null;
      const plain = likeExample(toPlain(found.type, found.outcome.value), wanted);
      if (typeof wanted === "number") expect(plain).toBeCloseTo(wanted, 10);
      else expect(plain).toEqual(wanted);
    }
  });

  it("says why and where an expression failed", () => {
    expect(outcome("1 + i / 0", { i: 3 })).toEqual({ failed: "the divisor is 0", from: 4, to: 9 });
    expect(outcome("cast(s as int)", { s: "x1" })).toEqual({ failed: "`x1` cannot be cast to int", from: 0, to: 14 });
  });

  it("refuses what it could only approximate", () => {
    expect(prepareRow(typed("regexp_like(s, '(a)\\1')"))).toEqual({
      refused: [{ name: "regexp_like", reason: "it refers back to a group", from: 0, to: 23 }],
    });
  });
});

describe("what would end a query or change a text", () => {
  it.each([
    ["local_date(ts, 'europe/berlin')", "did you mean `Europe/Berlin`?"],
    ["from_utc_timestamp(ts, 'Europe/Berln')", "did you mean `Europe/Berlin`?"],
    ["regexp_replace(s, 'x*', '-')", "write `+` in place of `*`"],
    ["date_format(ts, 'YYYY')", undefined],
    ["instr(s, 'a')", "here it is called `position`"],
    ["uper(s)", "did you mean `upper`?"],
  ])("is a mistake: %s", (text, hint) => {
    const { expression } = parseExpression(text);
    const { mistakes } = (expression && checkExpression(expression, EXAMPLE_COLUMNS, { mode: "row" })) ?? { mistakes: [] };
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]?.hint).toBe(hint);
  });
});
