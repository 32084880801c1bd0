import { type ColumnType, sparkName, sparkType } from "../column-type.ts";
import { onlyDated } from "./functions/time.ts";
import { sparkText } from "./spark-text.ts";
import type { ArithmeticOperator } from "./tree.ts";
import { castRule } from "./type-rules.ts";
import type { TypedExpression, TypedLiteral } from "./typed.ts";

const TRY: Record<ArithmeticOperator, string> = {
  "+": "try_add",
  "-": "try_subtract",
  "*": "try_multiply",
  "/": "try_divide",
  "%": "try_mod",
};

/**
 * The Spark SQL of the value. It never throws, ANSI mode on or off: where the expression fails the value is null. (Where a
 * failure lies beside an `and`, `or`, `case` or `in` that is decided without it, the value may be more than null; a row that
 * `printFailed` marks has no value.) The session's time zone must be UTC.
 */
export function printValue(typed: TypedExpression): string {
  return body(typed);
}

/** The value's SQL, in parentheses where it would otherwise bind to its surroundings. */
export function printOperand(node: TypedExpression): string {
  const text = body(node);
  return isInfix(node, text) ? `(${text})` : text;
}

function isInfix(node: TypedExpression, text: string): boolean {
  switch (node.kind) {
    case "logic":
    case "not":
    case "compare":
    case "in":
    case "between":
    case "like":
    case "is-null":
      return true;
    case "negate":
    case "arithmetic":
      return !/^try_/.test(text);
    case "literal":
      return text.startsWith("-");
    case "call":
      // `try(x)` prints as x itself
      return node.entry.name === "try" && node.args[0] !== undefined && isInfix(node.args[0], text);
    default:
      return false;
  }
}

function body(node: TypedExpression): string {
  switch (node.kind) {
    case "literal":
      return printLiteral(node);
    case "column":
      return node.path.map(sparkName).join(".");
    case "variable":
      return node.name;
    case "lambda":
      return `${node.variable} -> ${body(node.body)}`;
    case "field":
      return `${printOperand(node.base)}.${sparkName(node.name)}`;
    case "index":
      return `${node.base.type.kind === "map" ? "try_element_at" : "get"}(${body(node.base)}, ${body(node.index)})`;
    case "negate":
      return printNegate(node.operand);
    case "not":
      return `NOT ${printOperand(node.operand)}`;
    case "arithmetic":
      return printArithmetic(node);
    case "compare":
      return `${printOperand(node.left)} ${node.op} ${printOperand(node.right)}`;
    case "logic":
      return `${printOperand(node.left)} ${node.op.toUpperCase()} ${printOperand(node.right)}`;
    case "in":
      return `${printOperand(node.operand)} ${not(node)}IN (${node.items.map(body).join(", ")})`;
    case "between":
      return `${printOperand(node.operand)} ${not(node)}BETWEEN ${printOperand(node.low)} AND ${printOperand(node.high)}`;
    case "like":
      return `${printOperand(node.operand)} ${not(node)}LIKE ${sparkText(node.pattern)}`;
    case "is-null":
      return `${printOperand(node.operand)} IS ${not(node)}NULL`;
    case "case":
      return printCase(node);
    case "cast":
      return printCast(node.operand, node.type);
    case "call":
      return node.entry.spark(node.args.map(body), node);
  }
}

function not({ negated }: { negated: boolean }): string {
  return negated ? "NOT " : "";
}

/** Beyond so many digits Spark's own change of sign rounds, and then may throw. */
const SAFE_DIGITS = 34;

function printNegate(operand: TypedExpression): string {
  const { type } = operand;
  if (type.kind === "decimal" && type.precision > SAFE_DIGITS)
    return `try_cast(replace(concat('-', CAST(${body(operand)} AS STRING)), '--', '') AS ${sparkType(type)})`;
  if (operand.type.kind === "int") return `try_subtract(0, ${body(operand)})`;
  return operand.type.kind === "long" ? `try_subtract(0L, ${body(operand)})` : `-${printOperand(operand)}`;
}

/** Doubles overflow to infinity and need no `try_`, except where Spark refuses a divisor of zero. */
function printArithmetic(node: Extract<TypedExpression, { kind: "arithmetic" }>): string {
  if (node.type.kind === "double" && node.op !== "/" && node.op !== "%")
    return `${printOperand(node.left)} ${node.op} ${printOperand(node.right)}`;
  return `${TRY[node.op]}(${body(node.left)}, ${body(node.right)})`;
}

function printCast(operand: TypedExpression, type: ColumnType): string {
  const from = operand.type;
  const text =
    from.kind === "string" && (type.kind === "date" || type.kind === "timestamp") ? onlyDated(body(operand)) : body(operand);
  // by way of text: Spark's own cast throws on a date beyond the range of instants, even as try_cast
  if (from.kind === "date" && type.kind === "timestamp") return `try_cast(${onlyDated(`CAST(${text} AS STRING)`)} AS TIMESTAMP)`;
  return `${castRule(from, type) === "total" ? "CAST" : "try_cast"}(${text} AS ${sparkType(type)})`;
}

function printCase(node: Extract<TypedExpression, { kind: "case" }>): string {
  const subject = node.subject === undefined ? "" : ` ${printOperand(node.subject)}`;
  const branches = node.branches.map(({ when, value }) => ` WHEN ${printOperand(when)} THEN ${printOperand(value)}`).join("");
  return `CASE${subject}${branches}${node.otherwise === undefined ? "" : ` ELSE ${printOperand(node.otherwise)}`} END`;
}

function printLiteral({ type, value }: TypedLiteral): string {
  if (value === null) return type.kind === "null" ? "NULL" : `CAST(NULL AS ${sparkType(type)})`;
  switch (type.kind) {
    case "string":
      return sparkText(String(value));
    case "long":
      return printLong(String(value));
    case "double":
      return printDouble(Number(value));
    case "decimal":
      return `CAST('${value}' AS ${sparkType(type)})`;
    case "date":
      return `DATE '${value}'`;
    case "timestamp":
      return `TIMESTAMP '${value}'`;
    default:
      return String(value);
  }
}

/** The smallest long has no literal of its own in Spark: its digits alone are too large. */
function printLong(digits: string): string {
  return digits === "-9223372036854775808" ? `CAST('${digits}' AS BIGINT)` : `${digits}L`;
}

function printDouble(value: number): string {
  if (Object.is(value, -0)) return "-0.0D";
  const text = String(value).replace("e+", "e");
  return `${/[.e]/.test(text) ? text : `${text}.0`}D`;
}
