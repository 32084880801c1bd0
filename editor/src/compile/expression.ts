import { type Column, checkExpression, containsAggregate, parseExpression, showType } from "@pipeline-engine/engine/core";

/** What is known of an expression by itself, while it is typed. Offsets count in its own text. */
export interface ExpressionAnswer {
  text: string;
  /** In the notation of a spec; absent where a mistake leaves it open. */
  type?: string;
  mistakes: { message: string; hint?: string; from: number; to: number }[];
}

/** Reads and types an expression over columns. Whether it may aggregate where it stands is for the compiler to say. */
export function answerOf(text: string, columns: readonly Column[]): ExpressionAnswer {
  const { expression, mistakes } = parseExpression(text);
  if (expression === undefined) return { text, mistakes };
  const mode = containsAggregate(expression) ? "aggregate" : "row";
  const { typed, mistakes: wrong } = checkExpression(expression, columns, { mode });
  return { text, ...(typed && { type: showType(typed.type) }), mistakes: wrong };
}
