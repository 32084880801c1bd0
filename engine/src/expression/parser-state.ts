import type { Token } from "./tokens.ts";
import { children, type Expression, type Mistake, type Span } from "./tree.ts";

/** Longest expression, in UTF-16 code units. */
export const MAX_LENGTH = 10_000;
/** Deepest tree: every later stage, and Spark's own parser, walks it recursively. */
export const MAX_DEPTH = 200;

/**
 * The parser's place in the tokens. After a mistake it is in `panic`: it reports nothing and consumes nothing until the
 * end of the surrounding list item, so that one slip is told once and the next item is still looked at.
 */
export interface ParserState {
  tokens: Token[];
  at: number;
  mistakes: Mistake[];
  panic: boolean;
  nesting: number;
  heights: Map<Expression, number>;
}

/** The token at the parser's place, or the one `ahead` of it; past the end always the `end` token. */
export function peek(state: ParserState, ahead = 0): Token {
  return state.tokens[state.at + ahead] ?? state.tokens[state.tokens.length - 1] ?? { kind: "end", text: "", from: 0, to: 0 };
}

/** Steps over one token and returns it. */
export function take(state: ParserState): Token {
  const token = peek(state);
  if (token.kind !== "end") state.at++;
  return token;
}

/** True when the token is that operator, or that word in any case. */
export function is(token: Token, text: string): boolean {
  return token.kind === "operator" ? token.text === text : token.kind === "word" && token.text.toLowerCase() === text;
}

/** Steps over the operator or word when it stands here. */
export function accept(state: ParserState, text: string): boolean {
  if (state.panic || !is(peek(state), text)) return false;
  take(state);
  return true;
}

/** Steps over the operator or word, or reports that it is missing. */
export function expect(state: ParserState, text: string, hint?: string): void {
  if (!state.panic && !accept(state, text)) fail(state, `Expected \`${text}\`, found ${shown(peek(state))}.`, hint);
}

/** Reports a mistake at `span` (by default the token here) and starts a panic. The node only fills the hole. */
export function fail(state: ParserState, message: string, hint?: string, span: Span = peek(state)): Expression {
  const { from, to } = span;
  if (!state.panic)
    state.mistakes.push({ code: "expression/syntax", message, ...(hint === undefined ? {} : { hint }), from, to });
  state.panic = true;
  return { kind: "literal", literal: { of: "null" }, from, to };
}

/** Notes the node's height and reports a tree that grew too deep. */
export function grown(state: ParserState, node: Expression): Expression {
  const height = 1 + Math.max(0, ...children(node).map((child) => state.heights.get(child) ?? 0));
  state.heights.set(node, height);
  if (height > MAX_DEPTH) tooDeep(state, node);
  return node;
}

/** Reports that the tree is too deep and starts a panic. */
export function tooDeep(state: ParserState, span: Span): Expression {
  return fail(
    state,
    `The expression nests deeper than ${MAX_DEPTH} levels.`,
    "compute parts of it as columns of their own first",
    span,
  );
}

/** A token as a message quotes it. */
export function shown(token: Token): string {
  if (token.kind === "end") return "the end of the expression";
  return token.kind === "string" ? "a text" : `\`${token.text}\``;
}
