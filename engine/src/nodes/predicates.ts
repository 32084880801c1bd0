import { printFailed, showType } from "../expression/index.ts";
import type { NodeContext, TypedExpression } from "./node-kind.ts";

/** The user's predicate at a path; undefined where it has mistakes or is neither true nor false, which is reported. `subject`: what the message calls it. */
export function predicateAt<Config>(
  { inputs, expression, report }: NodeContext<Config>,
  path: (string | number)[],
  { code, subject }: { code: string; subject: string },
): TypedExpression | undefined {
  const typed = expression(path, inputs[0]?.columns ?? [], "row");
  if (typed === undefined || typed.type.kind === "boolean" || typed.type.kind === "null") return typed;
  report(path, {
    code,
    message: `${subject} must be true or false, but this expression is of type ${showType(typed.type)}.`,
    hint: "compare it with something, for example `> 0`",
  });
  return undefined;
}

/** Name → the predicate that the expression of that name failed, for those that can. */
export function failures(named: readonly (readonly [string, TypedExpression | undefined])[]): Record<string, string> {
  return Object.fromEntries(
    named.flatMap(([name, typed]) => {
      const failed = typed && printFailed(typed);
      return failed === undefined ? [] : [[name, failed]];
    }),
  );
}
