import { functionNamed } from "./functions/index.ts";
import { children, type Expression } from "./tree.ts";

/** The paths of the columns that the expression reads, each once, in the order of the text; of `items[0].price` it is `items`. */
export function columnsUsed(expression: Expression): string[][] {
  const found = new Map<string, string[]>();
  const visit = (node: Expression, bound: readonly string[] = []) => {
    if (node.kind === "lambda") {
      visit(node.body, [...bound, node.parameter.name]);
      return;
    }
    if (node.kind === "name" && !bound.includes(node.path[0]?.name ?? "")) {
      const path = node.path.map((step) => step.name);
      found.set(JSON.stringify(path), path);
    }
    for (const child of children(node)) visit(child, bound);
  };
  visit(expression);
  return [...found.values()];
}

/** True when an aggregate function stands anywhere in the expression. */
export function containsAggregate(expression: Expression): boolean {
  if (expression.kind === "call" && functionNamed(expression.name.name)?.aggregate) return true;
  return children(expression).some(containsAggregate);
}
