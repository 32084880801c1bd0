import { type ColumnType, isNumeric, showType, sparkType } from "../../column-type.ts";
import { castOf } from "../evaluate-cast.ts";
import { inLong } from "../evaluate-operators.ts";
import type { TypedCall } from "../typed.ts";
import { fitDecimal } from "../values/decimal.ts";
import { type Evaluated, failure, isFailure, type Value } from "../values/value.ts";
import { always, type FunctionEntry, type Parameter, strict } from "./entry.ts";
import { elementOf } from "./list.ts";

const list: Parameter = { name: "list", accepts: "list" };

const checkNumbers: NonNullable<FunctionEntry["check"]> = (args, report) => {
  const element = elementOf(args);
  if (!isNumeric(element)) report(0, `A list of numbers is needed, not of ${showType(element)}.`);
};

function sumType(element: ColumnType): ColumnType {
  if (element.kind === "decimal") return { ...element, precision: Math.min(38, element.precision + 10) };
  return { kind: element.kind === "double" ? "double" : "long" };
}

function sumSql(x: string, { args, type }: TypedCall): string {
  const zero = `CAST(0 AS ${sparkType(type)})`;
  const next = `coalesce(CAST(v AS ${sparkType(type)}), ${zero})`;
  if (elementOf(args).kind === "double") return `aggregate(${x}, ${zero}, (a, v) -> a + ${next})`;
  return `aggregate(${x}, ${zero}, (a, v) -> try_cast(try_add(a, ${next}) AS ${sparkType(type)}))`;
}

function sumOf({ args, type }: TypedCall): (args: Value[]) => Evaluated {
  const element = elementOf(args);
  if (type.kind === "double") return ([x]) => numbers(x).reduce<number>((sum, one) => sum + (one as number), 0);
  return ([x]) => {
    let sum = 0n;
    for (const one of numbers(x)) {
      const next = sum + BigInt(one as number | bigint);
      const checked: Evaluated =
        type.kind === "decimal" && element.kind === "decimal"
          ? (fitDecimal(next, element.scale, type) ?? failure("the sum is too large"))
          : inLong(next);
      if (isFailure(checked)) return checked;
      sum = next;
    }
    return sum;
  };
}

function numbers(x: Value | undefined): Value[] {
  return (x as Value[]).filter((one) => one !== null);
}

/** Functions that sum up lists of numbers. */
export const LIST_SUMS: FunctionEntry[] = [
  strict(
    "list",
    "array_sum",
    "The sum of the numbers, null left out: a long for int and long; 0 for an empty list. Fails when it grows too large.",
    [list],
    (args) => sumType(elementOf(args)),
    {
      check: checkNumbers,
      spark: ([x], call) => sumSql(`${x}`, call),
      fails: (_, { args }) => (elementOf(args).kind === "double" ? undefined : "null-result"),
      evaluate: sumOf,
      examples: [
        { text: "array_sum(array(1, 2, 3))", value: 6 },
        { text: "array_sum(numbers)", row: { numbers: [null, 5] }, value: 5 },
        { text: "array_sum(array(9223372036854775807, l))", row: { l: 1 }, failed: true },
      ],
    },
  ),
  {
    ...strict(
      "list",
      "array_avg",
      "The mean of the numbers as a double, null left out; null where there is none.",
      [list],
      always("double"),
      {
        check: checkNumbers,
        spark: ([x]) =>
          `aggregate(filter(${x}, v -> v IS NOT NULL), named_struct('s', 0D, 'n', 0D), (a, v) -> named_struct('s', a.s + CAST(v AS DOUBLE), 'n', a.n + 1D), a -> try_divide(a.s, a.n))`,
        examples: [
          { text: "array_avg(array(1, 2))", value: 1.5 },
          { text: "array_avg(numbers)", row: { numbers: [] }, value: null },
        ],
      },
    ),
    nulls: "may",
    evaluate: ({ args }) => {
      const asDouble = castOf(elementOf(args), { kind: "double" });
      return ([x = null]) => {
        if (x === null) return null;
        const found = numbers(x);
        return found.length === 0 ? null : found.reduce<number>((sum, one) => sum + (asDouble(one) as number), 0) / found.length;
      };
    },
  },
];
