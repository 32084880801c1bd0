import { type ColumnType, showType, sparkType } from "../../column-type.ts";
import { castOf } from "../evaluate-cast.ts";
import { isScalar } from "../type-rules.ts";
import { compareValues } from "../values/compare.ts";
import { isFailure, type Value } from "../values/value.ts";
import { always, by, type FunctionEntry, firstType, intOf, type Parameter, strict, textOf } from "./entry.ts";
import { checkElement, elementOf, equalTo } from "./list.ts";

const MAX_TIMES = 1000;
const list: Parameter = { name: "list", accepts: "list" };
const value: Parameter = { name: "value", accepts: "scalar" };
type Check = NonNullable<FunctionEntry["check"]>;

/** Reports a list whose elements cannot be compared. */
export const checkScalars: Check = (args, report) => {
  const element = elementOf(args);
  if (!isScalar(element)) report(0, `Elements of type ${showType(element)} cannot be compared.`);
};

function listOf(element: ColumnType): ColumnType {
  return { kind: "list", element };
}

function extreme(name: "array_min" | "array_max", word: string, direction: 1 | -1, result: number): FunctionEntry {
  return {
    ...strict("list", name, `The ${word} element, null left out; null for an empty list.`, [list], elementOf, {
      check: checkScalars,
      spark: ([x]) => `${name}(${x})`,
      examples: [
        { text: `${name}(array(2, 3, 1))`, value: result },
        { text: `${name}(tags)`, row: { tags: [] }, value: null },
      ],
    }),
    nulls: "may",
    evaluate: ({ args }) => {
      const type = elementOf(args);
      return ([x]) => {
        let best: Value = null;
        for (const one of (x as Value[] | null) ?? [])
          if (one !== null && (best === null || compareValues(type, one, best) * direction > 0)) best = one;
        return best;
      };
    },
  };
}

function adding(
  name: "array_append" | "array_prepend",
  doc: string,
  join: (values: Value[], one: Value) => Value[],
  result: unknown,
) {
  const entry: FunctionEntry = {
    ...strict("list", name, doc, [list, value], firstType, {
      check: (args, report) => {
        if (args[1]?.type.kind !== "null") checkElement(args, report);
      },
      spark: ([x, v], { args }) => `${name}(${x}, CAST(${v} AS ${sparkType(elementOf(args))}))`,
      examples: [
        { text: `${name}(array(1, 2), 3)`, value: result },
        { text: `${name}(tags, s)`, row: { tags: null, s: "a" }, value: null },
      ],
    }),
    nulls: "may",
    evaluate: ({ args }) => {
      const widen = castOf(args[1]?.type ?? { kind: "null" }, elementOf(args));
      return ([x, v = null]) => {
        const one = widen(v);
        return x === null || isFailure(one) ? null : join(x as Value[], one);
      };
    },
  };
  return entry;
}

/** Functions that make lists out of lists and maps. */
export const LIST_CHANGE: FunctionEntry[] = [
  {
    name: "array",
    family: "list",
    doc: "The list of the values.",
    variadic: true,
    parameters: [{ name: "value", accepts: "alike" }],
    result: (args) => listOf(firstType(args)),
    nulls: "never",
    spark: (args) => `array(${args.join(", ")})`,
    evaluate: by((...values: Value[]) => values),
    examples: [
      { text: "array(1, 2)", value: [1, 2] },
      { text: "array('a', s)", row: { s: null }, value: ["a", null] },
    ],
  },
  strict(
    "list",
    "array_join",
    "The texts of the list joined with a separator; null is left out, or replaced where a third text is given.",
    [
      list,
      { name: "separator", accepts: "string", literal: true },
      { name: "missing", accepts: "string", literal: true, optional: true },
    ],
    always("string"),
    {
      check: (args, report) => {
        const element = elementOf(args);
        if (element.kind !== "string") report(0, `Only a list of texts can be joined, not of ${showType(element)}.`);
      },
      spark: (args) => `array_join(${args.join(", ")})`,
      evaluate: ({ args }) => {
        const [separator, missing] = [textOf(args[1]) ?? "", textOf(args[2])];
        return ([x]) =>
          (x as (string | null)[])
            .flatMap((one) => (one === null ? (missing === undefined ? [] : [missing]) : [one]))
            .join(separator);
      },
      examples: [
        { text: "array_join(array('a', 'b'), '-')", value: "a-b" },
        { text: "array_join(tags, ',', '?')", row: { tags: ["a", null] }, value: "a,?" },
      ],
    },
  ),
  strict(
    "list",
    "slice",
    "The elements from a position, counted from 1 (from the end when negative), at most `length` of them.",
    [list, { name: "start", accepts: "int", literal: true }, { name: "length", accepts: "int", literal: true }],
    firstType,
    {
      check: (args, report) => {
        if (intOf(args[1]) === 0) report(1, "Positions count from 1: there is no element 0.");
        if ((intOf(args[2]) ?? 0) < 0) report(2, "The length is negative.");
      },
      spark: (args) => `slice(${args.join(", ")})`,
      evaluate: by((x: Value[], start: number, length: number) => {
        const from = start > 0 ? start - 1 : x.length + start;
        return from < 0 ? [] : x.slice(from, from + length);
      }),
      examples: [
        { text: "slice(array(1, 2, 3), 2, 2)", value: [2, 3] },
        { text: "slice(array(1, 2, 3), -1, 1)", value: [3] },
      ],
    },
  ),
  strict(
    "list",
    "array_position",
    "Where the value first stands in the list, counted from 1; 0 where it does not.",
    [list, value],
    always("long"),
    {
      check: checkElement,
      spark: ([x, v]) => `array_position(${x}, ${v})`,
      evaluate: (call) => {
        const equal = equalTo(call);
        return ([x, v = null]) => BigInt((x as Value[]).findIndex((one) => equal(one, v)) + 1);
      },
      examples: [{ text: "array_position(array('a', 'b'), 'b')", value: 2 }],
    },
  ),
  strict("list", "array_remove", "The list without the elements that are equal to the value.", [list, value], firstType, {
    check: checkElement,
    spark: ([x, v]) => `array_remove(${x}, ${v})`,
    evaluate: (call) => {
      const equal = equalTo(call);
      return ([x, v = null]) => (x as Value[]).filter((one) => !equal(one, v));
    },
    examples: [{ text: "array_remove(array(1, 2, 1), 1)", value: [2] }],
  }),
  extreme("array_min", "smallest", -1, 1),
  extreme("array_max", "largest", 1, 3),
  adding("array_append", "The list with the value behind it.", (values, one) => [...values, one], [1, 2, 3]),
  adding("array_prepend", "The list with the value before it.", (values, one) => [one, ...values], [3, 1, 2]),
  strict("list", "array_compact", "The list without its nulls.", [list], firstType, {
    spark: ([x]) => `array_compact(${x})`,
    evaluate: by((x: Value[]) => x.filter((one) => one !== null)),
    examples: [{ text: "array_compact(tags)", row: { tags: ["a", null] }, value: ["a"] }],
  }),
  {
    name: "array_repeat",
    family: "list",
    doc: `A list of so many (0 to ${MAX_TIMES}) times the value.`,
    parameters: [
      { name: "value", accepts: "any" },
      { name: "count", accepts: "int", literal: true },
    ],
    check: (args, report) => {
      const times = intOf(args[1]) ?? 0;
      if (times < 0 || times > MAX_TIMES) report(1, `${times} times are not between 0 and ${MAX_TIMES}.`);
    },
    result: (args) => listOf(firstType(args)),
    nulls: "never",
    spark: ([x, n]) => `array_repeat(${x}, ${n})`,
    evaluate: by((x: Value, n: number) => Array.from({ length: n }, () => x)),
    examples: [{ text: "array_repeat('a', 2)", value: ["a", "a"] }],
  },
];
