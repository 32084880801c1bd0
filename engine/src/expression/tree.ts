/** A user's mistake inside one expression. `from` and `to` are UTF-16 offsets into the expression's text. */
export interface Mistake {
  /** A stable word pair such as `expression/unknown-column`. */
  code: string;
  /** A full sentence that quotes the user's value. */
  message: string;
  hint?: string;
  from: number;
  to: number;
}

/** Where a node stands: UTF-16 offsets into the expression's text, `to` exclusive. */
export interface Span {
  from: number;
  to: number;
}

/** One step of a dotted path, with its own place. */
export interface Step extends Span {
  name: string;
}

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";
export type CompareOperator = "=" | "!=" | "<" | "<=" | ">" | ">=";
export type LogicOperator = "and" | "or";

/** A literal as written: a number keeps its text, so that no digit is lost before its type is known. */
export type LiteralValue =
  | { of: "null" }
  | { of: "boolean"; value: boolean }
  | { of: "number"; text: string }
  | { of: "string"; value: string }
  | { of: "date" | "timestamp" | "decimal"; text: string };

/** One arm of a `case`. */
export interface Branch<Node> {
  when: Node;
  value: Node;
}

/** A parsed expression: what the user wrote, nothing resolved yet. */
export type Expression = Span &
  (
    | { kind: "literal"; literal: LiteralValue }
    | { kind: "name"; path: Step[] }
    | { kind: "field"; base: Expression; name: Step }
    | { kind: "index"; base: Expression; index: Expression }
    | { kind: "negate"; operand: Expression }
    | { kind: "not"; operand: Expression }
    | { kind: "arithmetic"; op: ArithmeticOperator; left: Expression; right: Expression }
    | { kind: "compare"; op: CompareOperator; left: Expression; right: Expression }
    | { kind: "logic"; op: LogicOperator; left: Expression; right: Expression }
    | { kind: "in"; negated: boolean; operand: Expression; items: Expression[] }
    | { kind: "between"; negated: boolean; operand: Expression; low: Expression; high: Expression }
    | { kind: "like"; negated: boolean; operand: Expression; pattern: Expression }
    | { kind: "is-null"; negated: boolean; operand: Expression }
    | { kind: "case"; subject?: Expression; branches: Branch<Expression>[]; otherwise?: Expression }
    | { kind: "cast"; operand: Expression; target: CastTarget }
    | { kind: "call"; name: Step; args: Expression[]; star: boolean }
    /** `count(*) where kind = 'refund'`: the aggregates of the measure work on the rows for which the condition is true. */
    | { kind: "where"; measure: Expression; condition: Expression }
    /** `x -> x > 0`, only as an argument. */
    | { kind: "lambda"; parameter: Step; body: Expression }
  );

/** The type after `as` in a cast, as written: a lower-case word and its numbers. */
export interface CastTarget extends Span {
  word: string;
  numbers: number[];
}

/** The nodes directly below, in the order of the text. */
export function children(node: Expression): Expression[] {
  switch (node.kind) {
    case "literal":
    case "name":
      return [];
    case "field":
      return [node.base];
    case "index":
      return [node.base, node.index];
    case "negate":
    case "not":
    case "is-null":
    case "cast":
      return [node.operand];
    case "arithmetic":
    case "compare":
    case "logic":
      return [node.left, node.right];
    case "in":
      return [node.operand, ...node.items];
    case "between":
      return [node.operand, node.low, node.high];
    case "like":
      return [node.operand, node.pattern];
    case "case":
      return [
        ...(node.subject === undefined ? [] : [node.subject]),
        ...node.branches.flatMap((branch) => [branch.when, branch.value]),
        ...(node.otherwise === undefined ? [] : [node.otherwise]),
      ];
    case "call":
      return node.args;
    case "where":
      return [node.measure, node.condition];
    case "lambda":
      return [node.body];
  }
}
