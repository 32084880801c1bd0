import type { ColumnType } from "../../column-type.ts";
import { sameType, showType } from "../../column-type.ts";
import { castOf } from "../evaluate-cast.ts";
import { commonType } from "../type-rules.ts";
import type { TypedCall, TypedExpression } from "../typed.ts";
import { compareValues } from "../values/compare.ts";
import { failure, isFailure, type Value, type ValueMap } from "../values/value.ts";
import { always, by, type FunctionEntry, firstType, intOf } from "./entry.ts";

/** The type of the elements of a list, or of the values of a map. */
export function elementOf([list]: readonly (TypedExpression | undefined)[]): ColumnType {
  return list?.type.kind === "list" ? list.type.element : list?.type.kind === "map" ? list.type.value : { kind: "null" };
}

/** Reports a value (the second argument) that the list (the first) cannot hold, or null. */
export const checkElement: NonNullable<FunctionEntry["check"]> = ([list, value], report) => {
  const element = elementOf([list]);
  const common = value === undefined ? undefined : commonType(element, value.type);
  if (value?.type.kind === "null") report(1, "A list cannot be searched for null.");
  else if (value !== undefined && (common === undefined || !sameType(common, element))) {
    report(1, `The list holds ${showType(element)}, but the value is of type ${showType(value.type)}.`);
  }
};

/** Tests a list's elements for being equal to the second argument, which may be of a narrower type. */
export function equalTo({ args }: TypedCall): (element: Value, value: Value) => boolean {
  const type = elementOf(args);
  const widen = castOf(args[1]?.type ?? type, type);
  return (element, value) => {
    const wide = widen(value);
    return element !== null && !isFailure(wide) && compareValues(type, element, wide) === 0;
  };
}

function at(list: Value[], position: number): Value | ReturnType<typeof failure> {
  const index = position > 0 ? position - 1 : list.length + position;
  return position !== 0 && index >= 0 && index < list.length
    ? (list[index] ?? null)
    : failure(`there is no element at position ${position} in a list of ${list.length}`);
}

/** Functions on lists and maps. */
export const LIST: FunctionEntry[] = [
  {
    name: "size",
    family: "list",
    doc: "The number of elements.",
    parameters: [{ name: "list", accepts: "list or map" }],
    result: always("int"),
    nulls: "any",
    // array_size: `size` of null depends on a setting
    spark: ([x], { args }) => (firstType(args).kind === "map" ? `array_size(map_keys(${x}))` : `array_size(${x})`),
    evaluate: by((list: Value[] | Map<string, Value>) => (list instanceof Map ? list.size : list.length)),
    examples: [
      { text: "size(split('a,b', ','))", value: 2 },
      { text: "size(tags)", row: { tags: null }, value: null },
      { text: "size(prices)", row: { prices: { a: 1 } }, value: 1 },
    ],
  },
  {
    name: "element_at",
    family: "list",
    doc: "The element at a position counted from 1 (from the end when negative); fails outside the list. Of a map: the value of a key, null when absent.",
    parameters: [
      { name: "list", accepts: "list or map" },
      { name: "position", accepts: "any" },
    ],
    check: ([list, position], report) => {
      const wanted: ColumnType = { kind: list?.type.kind === "map" ? "string" : "int" };
      if (position !== undefined && !sameType(position.type, wanted)) {
        report(
          1,
          `The ${wanted.kind === "string" ? "key" : "position"} must be of type ${wanted.kind}, but it is of type ${showType(position.type)}.`,
        );
      } else if (position?.type.kind === "null") report(1, "The position is null.");
      else if (intOf(position) === 0)
        report(1, "Positions count from 1: there is no element 0.", "write `list[0]` to count from 0");
    },
    result: elementOf,
    nulls: "may",
    // even its try form, Spark throws at position 0 and overruns the list at the smallest int
    spark: ([x, position], { args }) => {
      const safe = firstType(args).kind === "map" || Math.abs(intOf(args[1]) ?? Number.POSITIVE_INFINITY) < 2 ** 31;
      return safe ? `try_element_at(${x}, ${position})` : `try_element_at(${x}, nullif(nullif(${position}, 0), -2147483648))`;
    },
    fails: ([x, position], { args }) =>
      firstType(args).kind === "map" ? undefined : `(${position} = 0 OR abs(CAST(${position} AS BIGINT)) > array_size(${x}))`,
    evaluate: ({ args }) =>
      firstType(args).kind === "map"
        ? ([map, key]) => (map === null || key === null ? null : ((map as ValueMap).get(key as string) ?? null))
        : ([list, position]) => (list === null || position === null ? null : at(list as Value[], position as number)),
    examples: [
      { text: "element_at(split('a,b', ','), -1)", value: "b" },
      { text: "element_at(split('a,b', ','), 3)", failed: true },
      { text: "element_at(split('a,b', ','), i)", row: { i: 0 }, failed: true },
      { text: "element_at(split('a,b', ','), i)", row: { i: -2147483648 }, failed: true },
      { text: "element_at(prices, 'b')", row: { prices: { a: 1.5 } }, value: null },
    ],
  },
  {
    name: "array_contains",
    family: "list",
    doc: "True when the list holds the value; null when it does not but holds a null.",
    parameters: [
      { name: "list", accepts: "list" },
      { name: "value", accepts: "scalar" },
    ],
    check: checkElement,
    result: always("boolean"),
    nulls: "may",
    spark: ([x, value]) => `array_contains(${x}, ${value})`,
    evaluate: (call) => {
      const equal = equalTo(call);
      return ([list, value = null]) => {
        if (list === null || value === null) return null;
        const found = (list as Value[]).some((one) => equal(one, value));
        return found || !(list as Value[]).includes(null) ? found : null;
      };
    },
    examples: [
      { text: "array_contains(split('a,b', ','), 'b')", value: true },
      { text: "array_contains(tags, 'x')", row: { tags: [] }, value: false },
    ],
  },
];
