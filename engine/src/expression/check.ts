import type { Column } from "../column-type.ts";
import { checkCall } from "./check-call.ts";
import { checkCase, checkCast } from "./check-choice.ts";
import { type CheckContext, mistaken } from "./check-context.ts";
import {
  checkArithmetic,
  checkBetween,
  checkCompare,
  checkIn,
  checkIsNull,
  checkLike,
  checkLogic,
  checkNegate,
  checkNot,
} from "./check-operators.ts";
import { checkField, checkIndex, checkName } from "./check-path.ts";
import { checkWhere } from "./check-where.ts";
import { typeLiteral } from "./literals.ts";
import { showExpression } from "./show.ts";
import type { Expression, Mistake } from "./tree.ts";
import type { TypedExpression } from "./typed.ts";

/**
 * Resolves names and types. In mode `row` the columns are those of the row; in mode `aggregate` they may stand only inside
 * aggregate functions. `typed` is there exactly when `mistakes` is empty.
 */
export function checkExpression(
  expression: Expression,
  columns: readonly Column[],
  { mode }: { mode: "row" | "aggregate" },
): { typed?: TypedExpression; mistakes: Mistake[] } {
  const context: CheckContext = { columns, mode, mistakes: [] };
  const typed = check(expression, context);
  const mistakes = context.mistakes.sort((a, b) => a.from - b.from);
  return typed === undefined || mistakes.length > 0 ? { mistakes } : { typed, mistakes };
}

/** Checks one node and all below; undefined where a mistake (already noted) leaves it without a type. */
export function check(node: Expression, context: CheckContext): TypedExpression | undefined {
  switch (node.kind) {
    case "literal": {
      const typed = typeLiteral(node.literal, node);
      return "mistake" in typed ? mistaken(context, node, "invalid-literal", typed.mistake, typed.hint) : typed;
    }
    case "name":
      return checkName(node, context);
    case "field":
      return checkField(node, context);
    case "index":
      return checkIndex(node, context);
    case "negate":
      return checkNegate(node, context);
    case "not":
      return checkNot(node, context);
    case "arithmetic":
      return checkArithmetic(node, context);
    case "compare":
      return checkCompare(node, context);
    case "logic":
      return checkLogic(node, context);
    case "in":
      return checkIn(node, context);
    case "between":
      return checkBetween(node, context);
    case "like":
      return checkLike(node, context);
    case "is-null":
      return checkIsNull(node, context);
    case "case":
      return checkCase(node, context);
    case "cast":
      return checkCast(node, context);
    case "call":
      return checkCall(node, context);
    case "where":
      return checkWhere(node, context);
    case "lambda":
      return mistaken(
        context,
        node,
        "type-mismatch",
        `\`${showExpression(node)}\` is a function of an element, which is taken only by \`transform\`, \`filter\`, \`exists\` and \`forall\`.`,
      );
  }
}
