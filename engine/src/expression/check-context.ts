import type { Column, ColumnType } from "../column-type.ts";
import type { Mistake, Span } from "./tree.ts";
import type { TypedExpression } from "./typed.ts";

/** An element of a list by the name that the user gives it, and by the one that stands in its place in SQL. */
export interface Variable {
  name: string;
  slot: string;
  type: ColumnType;
}

/** What the checker carries down the tree. `inside`: the aggregate function whose argument is being checked. */
export interface CheckContext {
  columns: readonly Column[];
  mode: "row" | "aggregate";
  mistakes: Mistake[];
  inside?: string;
  /** The rows that the aggregate functions work on: those for which it is true. */
  where?: TypedExpression;
  /** The elements that the functions around hold, outermost first. */
  variables?: readonly Variable[];
}

/** The codes of the mistakes that checking can find. */
export type CheckCode =
  | "unknown-column"
  | "unknown-function"
  | "type-mismatch"
  | "wrong-arity"
  | "aggregate-not-allowed"
  | "nested-aggregate"
  | "misplaced-where"
  | "column-outside-aggregate"
  | "literal-expected"
  | "invalid-literal"
  | "invalid-cast"
  | "null-comparison"
  | "unprintable-name";

/** Notes a mistake; the result stands for the node that has no type. */
export function mistaken(
  { mistakes }: CheckContext,
  { from, to }: Span,
  code: CheckCode,
  message: string,
  hint?: string,
): undefined {
  mistakes.push({ code: `expression/${code}`, message, ...(hint === undefined ? {} : { hint }), from, to });
  return undefined;
}
