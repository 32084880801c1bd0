import type { ColumnType } from "../column-type.ts";
import type { FunctionEntry } from "./functions/entry.ts";
import type { ArithmeticOperator, Branch, CompareOperator, LogicOperator, Span } from "./tree.ts";

/** What every checked node knows. `nullable`: may be null although nothing in it failed. */
export interface TypedBase extends Span {
  type: ColumnType;
  nullable: boolean;
}

/**
 * A literal's value by its type: `number` for int and double, `bigint` for long, `string` for string, decimal (its digits),
 * date (`YYYY-MM-DD`) and timestamp (ISO 8601 in UTC, ending in `Z`).
 */
export type TypedLiteral = TypedBase & { kind: "literal"; value: null | boolean | number | bigint | string };

/** A function call whose arguments fit the entry's parameters exactly. */
export type TypedCall = TypedBase & { kind: "call"; entry: FunctionEntry; args: TypedExpression[] };

/** A checked expression: names resolved, every type known, every conversion an explicit `cast` node. */
export type TypedExpression =
  | TypedLiteral
  | TypedCall
  | (TypedBase &
      (
        | { kind: "column"; path: string[] }
        | { kind: "field"; base: TypedExpression; name: string }
        | { kind: "index"; base: TypedExpression; index: TypedExpression }
        | { kind: "negate"; operand: TypedExpression }
        | { kind: "not"; operand: TypedExpression }
        | { kind: "arithmetic"; op: ArithmeticOperator; left: TypedExpression; right: TypedExpression }
        | { kind: "compare"; op: CompareOperator; left: TypedExpression; right: TypedExpression }
        | { kind: "logic"; op: LogicOperator; left: TypedExpression; right: TypedExpression }
        | { kind: "in"; negated: boolean; operand: TypedExpression; items: TypedExpression[] }
        | { kind: "between"; negated: boolean; operand: TypedExpression; low: TypedExpression; high: TypedExpression }
        | { kind: "like"; negated: boolean; operand: TypedExpression; pattern: string }
        | { kind: "is-null"; negated: boolean; operand: TypedExpression }
        | { kind: "case"; subject?: TypedExpression; branches: Branch<TypedExpression>[]; otherwise?: TypedExpression }
        /** The element that the function around it is given. */
        | { kind: "variable"; name: string }
        /** The function itself; its type is that of its body. */
        | { kind: "lambda"; variable: string; body: TypedExpression }
        /** `implicit`: put in by the checker, always a widening that cannot fail. */
        | { kind: "cast"; operand: TypedExpression; implicit: boolean }
      ));

/** The nodes directly below, in the order of evaluation. */
export function typedChildren(node: TypedExpression): TypedExpression[] {
  switch (node.kind) {
    case "literal":
    case "column":
    case "variable":
      return [];
    case "field":
      return [node.base];
    case "index":
      return [node.base, node.index];
    case "negate":
    case "not":
    case "is-null":
    case "cast":
    case "like":
      return [node.operand];
    case "arithmetic":
    case "compare":
    case "logic":
      return [node.left, node.right];
    case "in":
      return [node.operand, ...node.items];
    case "between":
      return [node.operand, node.low, node.high];
    case "case":
      return [
        ...(node.subject === undefined ? [] : [node.subject]),
        ...node.branches.flatMap((branch) => [branch.when, branch.value]),
        ...(node.otherwise === undefined ? [] : [node.otherwise]),
      ];
    case "call":
      return node.args;
    case "lambda":
      return [node.body];
  }
}

/** The arguments of every aggregate function in the tree: row expressions, evaluated before anything is aggregated. */
export function aggregateArguments(typed: TypedExpression): TypedExpression[] {
  if (typed.kind === "call" && typed.entry.aggregate) return typed.args;
  return typedChildren(typed).flatMap(aggregateArguments);
}

/** The paths of the columns that the tree reads, each once. */
export function columnsIn(typed: TypedExpression): string[][] {
  const found = new Map<string, string[]>();
  const visit = (node: TypedExpression) => {
    if (node.kind === "column") found.set(JSON.stringify(node.path), node.path);
    typedChildren(node).forEach(visit);
  };
  visit(typed);
  return [...found.values()];
}
