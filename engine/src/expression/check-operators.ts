import { type ColumnType, isNumeric, showType } from "../column-type.ts";
import { check } from "./check.ts";
import { type CheckContext, mistaken } from "./check-context.ts";
import { clashHint } from "./clash.ts";
import { coerce, coerceAll } from "./coerce.ts";
import { checkLike as checkLikePattern } from "./regex.ts";
import { showExpression } from "./show.ts";
import type { Expression, Span } from "./tree.ts";
import { arithmeticType, asDecimal, isScalar } from "./type-rules.ts";
import type { TypedExpression } from "./typed.ts";

type Node<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;
type Checking = TypedExpression | undefined;

/** The place alone. */
export function spanOf({ from, to }: Span): Span {
  return { from, to };
}

/** All children, or undefined when one of them has no type. */
export function all(nodes: readonly Expression[], context: CheckContext): TypedExpression[] | undefined {
  const typed = nodes.map((node) => check(node, context));
  const known = typed.filter((node) => node !== undefined);
  return known.length === typed.length ? known : undefined;
}

/** The node as a boolean; `null` counts as one. */
export function asBoolean(node: Expression, context: CheckContext): Checking {
  const typed = check(node, context);
  if (typed === undefined || typed.type.kind === "boolean" || typed.type.kind === "null")
    return typed && coerce(typed, { kind: "boolean" });
  return mistaken(
    context,
    node,
    "type-mismatch",
    `\`${showExpression(node)}\` is of type ${showType(typed.type)}, but a condition is needed.`,
    "compare it with something",
  );
}

/** Unary minus. */
export function checkNegate(node: Node<"negate">, context: CheckContext): Checking {
  const operand = check(node.operand, context);
  if (operand === undefined) return undefined;
  const typed = operand.type.kind === "null" ? coerce(operand, { kind: "int" }) : operand;
  if (!isNumeric(typed.type))
    return mistaken(
      context,
      node,
      "type-mismatch",
      `\`-\` takes a number, but \`${showExpression(node.operand)}\` is of type ${showType(operand.type)}.`,
    );
  return { kind: "negate", operand: typed, type: typed.type, nullable: typed.nullable, ...spanOf(node) };
}

/** `not`. */
export function checkNot(node: Node<"not">, context: CheckContext): Checking {
  const operand = asBoolean(node.operand, context);
  return operand && { kind: "not", operand, type: { kind: "boolean" }, nullable: operand.nullable, ...spanOf(node) };
}

/** `and` and `or`. */
export function checkLogic(node: Node<"logic">, context: CheckContext): Checking {
  const left = asBoolean(node.left, context);
  const right = asBoolean(node.right, context);
  if (left === undefined || right === undefined) return undefined;
  return {
    kind: "logic",
    op: node.op,
    left,
    right,
    type: { kind: "boolean" },
    nullable: left.nullable || right.nullable,
    ...spanOf(node),
  };
}

/** `+ - * / %`. */
export function checkArithmetic(node: Node<"arithmetic">, context: CheckContext): Checking {
  const pair = all([node.left, node.right], context);
  if (pair === undefined) return undefined;
  const other = pair.find((one) => one.type.kind !== "null")?.type ?? { kind: "int" };
  const [left, right] = pair.map((one) => (one.type.kind === "null" ? coerce(one, other) : one));
  if (left === undefined || right === undefined) return undefined;
  const type = arithmeticType(node.op, left.type, right.type);
  if (type === undefined)
    return mistaken(context, node, "type-mismatch", arithmeticMessage(node, left, right), arithmeticHint(node, left, right));
  const nullable = left.nullable || right.nullable;
  return {
    kind: "arithmetic",
    op: node.op,
    left: operandFor(left, type),
    right: operandFor(right, type),
    type,
    nullable,
    ...spanOf(node),
  };
}

/** Spark works out a decimal's digits from its operands', so those keep theirs; all other operands take the result's type. */
export function operandFor(node: TypedExpression, result: ColumnType): TypedExpression {
  return coerce(node, result.kind === "decimal" ? (asDecimal(node.type) ?? result) : result);
}

function arithmeticMessage(node: Node<"arithmetic">, left: TypedExpression, right: TypedExpression): string {
  return `\`${node.op}\` takes two numbers, but \`${showExpression(node)}\` has ${showType(left.type)} and ${showType(right.type)}.`;
}

function arithmeticHint(node: Node<"arithmetic">, left: TypedExpression, right: TypedExpression): string | undefined {
  const kinds = [left.type.kind, right.type.kind];
  if (kinds.includes("string"))
    return node.op === "+"
      ? "join texts with `concat(a, b)`, or read a number with `cast(… as double)`"
      : "read a number with `cast(… as double)`";
  if (kinds.includes("timestamp")) return "take the difference of `unix_seconds(…)`";
  return kinds.includes("date") ? "use `date_add(day, n)` or `date_diff(end, start)`" : undefined;
}

/** Brings operands to one comparable type, or notes why that cannot be. */
export function comparable(
  nodes: readonly Expression[],
  context: CheckContext,
  whole: Expression,
): TypedExpression[] | undefined {
  const typed = all(nodes, context);
  if (typed === undefined) return undefined;
  if (typed.some((one) => one.type.kind === "null")) {
    return mistaken(
      context,
      whole,
      "null-comparison",
      "A comparison with `null` is always null, never true.",
      "write `is null` or `is not null`",
    );
  }
  const common = coerceAll(typed);
  if ("clash" in common) return clashed(common.clash, context, whole);
  const odd = typed.find((one) => !isScalar(one.type) && one.type.kind !== "binary");
  return odd === undefined
    ? common.nodes
    : mistaken(context, odd, "type-mismatch", `Values of type ${showType(odd.type)} cannot be compared.`);
}

function clashed([a, b]: [TypedExpression, TypedExpression], context: CheckContext, whole: Span): undefined {
  return mistaken(
    context,
    whole,
    "type-mismatch",
    `${showType(a.type)} and ${showType(b.type)} do not go together.`,
    clashHint(a, b),
  );
}

/** `= != < <= > >=`. */
export function checkCompare(node: Node<"compare">, context: CheckContext): Checking {
  const [left, right] = comparable([node.left, node.right], context, node) ?? [];
  if (left === undefined || right === undefined) return undefined;
  return {
    kind: "compare",
    op: node.op,
    left,
    right,
    type: { kind: "boolean" },
    nullable: left.nullable || right.nullable,
    ...spanOf(node),
  };
}

/** `in` and `not in`. */
export function checkIn({ negated, ...node }: Node<"in">, context: CheckContext): Checking {
  const [operand, ...items] = comparable([node.operand, ...node.items], context, { negated, ...node }) ?? [];
  if (operand === undefined) return undefined;
  const nullable = operand.nullable || items.some((item) => item.nullable);
  return { kind: "in", negated, operand, items, type: { kind: "boolean" }, nullable, ...spanOf(node) };
}

/** `between` and `not between`. */
export function checkBetween(node: Node<"between">, context: CheckContext): Checking {
  const [operand, low, high] = comparable([node.operand, node.low, node.high], context, node) ?? [];
  if (operand === undefined || low === undefined || high === undefined) return undefined;
  const nullable = operand.nullable || low.nullable || high.nullable;
  return { kind: "between", negated: node.negated, operand, low, high, type: { kind: "boolean" }, nullable, ...spanOf(node) };
}

/** `like`, whose pattern is a literal. */
export function checkLike(node: Node<"like">, context: CheckContext): Checking {
  const operand = check(node.operand, context);
  const pattern =
    node.pattern.kind === "literal" && node.pattern.literal.of === "string" ? node.pattern.literal.value : undefined;
  if (pattern === undefined)
    return mistaken(
      context,
      node.pattern,
      "literal-expected",
      "`like` takes its pattern as a literal text.",
      "use `contains`, `starts_with` or `ends_with` with a column",
    );
  const wrong = checkLikePattern(pattern);
  if (wrong !== undefined)
    mistaken(
      context,
      node.pattern,
      "invalid-literal",
      `The pattern \`${pattern}\` cannot be used: ${wrong}.`,
      "write `\\\\` for a backslash itself",
    );
  if (operand === undefined) return undefined;
  if (operand.type.kind !== "string" && operand.type.kind !== "null") {
    const message = `\`like\` takes a text, but \`${showExpression(node.operand)}\` is of type ${showType(operand.type)}.`;
    return mistaken(
      context,
      node.operand,
      "type-mismatch",
      message,
      isScalar(operand.type) ? "write `cast(… as string)`" : undefined,
    );
  }
  const text = coerce(operand, { kind: "string" });
  return {
    kind: "like",
    negated: node.negated,
    operand: text,
    pattern,
    type: { kind: "boolean" },
    nullable: text.nullable,
    ...spanOf(node),
  };
}

/** `is null` and `is not null`. */
export function checkIsNull(node: Node<"is-null">, context: CheckContext): Checking {
  const operand = check(node.operand, context);
  return (
    operand && { kind: "is-null", negated: node.negated, operand, type: { kind: "boolean" }, nullable: false, ...spanOf(node) }
  );
}
