import { parseAt, parseMeasure } from "./parse.ts";
import { accept, expect, fail, grown, is, type ParserState, peek, shown, take } from "./parser-state.ts";
import { isReserved } from "./reserved.ts";
import type { Token } from "./tokens.ts";
import type { CastTarget, Expression, Step } from "./tree.ts";

/** An operand with whatever `.name` and `[index]` follow it. */
export function parsePrimary(state: ParserState): Expression {
  let base = grown(state, parseOperand(state));
  while (!state.panic) {
    if (is(peek(state), "(") && base.kind === "name") {
      fail(state, "A name in backticks or with dots cannot be called.");
    } else if (accept(state, ".")) {
      const name = parseStep(state);
      if (name === undefined) break;
      const span = { from: base.from, to: name.to };
      base = base.kind === "name" ? { ...base, path: [...base.path, name], ...span } : { kind: "field", base, name, ...span };
      grown(state, base);
    } else if (accept(state, "[")) {
      const index = parseAt(state, 0);
      const to = peek(state).to;
      expect(state, "]");
      base = grown(state, { kind: "index", base, index, from: base.from, to });
    } else break;
  }
  return base;
}

function parseOperand(state: ParserState): Expression {
  const token = peek(state);
  const { from, to } = token;
  const next = peek(state, 1);
  if (token.kind === "number" || is(token, "-")) return parseNumber(state);
  if (token.kind === "string") {
    take(state);
    return { kind: "literal", literal: { of: "string", value: token.text }, from, to };
  }
  if (accept(state, "(")) {
    const inner = parseMeasure(state);
    if (is(peek(state), ",")) return fail(state, "Only `in` takes a list in parentheses.", "write `x in (1, 2)`");
    expect(state, ")");
    return inner;
  }
  if (token.kind === "quoted") {
    take(state);
    return { kind: "name", path: [{ name: token.text, from, to }], from, to };
  }
  if (token.kind !== "word") return fail(state, `Expected a value, found ${shown(token)}.`);
  if (is(next, "("))
    return is(token, "cast") ? parseCast(state) : isReserved(token.text) ? parseKeyword(state) : parseCall(state);
  if (next.kind === "string" && !isReserved(token.text)) return parseTypedLiteral(state);
  return isReserved(token.text) ? parseKeyword(state) : parseName(state);
}

function parseNumber(state: ParserState): Expression {
  const sign = is(peek(state), "-") ? take(state) : undefined;
  const token = take(state);
  const text = `${sign === undefined ? "" : "-"}${token.text}`;
  return { kind: "literal", literal: { of: "number", text }, from: sign?.from ?? token.from, to: token.to };
}

function parseName(state: ParserState): Expression {
  const { text, from, to } = take(state);
  return { kind: "name", path: [{ name: text, from, to }], from, to };
}

function parseStep(state: ParserState): Step | undefined {
  const token = peek(state);
  if (token.kind !== "word" && token.kind !== "quoted") {
    fail(state, `Expected a field's name after the dot, found ${shown(token)}.`);
    return undefined;
  }
  take(state);
  return { name: token.text, from: token.from, to: token.to };
}

function parseTypedLiteral(state: ParserState): Expression {
  const word = take(state);
  const of = word.text.toLowerCase();
  if (of !== "date" && of !== "timestamp" && of !== "decimal") {
    const hint = "only `date '…'`, `timestamp '…'` and `decimal '…'` stand before a text";
    return fail(state, `\`${word.text}\` cannot stand before a text.`, hint, word);
  }
  const text = take(state);
  return { kind: "literal", literal: { of, text: text.text }, from: word.from, to: text.to };
}

function parseKeyword(state: ParserState): Expression {
  const token = peek(state);
  const { from, to } = token;
  switch (token.text.toLowerCase()) {
    case "null":
      take(state);
      return { kind: "literal", literal: { of: "null" }, from, to };
    case "true":
    case "false":
      take(state);
      return { kind: "literal", literal: { of: "boolean", value: is(token, "true") }, from, to };
    case "case":
      return parseCase(state);
    default:
      return fail(
        state,
        `Expected a value, found the word \`${token.text}\`.`,
        `a column of that name is written \`${token.text}\` in backticks`,
      );
  }
}

function parseCase(state: ParserState): Expression {
  const from = take(state).from;
  const node: Extract<Expression, { kind: "case" }> = { kind: "case", branches: [], from, to: from };
  if (!is(peek(state), "when")) node.subject = parseAt(state, 0);
  if (!is(peek(state), "when")) expect(state, "when", "write `case when condition then value else value end`");
  while (accept(state, "when")) {
    const when = parseAt(state, 0);
    expect(state, "then");
    if (state.panic) break;
    node.branches.push({ when, value: parseAt(state, 0) });
  }
  if (accept(state, "else")) node.otherwise = parseAt(state, 0);
  node.to = peek(state).to;
  expect(state, "end", "a `case` is closed by `end`");
  return node;
}

function parseCast(state: ParserState): Expression {
  const { from } = take(state);
  take(state);
  const operand = parseAt(state, 0);
  expect(state, "as", "write `cast(x as int)`");
  const target = parseTarget(state);
  const to = peek(state).to;
  expect(state, ")");
  return { kind: "cast", operand, target, from, to };
}

function parseTarget(state: ParserState): CastTarget {
  const { text, kind, from, to } = peek(state);
  const target: CastTarget = { word: text.toLowerCase(), numbers: [], from, to };
  if (kind !== "word") fail(state, `Expected a type, found ${shown(peek(state))}.`);
  if (state.panic) return target;
  take(state);
  if (!accept(state, "(")) return target;
  do {
    const token = peek(state);
    if (token.kind !== "number" || !/^\d{1,3}$/.test(token.text)) fail(state, `Expected a whole number, found ${shown(token)}.`);
    else target.numbers.push(Number(take(state).text));
  } while (accept(state, ","));
  target.to = peek(state).to;
  expect(state, ")");
  return target;
}

function parseCall(state: ParserState): Expression {
  const token = take(state);
  const name: Step = { name: token.text, from: token.from, to: token.to };
  take(state);
  if (is(peek(state), "*") && is(peek(state, 1), ")")) {
    take(state);
    return { kind: "call", name, args: [], star: true, from: token.from, to: take(state).to };
  }
  if (is(peek(state), "distinct") && startsOperand(peek(state, 1))) {
    fail(state, "`distinct` is not known here.", "write `approx_count_distinct(x)`, or `size(collect_set(x))` for few values");
  }
  const { args, to } = parseArguments(state, ")");
  return { kind: "call", name, args, star: false, from: token.from, to };
}

function startsOperand(token: Token): boolean {
  return token.kind === "word" || token.kind === "quoted" || is(token, "(");
}

/** The items up to and with the closing bracket. Each is parsed by itself, so a mistake in one hides none in the next. */
export function parseArguments(state: ParserState, close: string): { args: Expression[]; to: number } {
  const args: Expression[] = [];
  const first = peek(state).to;
  if (accept(state, close)) return { args, to: first };
  do {
    args.push(is(peek(state, 1), "->") ? parseLambda(state) : parseMeasure(state));
    if (!is(peek(state), ",") && !is(peek(state), close))
      fail(state, `Expected \`,\` or \`${close}\`, found ${shown(peek(state))}.`);
    if (state.panic) recover(state, close);
  } while (accept(state, ","));
  const to = peek(state).to;
  expect(state, close);
  return { args, to };
}

function parseLambda(state: ParserState): Expression {
  const token = peek(state);
  if (token.kind !== "word" || isReserved(token.text))
    return fail(state, `Expected a name before \`->\`, found ${shown(token)}.`, "write for example `x -> x > 0`");
  const parameter = { name: take(state).text, from: token.from, to: token.to };
  take(state);
  const body = parseAt(state, 0);
  return grown(state, { kind: "lambda", parameter, body, from: token.from, to: body.to });
}

/** Skips to the comma or bracket that ends the broken item; at the end of the text the panic stays. */
function recover(state: ParserState, close: string): void {
  let depth = 0;
  for (; ; take(state)) {
    const token = peek(state);
    if (token.kind === "end") return;
    if (depth === 0 && (is(token, ",") || is(token, close))) break;
    if (is(token, "(") || is(token, "[")) depth++;
    if (is(token, ")") || is(token, "]")) depth = Math.max(0, depth - 1);
  }
  state.panic = false;
}
