import { sparkName, sparkType } from "../../src/column-type.ts";
import type { Example } from "../../src/expression/functions/entry.ts";
import {
  checkExpression,
  EXAMPLE_COLUMNS,
  FUNCTIONS,
  parseExpression,
  printFailed,
  printValue,
} from "../../src/expression/index.ts";
import { OPERATOR_EXAMPLES } from "../../src/expression/parity-cases.ts";

/** One expression as Spark is to run it, with what must come of it. */
export interface ExpressionCase {
  /** The function whose example it is, or `operator`. */
  of: string;
  text: string;
  aggregate: boolean;
  value: string;
  failed: string | null;
  rows: Record<string, unknown>[];
  expected: { value: unknown } | { failed: true };
}

/** Every example of every function, and every operator at its edges, printed for Spark. `columns` is the DDL of the rows. */
export function expressionCases(): { columns: string; cases: ExpressionCase[] } {
  const columns = EXAMPLE_COLUMNS.map(({ name, type }) => `${sparkName(name)} ${sparkType(type)}`).join(", ");
  const examples = FUNCTIONS.flatMap((entry) => entry.examples.map((example) => ({ of: entry.name, example })));
  const operators = OPERATOR_EXAMPLES.map((example) => ({ of: "operator", example }));
  return { columns, cases: [...examples, ...operators].map(({ of, example }) => printed(of, example)) };
}

function printed(of: string, { text, row, rows, value, failed }: Example): ExpressionCase {
  const { expression, mistakes } = parseExpression(text);
  const mode = rows === undefined ? "row" : "aggregate";
  const checked = expression && checkExpression(expression, EXAMPLE_COLUMNS, { mode });
  if (checked?.typed === undefined) throw new Error(`${text}: ${JSON.stringify(checked?.mistakes ?? mistakes)}`);
  return {
    of,
    text,
    aggregate: rows !== undefined,
    value: printValue(checked.typed),
    failed: printFailed(checked.typed) ?? null,
    rows: rows ?? [row ?? {}],
    expected: failed ? { failed } : { value: value ?? null },
  };
}
