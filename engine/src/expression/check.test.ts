import { describe, expect, it } from "vitest";
import type { Column } from "../column-type.ts";
import { checkExpression, EXAMPLE_COLUMNS, FUNCTIONS, parseExpression, showType, type TypedExpression } from "./index.ts";
import { OPERATOR_EXAMPLES } from "./parity-cases.ts";

const total: Column = { name: "total", type: { kind: "double" }, required: true };
const summary: Column = { name: "summary", type: { kind: "struct", fields: [total] }, required: false };
const at: Column = { name: "at", type: { kind: "timestamp", unit: "ms" }, required: true };
const odd: Column = { name: "${env:HOME}", type: { kind: "int" }, required: true };
const COLUMNS = [...EXAMPLE_COLUMNS, summary, at, odd];

function checked(text: string, mode: "row" | "aggregate" = "row") {
  const { expression, mistakes } = parseExpression(text);
  if (expression === undefined) throw new Error(`${text}: ${JSON.stringify(mistakes)}`);
  return checkExpression(expression, COLUMNS, { mode });
}

function typed(text: string, mode: "row" | "aggregate" = "row"): TypedExpression {
  const result = checked(text, mode);
  if (result.typed === undefined) throw new Error(`${text}: ${JSON.stringify(result.mistakes)}`);
  return result.typed;
}

function mistakesOf(text: string, mode: "row" | "aggregate" = "row"): string[] {
  return checked(text, mode).mistakes.map(
    ({ from, to, code, message, hint }) =>
      `${from}-${to} ${code.slice("expression/".length)}: ${message}${hint === undefined ? "" : ` [${hint}]`}`,
  );
}

describe("types", () => {
  it.each([
    ["i + 1", "int"],
    ["i + l", "long"],
    ["i / 2", "double"],
    ["l * d", "double"],
    ["9999999999", "long"],
    ["amount + 1", "decimal(13,2)"],
    ["amount * amount", "decimal(21,4)"],
    ["amount / amount", "decimal(23,13)"],
    ["amount * d", "double"],
    ["case when b then 1 when not b then 2.5 else null end", "double"],
    ["coalesce(i, l)", "long"],
    ["items[0].price", "double"],
    ["split(s, ',')", "[string]"],
    ["at", "timestamp"],
    ["null", "null"],
    ["round(amount)", "decimal(9,0)"],
  ])("%s is %s", (text, type) => {
    expect(showType(typed(text).type)).toBe(type);
  });

  it.each([
    ["sum(i)", "long"],
    ["sum(d)", "double"],
    ["avg(amount)", "double"],
    ["sum(amount)", "decimal(20,2)"],
    ["count(*)", "long"],
    ["collect_set(s)", "[string]"],
    ["max(ts)", "timestamp"],
  ])("%s of a group is %s", (text, type) => {
    expect(showType(typed(text, "aggregate").type)).toBe(type);
  });

  it("knows what can be null", () => {
    expect(typed("at = timestamp '2024-01-01T00:00:00Z'").nullable).toBe(false);
    expect(typed("summary.total > 0").nullable).toBe(true);
    expect(typed("i is null").nullable).toBe(false);
    expect(typed("coalesce(i, 0)").nullable).toBe(false);
    expect(typed("case when true then 1 end").nullable).toBe(true);
    expect(typed("count(i)", "aggregate").nullable).toBe(false);
  });
});

describe("mistakes", () => {
  it("are told all at once, in the order of the text", () => {
    expect(mistakesOf("totl > 1 and summary.totl = 'a' or lowr(s) = cast(i as integer)")).toEqual([
      "0-4 unknown-column: There is no column `totl`. [there are: `i`, `l`, `d`, `s`, `b`, `ts`, `day`, `amount`, `tags`, `numbers`, `prices`, `items`, …]",
      "21-25 unknown-column: `summary` has no field `totl`. [did you mean `total`?]",
      "35-39 unknown-function: There is no function `lowr`. [did you mean `lower`?]",
      "55-62 invalid-cast: `integer` is no type that a value can be cast to. [write `int`]",
    ]);
  });

  it.each([
    ["total > 0", "0-5 unknown-column: There is no column `total`. [did you mean `summary.total`?]"],
    [
      "items.price > 0",
      "6-11 type-mismatch: `items` is of type [{ price: double }] and has no fields. [pick an element first: `items[0].price`]",
    ],
    ["prices.a > 0", "7-8 type-mismatch: `prices` is of type map(double) and has no fields. [write `prices['a']`]"],
    ["s = 1", "0-5 type-mismatch: string and int do not go together. [write `cast(… as int)`]"],
    ["i = '1'", "0-7 type-mismatch: int and string do not go together. [write 1 without quotes]"],
    ["ts > '2024-01-01'", "0-17 type-mismatch: timestamp and string do not go together. [write `timestamp '2024-01-01'`]"],
    ["ts > 5", "0-6 type-mismatch: timestamp and int do not go together. [write `unix_seconds(…)` or `from_unix_seconds(…)`]"],
    [
      "s + 'x' = 'y'",
      "0-7 type-mismatch: `+` takes two numbers, but `s + 'x'` has string and string. [join texts with `concat(a, b)`, or read a number with `cast(… as double)`]",
    ],
    ["i = null", "0-8 null-comparison: A comparison with `null` is always null, never true. [write `is null` or `is not null`]"],
    ["i and b", "0-1 type-mismatch: `i` is of type int, but a condition is needed. [compare it with something]"],
    ["lower(i)", "6-7 type-mismatch: `lower` takes a text as text, but `i` is of type int. [write `cast(… as string)`]"],
    ["lower(s, s)", "0-11 wrong-arity: `lower` takes 1 argument, not 2. [write `lower(text)`]"],
    [
      "now() > ts",
      "0-3 unknown-function: `now` is not offered: a rerun would give other rows. [use a column of the record, such as its event time]",
    ],
    ["nvl(i, 0)", "0-3 unknown-function: There is no function `nvl`. [here it is called `coalesce`]"],
    [
      "sum(i) > 1",
      "0-6 aggregate-not-allowed: `sum` works on many rows, but here there is one. [use it in a node of type `transform.aggregate`]",
    ],
    [
      "date_trunc('hours', ts)",
      "11-18 invalid-literal: `hours` is no unit of time. [write one of 'year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second']",
    ],
    ["date_trunc(s, ts)", "11-12 literal-expected: `date_trunc` takes its unit as a literal, not as `s`."],
    [
      "regexp_like(s, '(?<=a)b')",
      "15-24 invalid-literal: The pattern `(?<=a)b` looks behind (`(?<=` or `(?<!`). [capture what is wanted in a group instead]",
    ],
    ["regexp_replace(s, 'a', '$1')", "23-27 invalid-literal: The replacement `$1` names group 1, but the pattern has 0."],
    [
      "s like 'a\\b'",
      "7-12 invalid-literal: The pattern `a\\b` cannot be used: a backslash stands only before `%`, `_` or another backslash. [write `\\\\` for a backslash itself]",
    ],
    [
      "timestamp '2024-02-30T00:00:00Z' > ts",
      "0-32 invalid-literal: `2024-02-30T00:00:00Z` is no timestamp. [write `timestamp '2024-01-31T12:00:00Z'`]",
    ],
    [
      "cast(ts as long)",
      "0-16 invalid-cast: There is no cast from timestamp to long. [write `unix_seconds(…)` or `unix_millis(…)`]",
    ],
    [
      "99999999999999999999 > l",
      "0-20 invalid-literal: `99999999999999999999` is larger than any long. [write `99999999999999999999.0` for a double or `decimal '99999999999999999999'`]",
    ],
    [
      "`${env:HOME}` = 1",
      "0-13 unprintable-name: The column `${env:HOME}` cannot be used: Spark would substitute the `${` in its name. [rename it where it is read]",
    ],
    ["tags = tags", "0-4 type-mismatch: Values of type [string] cannot be compared."],
    [
      "case when b then 1 else 'x' end",
      "24-27 type-mismatch: The branches of this `case` are of type int and string. [write `cast(… as int)`]",
    ],
    [
      "element_at(tags, 0)",
      "17-18 invalid-literal: Positions count from 1: there is no element 0. [write `list[0]` to count from 0]",
    ],
  ])("%s", (text, mistake) => {
    expect(mistakesOf(text)).toEqual([mistake]);
  });

  it("of aggregates", () => {
    expect(mistakesOf("sum(avg(i)) + d + count()", "aggregate")).toEqual([
      "4-10 nested-aggregate: `avg` stands inside of `sum`: one aggregate cannot work on another.",
      "14-15 column-outside-aggregate: `d` stands outside of an aggregate function, where a group has many values. [write for example `max(d)`, or group by it]",
      "18-25 wrong-arity: `count` takes `*` or 1 argument, not 0. [write `count(*)`]",
    ]);
  });

  it.each([
    "[",
    "[]",
    "a{1,9999}",
    "\\p{Script=Greek}",
    "(?i:a)",
    "(?<n>a)",
    "[[a]",
    "[a&&b]",
    "\\0",
    "a++",
    "\\Qa\\E",
    "(",
    "[\\b]",
  ])("refuses the pattern %s, which Java and JavaScript do not read alike", (pattern) => {
    expect(checked(`regexp_like(s, '${pattern}')`).mistakes.map(({ code }) => code)).toEqual(["expression/invalid-literal"]);
  });
});

describe("the table", () => {
  it("has no name twice, and a doc and an example for each", () => {
    expect(new Set(FUNCTIONS.map(({ name }) => name)).size).toBe(FUNCTIONS.length);
    expect(FUNCTIONS.filter(({ doc, examples }) => !/\.$/.test(doc) || examples.length === 0)).toEqual([]);
  });

  it.each([...FUNCTIONS.flatMap((entry) => entry.examples), ...OPERATOR_EXAMPLES])("$text checks", ({ text, rows }) => {
    expect(checked(text, rows === undefined ? "row" : "aggregate").mistakes).toEqual([]);
  });
});
