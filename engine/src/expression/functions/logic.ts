import { compareValues } from "../values/compare.ts";
import { isFailure, type Value } from "../values/value.ts";
import { type FunctionEntry, firstType, type LazyParts } from "./entry.ts";

/** A value is looked at only when all before it are null. */
function coalesceFails({ values, failed }: LazyParts): string | undefined {
  const parts = failed.flatMap((one, i) => {
    if (one === undefined) return [];
    const before = values.slice(0, i).map((value) => `${value} IS NULL`);
    return [[...before, `${one}`].join(" AND ")];
  });
  return parts.length === 0 ? undefined : parts.map((part) => `(${part})`).join(" OR ");
}

function ifFails({ values, failed: [condition, yes, no] }: LazyParts): string | undefined {
  const branches = yes === undefined && no === undefined ? undefined : `if(${values[0]}, ${yes ?? "false"}, ${no ?? "false"})`;
  const parts = [condition, branches].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(" OR ");
}

/** Functions that choose. */
export const LOGIC: FunctionEntry[] = [
  {
    name: "coalesce",
    family: "logic",
    doc: "The first value that is not null. A failure is no null: see `try`.",
    variadic: true,
    parameters: [
      { name: "a", accepts: "alike" },
      { name: "b", accepts: "alike" },
    ],
    result: firstType,
    nulls: "all",
    spark: (args) => `coalesce(${args.join(", ")})`,
    lazilyFails: coalesceFails,
    evaluateLazily: () => (args) => {
      for (const arg of args) {
        const value = arg();
        if (value !== null) return value;
      }
      return null;
    },
    examples: [
      { text: "coalesce(i, 0)", row: { i: null }, value: 0 },
      { text: "coalesce(i, 1 / 0)", row: { i: 5 }, value: 5 },
      { text: "coalesce(i, 1 / 0)", row: { i: null }, failed: true },
      { text: "coalesce(1 / 0, 5)", failed: true },
    ],
  },
  {
    name: "nullif",
    family: "logic",
    doc: "Null when both values are equal, else the first.",
    parameters: [
      { name: "a", accepts: "common" },
      { name: "b", accepts: "common" },
    ],
    result: firstType,
    nulls: "may",
    spark: ([a, b]) => `nullif(${a}, ${b})`,
    evaluate:
      ({ args }) =>
      ([a = null, b = null]: Value[]) =>
        a !== null && b !== null && compareValues(firstType(args), a, b) === 0 ? null : a,
    examples: [
      { text: "nullif('a', 'a')", value: null },
      { text: "nullif('a', 'b')", value: "a" },
    ],
  },
  {
    name: "equal_null",
    family: "logic",
    doc: "True when both values are equal or both are null; never null.",
    parameters: [
      { name: "a", accepts: "common" },
      { name: "b", accepts: "common" },
    ],
    result: () => ({ kind: "boolean" }),
    nulls: "never",
    spark: ([a, b]) => `equal_null(${a}, ${b})`,
    evaluate:
      ({ args }) =>
      ([a = null, b = null]: Value[]) =>
        compareValues(firstType(args), a, b) === 0,
    examples: [
      { text: "equal_null(i, 1)", row: { i: null }, value: false },
      { text: "equal_null(s, s)", row: { s: null }, value: true },
    ],
  },
  {
    name: "if",
    family: "logic",
    doc: "The second value when the condition is true, else (false or null) the third.",
    parameters: [
      { name: "condition", accepts: "boolean" },
      { name: "yes", accepts: "alike" },
      { name: "no", accepts: "alike" },
    ],
    result: ([, yes]) => yes?.type ?? { kind: "null" },
    nulls: "may",
    spark: (args) => `if(${args.join(", ")})`,
    lazilyFails: ifFails,
    evaluateLazily:
      () =>
      ([condition, yes, no]) => {
        const decided = condition?.() ?? null;
        if (isFailure(decided)) return decided;
        return (decided ? yes : no)?.() ?? null;
      },
    examples: [
      { text: "if(i > 0, 'plus', 'minus')", row: { i: 1 }, value: "plus" },
      { text: "if(i = 0, 0, 10 / i)", row: { i: 0 }, value: 0 },
      { text: "if(i = 0, 10 / i, 1)", row: { i: 0 }, failed: true },
    ],
  },
  {
    name: "try",
    family: "logic",
    doc: "The value, or null where it failed: a bad row is then kept.",
    parameters: [{ name: "value", accepts: "any" }],
    result: firstType,
    nulls: "may",
    spark: ([value]) => `${value}`,
    lazilyFails: () => undefined,
    evaluateLazily:
      () =>
      ([value]) => {
        const found = value?.() ?? null;
        return isFailure(found) ? null : found;
      },
    examples: [
      { text: "try(1 / 0)", value: null },
      { text: "coalesce(try(cast('x' as int)), 7)", value: 7 },
    ],
  },
];
