import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Column } from "../column-type.ts";
import {
  aggregateArguments,
  checkExpression,
  EXAMPLE_COLUMNS,
  parseExpression,
  printFailed,
  printValue,
  type TypedExpression,
} from "./index.ts";
import { sparkText } from "./spark-text.ts";

const required: Column[] = [
  { name: "n", type: { kind: "int" }, required: true },
  { name: "x", type: { kind: "double" }, required: true },
  { name: "raw", type: { kind: "string" }, required: true },
];

function typed(text: string, mode: "row" | "aggregate" = "row"): TypedExpression {
  const { expression } = parseExpression(text);
  const result = expression && checkExpression(expression, [...EXAMPLE_COLUMNS, ...required], { mode });
  if (result?.typed === undefined) throw new Error(`${text}: ${JSON.stringify(result?.mistakes)}`);
  return result.typed;
}

describe("the value", () => {
  it.each([
    ["d > 0", "`d` > 0.0D"],
    ["i + 1", "try_add(`i`, 1)"],
    ["d + 1 * x", "`d` + (1.0D * `x`)"],
    ["i / 2", "try_divide(CAST(`i` AS DOUBLE), 2.0D)"],
    ["- -2.5 - -x", "(-(-2.5D)) - (-`x`)"],
    ["-l", "try_subtract(0L, `l`)"],
    ["amount * 2", "try_multiply(`amount`, CAST(2 AS DECIMAL(10,0)))"],
    ["b and not (i is null or s like 'a\\_%')", "`b` AND (NOT ((`i` IS NULL) OR (`s` LIKE 'a\\\\_%')))"],
    ["i in (1, 2.5)", "CAST(`i` AS DOUBLE) IN (1.0D, 2.5D)"],
    ["n not between 1 and 3", "`n` NOT BETWEEN 1 AND 3"],
    ["cast(s as int)", "try_cast(`s` AS INT)"],
    ["cast(i as double)", "CAST(`i` AS DOUBLE)"],
    ["items[0].price", "get(`items`, 0).`price`"],
    ["prices['a']", "try_element_at(`prices`, 'a')"],
    ["case i when 1 then 'a' else null end", "CASE `i` WHEN 1 THEN 'a' ELSE CAST(NULL AS STRING) END"],
    ["ts >= timestamp '2024-01-01 01:00+01:00'", "`ts` >= TIMESTAMP '2024-01-01T00:00:00Z'"],
    ["-9223372036854775808", "CAST('-9223372036854775808' AS BIGINT)"],
    ["round(d, 2)", "round(`d`, 2)"],
  ])("%s → %s", (text, sql) => {
    expect(printValue(typed(text))).toBe(sql);
  });

  it("escapes what Spark would read in its own way", () => {
    expect(sparkText("it's \\n ${env:HOME}\n\0ß🙂")).toBe("'it\\'s \\\\n \\u0024{env:HOME}\\u000a\\u0000\\u00df\\U0001f642'");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const sql = sparkText(text);
        expect(sql).toMatch(/^'(?:[ -#%-&(-[\]-~]|\\[\\']|\\u[0-9a-f]{4}|\\U[0-9a-f]{8})*'$/);
        const back = sql
          .slice(1, -1)
          .replace(
            /\\(?:u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/g,
            (_, short, long, plain) => plain ?? String.fromCodePoint(Number.parseInt(short ?? long, 16)),
          );
        expect(back).toBe(text);
      }),
    );
  });
});

describe("the failed predicate", () => {
  it.each([
    ["d > 0 and s = 'x'", undefined],
    ["d * 2", undefined],
    ["n + 1", "try_add(`n`, 1) IS NULL"],
    ["n + 1 > 5", "try_add(`n`, 1) IS NULL"],
    ["i + 1", "`i` IS NOT NULL AND try_add(`i`, 1) IS NULL"],
    ["cast(cast(raw as int) as string)", "try_cast(`raw` AS INT) IS NULL"],
    ["b or x / n > 1", "`b` IS NOT TRUE AND (try_divide(`x`, CAST(`n` AS DOUBLE)) IS NULL)"],
    ["b and x / n > 1", "`b` IS NOT FALSE AND (try_divide(`x`, CAST(`n` AS DOUBLE)) IS NULL)"],
    ["if(n = 0, 0, x / n)", "if((`n` = 0), false, (try_divide(`x`, CAST(`n` AS DOUBLE)) IS NULL))"],
    [
      "case when n = 0 then 0 else x / n end",
      "CASE WHEN (`n` = 0) THEN false ELSE try_divide(`x`, CAST(`n` AS DOUBLE)) IS NULL END",
    ],
    ["coalesce(d, x / n)", "(`d` IS NULL AND (try_divide(`x`, CAST(`n` AS DOUBLE)) IS NULL))"],
    ["try(x / n)", undefined],
    ["numbers[1]", "`numbers` IS NOT NULL AND 1 >= array_size(`numbers`)"],
    ["(n = 1) = (n / n > 1)", "try_divide(CAST(`n` AS DOUBLE), CAST(`n` AS DOUBLE)) IS NULL"],
  ])("%s → %s", (text, sql) => {
    expect(printFailed(typed(text))).toBe(sql);
  });

  it("of a group looks at the rows and at the result", () => {
    const sum = typed("sum(n % i)", "aggregate");
    const row = "`i` IS NOT NULL AND try_mod(`n`, `i`) IS NULL";
    expect(printFailed(sum)).toBe(
      `(coalesce(bool_or(${row}), false)) OR ((count(try_mod(\`n\`, \`i\`)) > 0 AND try_sum(try_mod(\`n\`, \`i\`)) IS NULL))`,
    );
    expect(aggregateArguments(sum).map((argument) => printFailed(argument))).toEqual([row]);
    expect(printFailed(typed("avg(d)", "aggregate"))).toBeUndefined();
  });
});
