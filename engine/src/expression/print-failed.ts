import { printOperand, printValue } from "./print.ts";
import { castRule } from "./type-rules.ts";
import { type TypedCall, type TypedExpression, typedChildren } from "./typed.ts";

type Predicate = string | undefined;
type Of<Kind extends TypedExpression["kind"]> = Extract<TypedExpression, { kind: Kind }>;

/**
 * A Spark SQL predicate that is true exactly when the expression failed (overflow, a text that cannot be cast, a division by
 * zero, an index outside of its list ...), and false when it has a value or is null because an input was. It is never null and
 * never throws. Undefined: nothing in the expression can fail.
 *
 * An operator or function fails when an operand failed, or when it fails itself on operands that are not null. Operands are
 * looked at from left to right and only as far as needed: `a and b` fails when `a` failed, or `a` is not false and `b` failed;
 * `a or b` when `a` failed, or `a` is not true and `b` failed; `case` and `if` when a condition that is reached or the branch
 * that is taken failed; `coalesce` when a value that is reached failed; `try` never. An aggregate function fails when its
 * argument failed in any row of the group, or its own result overflowed.
 */
export function printFailed(typed: TypedExpression): string | undefined {
  return failed(typed);
}

function failed(node: TypedExpression): Predicate {
  switch (node.kind) {
    case "literal":
    case "column":
    case "variable":
      return undefined;
    case "negate":
      return strict(node, isWhole(node) ? isNull(node) : undefined);
    case "arithmetic":
      return strict(node, node.type.kind === "double" && node.op !== "/" && node.op !== "%" ? undefined : isNull(node));
    case "index":
      return strict(node, node.base.type.kind === "list" ? outside(node) : undefined);
    case "cast":
      return strict(node, castRule(node.operand.type, node.type) === "fallible" ? isNull(node) : undefined);
    case "logic":
      return failedLogic(node);
    case "case":
      return failedCase(node);
    case "call":
      return failedCall(node);
    default:
      return anyOf(typedChildren(node).map(failed));
  }
}

function isWhole({ type }: TypedExpression): boolean {
  return type.kind === "int" || type.kind === "long";
}

function isNull(node: TypedExpression): string {
  return `${printOperand(node)} IS NULL`;
}

function outside(node: Of<"index">): string {
  const index = printOperand(node.index);
  const tooFar = `${index} >= array_size(${printValue(node.base)})`;
  if (node.index.kind === "literal") return Number(node.index.value) < 0 ? "true" : tooFar;
  return `(${index} < 0 OR ${tooFar})`;
}

function anyOf(predicates: readonly Predicate[]): Predicate {
  const some = predicates.filter((one) => one !== undefined);
  return some.length < 2 ? some[0] : some.map(enclosed).join(" OR ");
}

function enclosed(predicate: string): string {
  return `(${predicate})`;
}

/** An operand failed, or the node failed itself (`own`) although every operand has a value. */
function strict(node: TypedExpression, own: Predicate): Predicate {
  const operands = typedChildren(node);
  if (own === undefined) return anyOf(operands.map(failed));
  const present = operands.filter((operand) => operand.nullable).map((operand) => `${printOperand(operand)} IS NOT NULL`);
  // with operands that are only null when they failed, the one question covers their failures as well
  if (present.length === 0 && own === isNull(node) && operands.every(isNullWhenFailed)) return own;
  return anyOf([...operands.map(failed), [...present, own].join(" AND ")]);
}

/** True when a failure anywhere inside makes the whole value null. */
function isNullWhenFailed(node: TypedExpression): boolean {
  switch (node.kind) {
    case "literal":
    case "column":
    case "variable":
      return true;
    case "negate":
    case "arithmetic":
    case "cast":
    case "compare":
    case "not":
      return typedChildren(node).every(isNullWhenFailed);
    case "call":
      return (
        !node.entry.aggregate &&
        node.entry.nulls === "any" &&
        node.entry.lazilyFails === undefined &&
        node.args.every(isNullWhenFailed)
      );
    default:
      return false;
  }
}

function failedLogic({ op, left, right }: Of<"logic">): Predicate {
  const first = failed(left);
  const second = failed(right);
  const undecided = `${printOperand(left)} IS NOT ${op === "and" ? "FALSE" : "TRUE"}`;
  return anyOf([first, second === undefined ? undefined : `${undecided} AND ${enclosed(second)}`]);
}

function failedCase(node: Of<"case">): Predicate {
  const { subject, branches, otherwise } = node;
  const arms: string[] = [];
  let canFail = false;
  const arm = (condition: string, result: Predicate) => {
    canFail ||= result !== undefined;
    arms.push(`WHEN ${condition} THEN ${result ?? "false"}`);
  };
  for (const { when, value } of branches) {
    const broken = failed(when);
    if (broken !== undefined) arm(broken, "true");
    arm(subject === undefined ? printOperand(when) : `${printOperand(subject)} = ${printOperand(when)}`, failed(value));
  }
  const last = otherwise === undefined ? undefined : failed(otherwise);
  const taken = canFail || last !== undefined ? `CASE ${arms.join(" ")} ELSE ${last ?? "false"} END` : undefined;
  return anyOf([subject === undefined ? undefined : failed(subject), taken]);
}

function failedArgument(arg: TypedExpression): Predicate {
  const predicate = failed(arg);
  if (predicate === undefined) return undefined;
  return arg.kind === "lambda" ? `${arg.variable} -> ${predicate}` : enclosed(predicate);
}

function failedCall(node: TypedCall): Predicate {
  const { entry, args } = node;
  const values = args.map(printOperand);
  if (entry.lazilyFails !== undefined) {
    return entry.lazilyFails({ values, failed: args.map(failedArgument) });
  }
  const own = typeof entry.fails === "function" ? entry.fails(values, node) : entry.fails;
  const predicate = own === "null-result" ? isNull(node) : own;
  if (!entry.aggregate) return strict(node, predicate);
  const rows = anyOf(args.map(failed));
  return anyOf([rows === undefined ? undefined : `coalesce(bool_or(${rows}), false)`, predicate]);
}
