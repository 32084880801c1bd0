import { compile, type Refusal, refusals } from "./evaluate.ts";
import type { TypedExpression } from "./typed.ts";
import { type Evaluated, isFailure, newRow, type Row, type Value } from "./values/value.ts";

/** What became of an expression for a row or group: its value, or why it failed and where in the expression's text. */
export type Outcome = { value: Value } | { failed: string; from: number; to: number };

/** An expression ready to be evaluated, or the calls for which that is refused because the result might not be Spark's. */
export type Prepared<Input> = { evaluate: (input: Input) => Outcome } | { refused: Refusal[] };

/** Prepares an expression of mode `row`. The outcome for a row is exactly what Spark makes of `printValue` and `printFailed`. */
export function prepareRow(typed: TypedExpression): Prepared<Row> {
  const refused = refusals(typed);
  if (refused.length > 0) return { refused };
  const run = compile(typed);
  return { evaluate: (row) => outcome(run(row, [])) };
}

/** Prepares an expression of mode `aggregate`, which is evaluated over the rows of a group in the order of their arrival. */
export function prepareGroup(typed: TypedExpression): Prepared<readonly Row[]> {
  const refused = refusals(typed);
  if (refused.length > 0) return { refused };
  const run = compile(typed);
  return { evaluate: (rows) => outcome(run(newRow(), rows)) };
}

function outcome(value: Evaluated): Outcome {
  return isFailure(value) ? { failed: value.reason, from: value.from, to: value.to } : { value };
}
