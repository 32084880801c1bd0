import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnsUsed, containsAggregate, type Expression, parseExpression, showExpression } from "./index.ts";

function parsed(text: string): Expression {
  const { expression, mistakes } = parseExpression(text);
  if (expression === undefined) throw new Error(`${text}: ${JSON.stringify(mistakes)}`);
  return expression;
}

/** The tree without places. */
function bare(node: Expression): unknown {
  return JSON.parse(JSON.stringify(node, (key, value) => (key === "from" || key === "to" ? undefined : value)));
}

function mistakesOf(text: string): string[] {
  return parseExpression(text).mistakes.map(
    (one) => `${one.from}-${one.to} ${one.message}${one.hint === undefined ? "" : ` [${one.hint}]`}`,
  );
}

describe("precedence", () => {
  it.each([
    ["a or b and not c = 1 + 2 * -x", "a or (b and (not (c = (1 + (2 * (-x))))))"],
    ["a - b - c", "(a - b) - c"],
    ["a - (b - c)", "a - (b - c)"],
    ["a / b * c % d", "((a / b) * c) % d"],
    ["not a in (1, 2) and b", "(not (a in (1, 2))) and b"],
    ["a between 1 and 2 and b", "(a between 1 and 2) and b"],
    ["a is not null or b is null", "(a is not null) or (b is null)"],
    ["-a.b[0].c * 2", "(-(((a.b)[0]).c)) * 2"],
    ["a not like 'x' and b not between 1 and 2", "(a not like 'x') and (b not between 1 and 2)"],
  ])("%s is %s", (text, spelled) => {
    expect(bare(parsed(text))).toEqual(bare(parsed(spelled)));
  });
});

describe("canonical spelling", () => {
  it.each([
    ["A  AND\n(b==1)OR c<>2", "A and b = 1 or c != 2"],
    ["CAST( x  AS Decimal(10,2) )", "cast(x as decimal(10, 2))"],
    ["CASE x WHEN 1 THEN 'it''s' END", "case x when 1 then 'it''s' end"],
    ["COUNT( * )", "count(*)"],
    ["`odd ``name`.`plain`.end", "`odd ``name`.plain.end"],
    ["`and` = (not b)", "`and` = (not b)"],
    ["-(1) - -1", "-(1) - -1"],
    ["(a = b) = c", "(a = b) = c"],
    ["TIMESTAMP '2024-01-01T00:00:00Z' > timestamp", "timestamp '2024-01-01T00:00:00Z' > timestamp"],
  ])("%s → %s", (text, canonical) => {
    expect(showExpression(parsed(text))).toBe(canonical);
  });
});

describe("mistakes", () => {
  it("are told all at once, each with its place", () => {
    expect(mistakesOf("concat(a +, b c, (d) = = 1) and lower('x'")).toEqual([
      "10-11 Expected a value, found `,`.",
      "14-15 Expected `,` or `)`, found `c`.",
      "23-24 Expected a value, found `=`.",
      "41-41 Expected `,` or `)`, found the end of the expression.",
    ]);
  });

  it.each([
    ["", "0-0 The expression is empty."],
    ["a && b", "2-4 `&&` has no meaning in an expression. [write `and`]"],
    ["a < b < c", "6-7 Comparisons cannot be chained. [write `a < b and b < c`, or put one of them in parentheses]"],
    ['a = "x"', "4-7 Double quotes mean nothing here. [write text as 'text' and an odd column name in `backticks`]"],
    ["a = 'x", "4-6 The ' opened here is never closed. [write '' for a ' inside]"],
    ["end > 1", "0-3 Expected a value, found the word `end`. [a column of that name is written `end` in backticks]"],
    ["case when a then 1", "18-18 Expected `end`, found the end of the expression. [a `case` is closed by `end`]"],
    ["round(total, 2", "14-14 Expected `,` or `)`, found the end of the expression."],
    ["a)", "1-2 Expected an operator or the end, found `)`. [it closes a bracket that was never opened]"],
    ["2nd = 1", "0-3 `2nd` is neither a number nor a name. [put the name in backticks: `2nd`]"],
    ["a = '\ud800'", "4-7 The text holds half of a surrogate pair, which no UTF-8 text can carry."],
    ["x in ()", "0-7 The list after `in` is empty."],
  ])("%s", (text, mistake) => {
    expect(mistakesOf(text)[0]).toBe(mistake);
  });

  it("refuses what is too long or too deep", () => {
    expect(parseExpression("x".repeat(10_001)).mistakes[0]?.code).toBe("expression/too-long");
    for (const text of [
      `${"(".repeat(4000)}a`,
      `a${" + 1".repeat(2000)}`,
      "not ".repeat(2000),
      `a${"[0]".repeat(3000)}`,
      `a${".b".repeat(4000)}[`,
    ]) {
      const { expression, mistakes } = parseExpression(text);
      expect(expression).toBeUndefined();
      expect(mistakes.length).toBeGreaterThan(0);
    }
    expect(mistakesOf(`a${" + 1".repeat(2000)}`)[0]).toContain("nests deeper than 200 levels");
  });
});

describe("what an expression speaks of", () => {
  it("names its columns once, up to an index", () => {
    expect(columnsUsed(parsed("a.b + items[i].price > a.b"))).toEqual([["a", "b"], ["items"], ["i"]]);
  });

  it("knows aggregates anywhere below", () => {
    expect(containsAggregate(parsed("1 + coalesce(SUM(x), 0)"))).toBe(true);
    expect(containsAggregate(parsed("lower(x)"))).toBe(false);
  });
});

const at = { from: 0, to: 0 };
const word = fc.oneof(
  fc.constantFrom("a", "total", "end", "and", "date", "x y", "`", "ß"),
  fc.string({ minLength: 1, unit: "binary" }),
);
const step = word.map((name) => ({ name, ...at }));
const node: fc.Arbitrary<Expression> = fc.letrec<{ node: Expression }>((tie) => {
  const child = tie("node");
  const negated = fc.boolean();
  const base = child.filter(({ kind }) => kind !== "name");
  const literal = fc.oneof(
    fc.constant({ of: "null" as const }),
    fc.record({ of: fc.constant("boolean" as const), value: fc.boolean() }),
    fc.record({ of: fc.constant("number" as const), text: fc.constantFrom("0", "-1", "2.5", "1e9", "-3.0E-5") }),
    fc.record({ of: fc.constant("string" as const), value: fc.string({ unit: "binary" }) }),
    fc.record({
      of: fc.constantFrom("date" as const, "timestamp" as const, "decimal" as const),
      text: fc.string({ unit: "binary" }),
    }),
  );
  const of = <Kind extends Expression["kind"]>(kind: Kind) => ({
    kind: fc.constant(kind),
    from: fc.constant(0),
    to: fc.constant(0),
  });
  const arms = fc.array(fc.record({ when: child, value: child }), { minLength: 1, maxLength: 2 });
  const target = fc.record({
    word: fc.constantFrom("int", "decimal"),
    numbers: fc.array(fc.nat(38), { maxLength: 2 }),
    from: fc.constant(0),
    to: fc.constant(0),
  });
  return {
    node: fc.oneof(
      { maxDepth: 5, depthSize: "small" },
      fc.record({ ...of("literal"), literal }),
      fc.record({ ...of("name"), path: fc.array(step, { minLength: 1, maxLength: 3 }) }),
      fc.record({ ...of("field"), base, name: step }),
      fc.record({ ...of("index"), base: child, index: child }),
      fc.record({ ...of("negate"), operand: child }),
      fc.record({ ...of("not"), operand: child }),
      fc.record({ ...of("arithmetic"), op: fc.constantFrom("+", "-", "*", "/", "%"), left: child, right: child }),
      fc.record({ ...of("compare"), op: fc.constantFrom("=", "!=", "<", "<=", ">", ">="), left: child, right: child }),
      fc.record({ ...of("logic"), op: fc.constantFrom("and", "or"), left: child, right: child }),
      fc.record({ ...of("in"), negated, operand: child, items: fc.array(child, { minLength: 1, maxLength: 3 }) }),
      fc.record({ ...of("between"), negated, operand: child, low: child, high: child }),
      fc.record({ ...of("like"), negated, operand: child, pattern: child }),
      fc.record({ ...of("is-null"), negated, operand: child }),
      fc.record({ ...of("case"), branches: arms }),
      fc.record({ ...of("case"), subject: child, branches: arms, otherwise: child }),
      fc.record({ ...of("cast"), operand: child, target }),
      fc.record({
        ...of("call"),
        name: fc.constantFrom("lower", "nosuch").map((name) => ({ name, ...at })),
        args: fc.array(child, { maxLength: 3 }),
        star: fc.constant(false),
      }),
    ) as fc.Arbitrary<Expression>,
  };
}).node;

describe("round trip", () => {
  it("any tree survives being shown and parsed", () => {
    fc.assert(
      fc.property(node, (tree) => {
        const shown = showExpression(tree);
        const again = parsed(shown);
        expect(bare(again)).toEqual(bare(tree));
        expect(showExpression(again)).toBe(shown);
      }),
      { numRuns: 1000 },
    );
  });

  it("no text makes the parser throw, and a tree is there exactly when no mistake is", () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "(",
        ")",
        "[",
        "]",
        "case",
        " when ",
        " then ",
        "end",
        "not ",
        "in",
        "'",
        "`",
        ",",
        ".",
        "-",
        "1",
        "a",
        " and ",
        "cast(",
        " as int",
        "date ''",
        "count(*)",
      ),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join("")),
        (text) => {
          const { expression, mistakes } = parseExpression(text);
          expect(expression === undefined).toBe(mistakes.length > 0);
          for (const { from, to } of mistakes) expect(0 <= from && from <= to && to <= text.length).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
