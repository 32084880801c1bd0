import { showType } from "../../column-type.ts";
import { type Evaluated, isFailure, type Value } from "../values/value.ts";
import { always, type FunctionEntry, firstType, type LazyParts, type Parameter } from "./entry.ts";

const list: Parameter = { name: "list", accepts: "list" };

/** The list failed, or the function did on one of its elements. */
function failsOnAny({ values: [list], failed: [ofList, ofElement] }: LazyParts): string | undefined {
  const within = ofElement === undefined ? undefined : `coalesce(exists(${list}, ${ofElement}), false)`;
  const parts = [ofList, within].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(" OR ");
}

type Collect = (elements: Value[], results: Value[]) => Evaluated;

function onElements(
  name: "transform" | "filter" | "exists" | "forall",
  doc: string,
  result: FunctionEntry["result"],
  collect: Collect,
  examples: FunctionEntry["examples"],
): FunctionEntry {
  const isTest = name !== "transform";
  return {
    name,
    family: "list",
    doc,
    parameters: [list, { name: isTest ? "test" : "change", accepts: "function" }],
    check: ([, given], report) => {
      const type = given?.type ?? { kind: "boolean" };
      if (isTest && type.kind !== "boolean") report(1, `The function must be a condition, but it gives ${showType(type)}.`);
      else if (type.kind === "null") report(1, "The function gives nothing but null.");
    },
    result,
    nulls: "may",
    spark: ([x, f]) => `${name}(${x}, ${f})`,
    lazilyFails: failsOnAny,
    evaluateLazily:
      () =>
      ([given, apply]) => {
        const elements = given?.() ?? null;
        if (elements === null || isFailure(elements)) return elements;
        const results: Value[] = [];
        for (const element of elements as Value[]) {
          const value = apply?.(element) ?? null;
          if (isFailure(value)) return value;
          results.push(value);
        }
        return collect(elements as Value[], results);
      },
    examples,
  };
}

/** `true` where the decisive result is among them, else null where a null is, else the other. */
function decided(results: Value[], decisive: boolean): boolean | null {
  if (results.includes(decisive)) return decisive;
  return results.includes(null) ? null : !decisive;
}

/** Functions that apply a function to the elements of a list. */
export const LIST_FUNCTIONS: FunctionEntry[] = [
  onElements(
    "transform",
    "The list of what the function makes of each element; fails where it fails on one.",
    ([, change]) => ({ kind: "list", element: change?.type ?? { kind: "null" } }),
    (_, results) => results,
    [
      { text: "transform(array(1, 2), x -> x * 10)", value: [10, 20] },
      {
        text: "array_sum(transform(items, item -> item.price * 2))",
        row: { items: [{ price: 1.5 }, { price: null }] },
        value: 3,
      },
      { text: "transform(numbers, x -> 10 / x)", row: { numbers: [5, 0] }, failed: true },
      { text: "transform(tags, x -> upper(x))", row: { tags: null }, value: null },
    ],
  ),
  onElements(
    "filter",
    "The elements for which the condition is true.",
    firstType,
    (elements, results) => elements.filter((_, i) => results[i] === true),
    [
      { text: "filter(array(1, 2, 3), x -> x > 1)", value: [2, 3] },
      { text: "size(filter(items, item -> item.price > d))", row: { d: 2, items: [{ price: 1 }, { price: 3 }] }, value: 1 },
    ],
  ),
  onElements(
    "exists",
    "True when the condition is true for an element; else null when it is null for one; else false.",
    always("boolean"),
    (_, results) => decided(results, true),
    [
      { text: "exists(array(1, 2), x -> x > 1)", value: true },
      { text: "exists(tags, x -> x = 'a')", row: { tags: ["b", null] }, value: null },
    ],
  ),
  onElements(
    "forall",
    "False when the condition is false for an element; else null when it is null for one; else true.",
    always("boolean"),
    (_, results) => decided(results, false),
    [
      { text: "forall(array(1, 2), x -> x > 0)", value: true },
      { text: "forall(numbers, x -> x > i)", row: { numbers: [], i: 1 }, value: true },
    ],
  ),
];
