import { isReserved } from "./reserved.ts";
import type { Expression, LiteralValue } from "./tree.ts";

const PLAIN = /^[\p{L}_][\p{L}\p{N}\p{M}_]*$/u;
const TOP = 0;
const COMPARE = 4;
const POSTFIX = 8;

/** The expression in the user's language, canonically spelled: parsing it again gives the same tree. */
export function showExpression(expression: Expression): string {
  return show(expression, TOP);
}

/** A column path as a user writes it: dotted, odd names in backticks. */
export function showPath(path: readonly string[]): string {
  return path.map((name, i) => showName(name, i > 0)).join(".");
}

function showName(name: string, afterDot: boolean): string {
  return PLAIN.test(name) && (afterDot || !isReserved(name)) ? name : `\`${name.replaceAll("`", "``")}\``;
}

/** How tightly a node's own operator binds, with the parser's numbers. */
function powerOf(node: Expression): number {
  switch (node.kind) {
    case "logic":
      return node.op === "or" ? 1 : 2;
    case "not":
      return 3;
    case "compare":
    case "in":
    case "between":
    case "like":
    case "is-null":
      return COMPARE;
    case "arithmetic":
      return node.op === "+" || node.op === "-" ? 5 : 6;
    case "negate":
      return 7;
    case "literal":
      return 7;
    case "where":
    case "lambda":
      return TOP;
    default:
      return POSTFIX;
  }
}

function show(node: Expression, least: number): string {
  const text = body(node);
  return powerOf(node) < least ? `(${text})` : text;
}

function body(node: Expression): string {
  const not = "negated" in node && node.negated ? "not " : "";
  switch (node.kind) {
    case "literal":
      return showLiteral(node.literal);
    case "name":
      return showPath(node.path.map((step) => step.name));
    case "field":
      return `${show(node.base, POSTFIX)}.${showName(node.name.name, true)}`;
    case "index":
      return `${show(node.base, POSTFIX)}[${show(node.index, TOP)}]`;
    case "negate":
      // a bare number after the minus would be read as one negative literal
      return node.operand.kind === "literal" ? `-(${body(node.operand)})` : `-${show(node.operand, POSTFIX)}`;
    case "not":
      return `not ${show(node.operand, 3)}`;
    case "arithmetic":
    case "logic":
      return `${show(node.left, powerOf(node))} ${node.op} ${show(node.right, powerOf(node) + 1)}`;
    case "compare":
      return `${operand(node.left)} ${node.op} ${operand(node.right)}`;
    case "in":
      return `${operand(node.operand)} ${not}in (${node.items.map((item) => show(item, TOP)).join(", ")})`;
    case "between":
      return `${operand(node.operand)} ${not}between ${operand(node.low)} and ${operand(node.high)}`;
    case "like":
      return `${operand(node.operand)} ${not}like ${operand(node.pattern)}`;
    case "is-null":
      return `${operand(node.operand)} is ${not}null`;
    case "case":
      return showCase(node);
    case "cast": {
      const numbers = node.target.numbers.length === 0 ? "" : `(${node.target.numbers.join(", ")})`;
      return `cast(${show(node.operand, TOP)} as ${node.target.word}${numbers})`;
    }
    case "where":
      return `${show(node.measure, 1)} where ${show(node.condition, 1)}`;
    case "lambda":
      return `${showName(node.parameter.name, false)} -> ${show(node.body, TOP)}`;
    case "call":
      return `${node.name.name.toLowerCase()}(${node.star ? "*" : node.args.map((arg) => show(arg, TOP)).join(", ")})`;
  }
}

function operand(node: Expression): string {
  return show(node, COMPARE + 1);
}

function showCase(node: Extract<Expression, { kind: "case" }>): string {
  const subject = node.subject === undefined ? "" : ` ${show(node.subject, TOP)}`;
  const branches = node.branches.map((branch) => ` when ${show(branch.when, TOP)} then ${show(branch.value, TOP)}`).join("");
  const otherwise = node.otherwise === undefined ? "" : ` else ${show(node.otherwise, TOP)}`;
  return `case${subject}${branches}${otherwise} end`;
}

function showLiteral(literal: LiteralValue): string {
  switch (literal.of) {
    case "null":
      return "null";
    case "boolean":
      return String(literal.value);
    case "number":
      return literal.text;
    case "string":
      return quote(literal.value);
    default:
      return `${literal.of} ${quote(literal.text)}`;
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
