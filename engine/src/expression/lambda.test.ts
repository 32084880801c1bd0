import { describe, expect, it } from "vitest";
import { checkExpression, columnsUsed, EXAMPLE_COLUMNS, parseExpression, printFailed, printValue } from "./index.ts";
import { showExpression } from "./show.ts";

function checked(text: string, mode: "row" | "aggregate" = "row") {
  const { expression, mistakes } = parseExpression(text);
  return expression === undefined ? { mistakes } : checkExpression(expression, EXAMPLE_COLUMNS, { mode });
}

describe("a function of an element", () => {
  it.each([
    "transform(tags, x -> upper(x))",
    "filter(tags, x -> exists(tags, y -> y = x))",
    "filter(items, item -> item.price > 1)",
  ])("is shown as it was written: %s", (text) => {
    const { expression } = parseExpression(text);
    expect(expression && showExpression(expression)).toBe(text);
  });

  it("is printed with a name that no column has, and fails where it fails on an element", () => {
    const { typed } = checked("transform(numbers, i -> 10 / i)");
    if (typed === undefined) throw new Error("no type");
    expect(printValue(typed)).toBe("transform(`numbers`, _e0 -> try_divide(10.0D, CAST(_e0 AS DOUBLE)))");
    expect(printFailed(typed)).toBe(
      "coalesce(exists(`numbers`, _e0 -> CAST(_e0 AS DOUBLE) IS NOT NULL AND try_divide(10.0D, CAST(_e0 AS DOUBLE)) IS NULL), false)",
    );
  });

  it("hides a column of its name, and reads no other for it", () => {
    const { expression } = parseExpression("filter(numbers, x -> x > i and exists(tags, s -> s = 'a'))");
    expect(expression && columnsUsed(expression)).toEqual([["numbers"], ["i"], ["tags"]]);
  });

  it.each([
    ["x -> x", "Expected an operator or the end, found `->`."],
    ["upper(x -> x)", "only by `transform`"],
    ["transform(tags, s)", "takes a function such as `x -> x > 0`"],
    ["transform(s, x -> x)", "takes a list as list"],
    ["transform(items, x -> x.cost)", "`x` has no field `cost`"],
    ["transform(tags, x -> y)", "There is no column `y`"],
    ["filter(tags, x -> length(x))", "must be a condition"],
    ["filter(tags, 'a' -> true)", "Expected a name before `->`"],
    ["transform(x -> x, tags)", "is a function of an element"],
  ])("is refused elsewhere: %s", (text, message) => {
    const { mistakes } = checked(text);
    expect(mistakes.map((mistake) => mistake.message).join(" ")).toContain(message);
  });

  it("holds no aggregate and, over a group, no column", () => {
    expect(checked("transform(collect_set(s), x -> max(i))", "aggregate").mistakes[0]?.code).toBe("expression/nested-aggregate");
    expect(checked("transform(collect_set(s), x -> concat(x, s))", "aggregate").mistakes[0]?.code).toBe(
      "expression/column-outside-aggregate",
    );
    expect(checked("transform(collect_set(s), x -> upper(x))", "aggregate").typed).toBeDefined();
  });
});
