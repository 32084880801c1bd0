import { expect, test } from "vitest";
import { parseColumns } from "../../columns-notation.ts";
import { checkExpression, parseExpression } from "../../expression/index.ts";
import { partialFilterOf } from "./partial-filter.ts";

const columns =
  parseColumns(
    {
      n: "int",
      l: "long",
      x: "double",
      d: "decimal(10,2)",
      s: "string",
      b: "boolean",
      at: "timestamp",
      day: "date",
      o: { p: "int" },
    },
    "",
  ).value ?? [];

function filterOf(text: string): unknown {
  const { expression } = parseExpression(text);
  const { typed, mistakes } =
    expression === undefined ? { mistakes: ["no expression"] } : checkExpression(expression, columns, { mode: "row" });
  if (typed === undefined) throw new Error(`${text}: ${JSON.stringify(mistakes)}`);
  const found = partialFilterOf(typed);
  return "filter" in found ? found.filter : text.slice(found.refused.from, found.refused.to);
}

test.each<[string, unknown]>([
  ["n > 5", { n: { $gt: 5 } }],
  ["-1 <= x", { x: { $gte: -1 } }],
  ["n = 1.5", { n: { $eq: 1.5 } }],
  ["l < 5000000000", { l: { $lt: { $numberLong: "5000000000" } } }],
  ["d >= decimal '1.50'", { d: { $gte: { $numberDecimal: "1.50" } } }],
  ["at > timestamp '2026-01-05T12:00:00Z'", { at: { $gt: { $date: expect.stringMatching(/^2026-01-05T12:00:00(\.0+)?Z$/) } } }],
  ["day = date '2026-01-05'", { day: { $eq: { $date: "2026-01-05T00:00:00Z" } } }],
  ["b and not b", { $and: [{ b: { $eq: true } }, { b: { $eq: false } }] }],
  ["s = 'x' or o.p in (1, 2)", { $or: [{ s: { $eq: "x" } }, { "o.p": { $in: [1, 2] } }] }],
  ["n between 1 and 3", { n: { $gte: 1, $lte: 3 } }],
  ["s is not null and n is null", { $and: [{ s: { $type: "string" } }, { n: { $eq: null } }] }],
])("%s", (text, filter) => {
  expect(filterOf(text)).toEqual(filter);
});

test.each([
  ["n != 5", "n != 5"],
  ["s = 'x' and n > l", "n > l"],
  ["n + 1 > 5", "n + 1 > 5"],
  ["s like 'a%'", "s like 'a%'"],
  ["b or not n > 1", "not n > 1"],
  ["n not in (1)", "n not in (1)"],
])("MongoDB cannot say %s", (text, part) => {
  expect(filterOf(text)).toBe(part);
});
