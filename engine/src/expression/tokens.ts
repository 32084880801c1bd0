import type { Mistake, Span } from "./tree.ts";

/** One token. `text` is decoded: a string without quotes, a quoted name without backticks, an operator canonical. */
export interface Token extends Span {
  kind: "number" | "string" | "word" | "quoted" | "operator" | "end";
  text: string;
}

const SPACE = /\s+/y;
const NUMBER = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const WORD = /[\p{L}_][\p{L}\p{N}\p{M}_]*/uy;
const OPERATOR = /->|<=|>=|!=|<>|==|[=<>+\-*/%()[\],.]/y;
const FOREIGN = /===|!==|&&|\|\||\||&|!(?!=)|;|:|\?|\^|~|\$|@|#|\{|\}|\\/y;
const CANONICAL: Record<string, string> = { "==": "=", "<>": "!=" };
const INSTEAD: Record<string, string> = {
  "===": "write `=`",
  "!==": "write `!=`",
  "&&": "write `and`",
  "&": "write `and`",
  "||": "write `or`, or `concat(a, b)` to join text",
  "|": "write `or`",
  "!": "write `not`",
  "^": "write `power(x, y)`",
};
const LONE_SURROGATE = /\p{Cs}/u;

/** Cuts the text into tokens, always ending in an `end` token. What is no token is reported and left out. */
export function tokenize(text: string): { tokens: Token[]; mistakes: Mistake[] } {
  const tokens: Token[] = [];
  const mistakes: Mistake[] = [];
  let at = 0;
  while (at < text.length) {
    const space = matchAt(SPACE, text, at);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const token = quotedAt(text, at, mistakes) ?? plainAt(text, at, mistakes);
    if (token === undefined) {
      at = reportForeign(text, at, mistakes);
      continue;
    }
    if (LONE_SURROGATE.test(token.text)) {
      report(mistakes, token, "The text holds half of a surrogate pair, which no UTF-8 text can carry.");
    }
    tokens.push(token);
    at = token.to;
  }
  tokens.push({ kind: "end", text: "", from: text.length, to: text.length });
  return { tokens, mistakes };
}

function plainAt(text: string, at: number, mistakes: Mistake[]): Token | undefined {
  const number = matchAt(NUMBER, text, at);
  if (number !== undefined) {
    const tail = matchAt(WORD, text, at + number.length);
    const to = at + number.length + (tail?.length ?? 0);
    if (tail !== undefined) {
      const hint = `put the name in backticks: \`${text.slice(at, to)}\``;
      report(mistakes, { from: at, to }, `\`${text.slice(at, to)}\` is neither a number nor a name.`, hint);
    }
    return { kind: "number", text: number, from: at, to };
  }
  const word = matchAt(WORD, text, at);
  if (word !== undefined) return { kind: "word", text: word, from: at, to: at + word.length };
  if (matchAt(FOREIGN, text, at) !== undefined) return undefined;
  const operator = matchAt(OPERATOR, text, at);
  return operator === undefined
    ? undefined
    : { kind: "operator", text: CANONICAL[operator] ?? operator, from: at, to: at + operator.length };
}

/** A string, a name in backticks, or the double quotes of other languages, which are reported and read as a string. */
function quotedAt(text: string, at: number, mistakes: Mistake[]): Token | undefined {
  const quote = text[at];
  if (quote !== "'" && quote !== '"' && quote !== "`") return undefined;
  let decoded = "";
  let to = at + 1;
  for (; to < text.length; to++) {
    if (text[to] !== quote) decoded += text[to];
    else if (text[to + 1] === quote) {
      decoded += quote;
      to++;
    } else break;
  }
  const closed = to < text.length;
  const span = { from: at, to: closed ? to + 1 : text.length };
  if (!closed)
    report(mistakes, span, `The ${quote} opened here is never closed.`, `write ${quote}${quote} for a ${quote} inside`);
  else if (quote === '"') {
    report(mistakes, span, "Double quotes mean nothing here.", "write text as 'text' and an odd column name in `backticks`");
  } else if (quote === "`" && decoded === "") report(mistakes, span, "A name cannot be empty.");
  return { kind: quote === "`" ? "quoted" : "string", text: decoded, ...span };
}

function reportForeign(text: string, at: number, mistakes: Mistake[]): number {
  const found = matchAt(FOREIGN, text, at) ?? String.fromCodePoint(text.codePointAt(at) ?? 0);
  const to = at + found.length;
  const instead = INSTEAD[found];
  report(mistakes, { from: at, to }, `\`${found}\` has no meaning in an expression.`, instead);
  return to;
}

function report(mistakes: Mistake[], { from, to }: Span, message: string, hint?: string): void {
  mistakes.push({ code: "expression/syntax", message, ...(hint === undefined ? {} : { hint }), from, to });
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
