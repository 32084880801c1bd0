import { parseArguments, parsePrimary } from "./parse-primary.ts";
import {
  accept,
  expect,
  fail,
  grown,
  is,
  MAX_DEPTH,
  MAX_LENGTH,
  type ParserState,
  peek,
  shown,
  take,
  tooDeep,
} from "./parser-state.ts";
import { type Token, tokenize } from "./tokens.ts";
import type { ArithmeticOperator, CompareOperator, Expression, Mistake } from "./tree.ts";

const OR = 1;
const AND = 2;
const NOT = 3;
const COMPARE = 4;
const ADD = 5;
const MULTIPLY = 6;
const NEGATE = 7;

const ARITHMETIC: Record<string, ArithmeticOperator> = { "+": "+", "-": "-", "*": "*", "/": "/", "%": "%" };
const COMPARISON: Record<string, CompareOperator> = { "=": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=" };

/** Parses an expression. `expression` is there exactly when `mistakes` is empty; no input makes it throw. */
export function parseExpression(text: string): { expression?: Expression; mistakes: Mistake[] } {
  if (text.length > MAX_LENGTH) {
    const message = `The expression is ${text.length} characters long, more than the ${MAX_LENGTH} allowed.`;
    return { mistakes: [{ code: "expression/too-long", message, from: 0, to: text.length }] };
  }
  const { tokens, mistakes } = tokenize(text);
  const state: ParserState = { tokens, at: 0, mistakes, panic: false, nesting: 0, heights: new Map() };
  const expression =
    peek(state).kind === "end" && mistakes.length === 0
      ? fail(state, "The expression is empty.", undefined, { from: 0, to: text.length })
      : parseMeasure(state);
  const rest = peek(state);
  if (!state.panic && rest.kind !== "end") fail(state, `Expected an operator or the end, found ${shown(rest)}.`, restHint(rest));
  return mistakes.length === 0 ? { expression, mistakes } : { mistakes: mistakes.sort((a, b) => a.from - b.from) };
}

function restHint(token: Token): string | undefined {
  if (is(token, ")") || is(token, "]")) return "it closes a bracket that was never opened";
  return is(token, "as") ? "the name of a computed column is the key, not part of the expression" : undefined;
}

/** An expression, and behind `where` the rows that its aggregates work on. */
export function parseMeasure(state: ParserState): Expression {
  const measure = parseAt(state, 0);
  if (!accept(state, "where")) return measure;
  const condition = parseAt(state, 0);
  return grown(state, { kind: "where", measure, condition, from: measure.from, to: condition.to });
}

/** Pratt's loop: an operand, then every operator that binds at least as tightly as `least`. */
export function parseAt(state: ParserState, least: number): Expression {
  if (state.nesting >= MAX_DEPTH) return tooDeep(state, peek(state));
  state.nesting++;
  let left = parsePrefix(state, least);
  let compared = false;
  while (!state.panic) {
    const power = powerOf(state);
    if (power === undefined || power < least) break;
    if (power === COMPARE && compared) {
      left = fail(state, "Comparisons cannot be chained.", "write `a < b and b < c`, or put one of them in parentheses");
      break;
    }
    compared = power === COMPARE;
    left = grown(state, compared ? parseComparison(state, left) : parseBinary(state, left, power));
  }
  state.nesting--;
  return left;
}

function parsePrefix(state: ParserState, least: number): Expression {
  const token = peek(state);
  const next = peek(state, 1);
  if (is(token, "not") && next.kind !== "end") {
    if (least > NOT) return fail(state, "`not` cannot stand here without parentheses.", "write `(not …)`");
    take(state);
    const operand = parseAt(state, NOT);
    return grown(state, { kind: "not", operand, from: token.from, to: operand.to });
  }
  if (is(token, "-") && next.kind !== "number") {
    take(state);
    const operand = parseAt(state, NEGATE);
    return grown(state, { kind: "negate", operand, from: token.from, to: operand.to });
  }
  return parsePrimary(state);
}

function powerOf(state: ParserState): number | undefined {
  const token = peek(state);
  if (token.kind === "operator") {
    if (COMPARISON[token.text] !== undefined) return COMPARE;
    if (token.text === "+" || token.text === "-") return ADD;
    return ARITHMETIC[token.text] === undefined ? undefined : MULTIPLY;
  }
  if (is(token, "or")) return OR;
  if (is(token, "and")) return AND;
  const word = is(token, "not") ? peek(state, 1) : token;
  if (is(word, "in") || is(word, "between") || is(word, "like")) return COMPARE;
  return is(token, "is") ? COMPARE : undefined;
}

function parseBinary(state: ParserState, left: Expression, power: number): Expression {
  const token = take(state);
  const right = parseAt(state, power + 1);
  const span = { left, right, from: left.from, to: right.to };
  const op = ARITHMETIC[token.text];
  return op === undefined ? { kind: "logic", op: power === AND ? "and" : "or", ...span } : { kind: "arithmetic", op, ...span };
}

function parseComparison(state: ParserState, operand: Expression): Expression {
  const from = operand.from;
  const op = COMPARISON[peek(state).text];
  if (op !== undefined && peek(state).kind === "operator") {
    take(state);
    const right = parseAt(state, COMPARE + 1);
    return { kind: "compare", op, left: operand, right, from, to: right.to };
  }
  if (accept(state, "is")) {
    const negated = accept(state, "not");
    const to = peek(state).to;
    expect(state, "null", "only `is null` and `is not null` are known; compare with `=`");
    return { kind: "is-null", negated, operand, from, to };
  }
  const negated = accept(state, "not");
  if (accept(state, "like")) {
    const pattern = parseAt(state, COMPARE + 1);
    return { kind: "like", negated, operand, pattern, from, to: pattern.to };
  }
  if (accept(state, "between")) {
    const low = parseAt(state, COMPARE + 1);
    expect(state, "and", "write `x between low and high`");
    const high = state.panic ? low : parseAt(state, COMPARE + 1);
    return { kind: "between", negated, operand, low, high, from, to: high.to };
  }
  expect(state, "in");
  expect(state, "(", "write `x in (1, 2)`");
  const { args: items, to } = parseArguments(state, ")");
  if (items.length === 0 && !state.panic) return fail(state, "The list after `in` is empty.", undefined, { from, to });
  return { kind: "in", negated, operand, items, from, to };
}
