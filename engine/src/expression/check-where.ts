import { showType } from "../column-type.ts";
import { check } from "./check.ts";
import { type CheckContext, mistaken } from "./check-context.ts";
import type { FunctionEntry } from "./functions/entry.ts";
import { containsAggregate } from "./inspect.ts";
import type { Expression } from "./tree.ts";
import type { TypedExpression } from "./typed.ts";

type Where = Extract<Expression, { kind: "where" }>;

/** Checks a measure with a condition, which is asked of every row before the aggregate functions of the measure see it. */
export function checkWhere(node: Where, context: CheckContext): TypedExpression | undefined {
  const misplaced = misplacement(node, context);
  if (misplaced !== undefined) return mistaken(context, node, "misplaced-where", misplaced.message, misplaced.hint);
  const where = checkCondition(node.condition, context);
  const typed = check(node.measure, where === undefined ? context : { ...context, where });
  return where === undefined ? undefined : typed;
}

function misplacement({ measure }: Where, context: CheckContext): { message: string; hint: string } | undefined {
  const chooses = "`where` chooses the rows of an aggregate function";
  if (context.mode === "row") {
    return { message: `${chooses}, but here there is one row.`, hint: "use it in a node of type `transform.aggregate`" };
  }
  if (context.where !== undefined) {
    return { message: "One `where` stands inside of another.", hint: "write one, and join the conditions by `and`" };
  }
  if (context.inside !== undefined) {
    const hint = "write it behind the function, for example `sum(total) where total > 0`";
    return { message: `${chooses}, but here it stands inside of \`${context.inside}\`.`, hint };
  }
  if (containsAggregate(measure)) return undefined;
  return { message: `${chooses}, and there is none before it.`, hint: "write for example `count(*) where total > 0`" };
}

function checkCondition(condition: Expression, context: CheckContext): TypedExpression | undefined {
  const where = check(condition, { ...context, inside: "where" });
  if (where === undefined || where.type.kind === "boolean" || where.type.kind === "null") return where;
  const message = `What stands behind \`where\` must be true or false, but this is of type ${showType(where.type)}.`;
  return mistaken(context, condition, "type-mismatch", message, "compare it with something, for example `> 0`");
}

/** The arguments of an aggregate function as a condition chooses its rows: null, which it leaves out, in all others. */
export function chosen(entry: FunctionEntry, args: readonly TypedExpression[], where: TypedExpression): TypedExpression[] {
  const { from, to } = where;
  // `count(*)` has no argument of its own.
  const given: TypedExpression[] =
    args.length > 0 ? [...args] : [{ kind: "literal", value: true, type: { kind: "boolean" }, nullable: false, from, to }];
  const wrapped = given.map((arg, at): TypedExpression => {
    if (entry.parameters[at]?.literal) return arg;
    return { kind: "case", branches: [{ when: where, value: arg }], type: arg.type, nullable: true, from: arg.from, to: arg.to };
  });
  return entry.keepsNulls ? [...wrapped, where] : wrapped;
}
