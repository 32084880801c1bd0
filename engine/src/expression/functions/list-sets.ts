import { type ColumnType, sameType, showType } from "../../column-type.ts";
import type { TypedCall } from "../typed.ts";
import { compareValues } from "../values/compare.ts";
import type { Evaluated, Value } from "../values/value.ts";
import { always, type FunctionEntry, firstType, type Parameter, strict } from "./entry.ts";
import { elementOf } from "./list.ts";
import { checkScalars } from "./list-change.ts";

const list: Parameter = { name: "list", accepts: "list" };
const other: Parameter = { name: "other", accepts: "list" };

const checkAlike: NonNullable<FunctionEntry["check"]> = (args, report) => {
  checkScalars(args, report);
  const [a, b] = [elementOf(args), elementOf(args.slice(1))];
  if (!sameType(a, b)) report(1, `One list holds ${showType(a)}, the other ${showType(b)}.`);
};

/** Each value once, in the order of first appearance; null is a value here. */
function distinct(type: ColumnType, values: readonly Value[]): Value[] {
  const kept: Value[] = [];
  for (const one of values) if (!has(type, kept, one)) kept.push(one);
  return kept;
}

function has(type: ColumnType, values: readonly Value[], wanted: Value): boolean {
  return values.some((one) => compareValues(type, one, wanted) === 0);
}

function onSets(
  name: string,
  doc: string,
  apply: (type: ColumnType, a: Value[], b: Value[]) => Value[],
  result: unknown,
): FunctionEntry {
  return strict("list", name, doc, [list, other], firstType, {
    check: checkAlike,
    spark: ([a, b]) => `${name}(${a}, ${b})`,
    evaluate: ({ args }) => {
      const type = elementOf(args);
      return ([a, b]) => apply(type, a as Value[], b as Value[]);
    },
    examples: [{ text: `${name}(array(1, 2, 2), array(2, 3))`, value: result }],
  });
}

function sorted({ args }: TypedCall): (values: Value[]) => Evaluated {
  const type = elementOf(args);
  const descending = args[1]?.kind === "literal" && args[1].value === false;
  return ([x]) => [...(x as Value[])].sort((a, b) => compareValues(type, a, b) * (descending ? -1 : 1));
}

/** Functions that treat lists as sets, or order them. */
export const LIST_SETS: FunctionEntry[] = [
  strict(
    "list",
    "sort_array",
    "The list in ascending order with null first, or descending with null last.",
    [list, { name: "ascending", accepts: "boolean", literal: true, optional: true }],
    firstType,
    {
      check: checkScalars,
      spark: (args) => `sort_array(${args.join(", ")})`,
      evaluate: sorted,
      examples: [
        { text: "sort_array(array(3, 1, 2))", value: [1, 2, 3] },
        { text: "sort_array(tags, false)", row: { tags: ["a", null, "b"] }, value: ["b", "a", null] },
      ],
    },
  ),
  strict("list", "array_distinct", "Each element once, in the order of first appearance.", [list], firstType, {
    check: checkScalars,
    spark: ([x]) => `array_distinct(${x})`,
    evaluate: ({ args }) => {
      const type = elementOf(args);
      return ([x]) => distinct(type, x as Value[]);
    },
    examples: [{ text: "array_distinct(array(2, 1, 2))", value: [2, 1] }],
  }),
  onSets("array_union", "The elements of either list, each once.", (type, a, b) => distinct(type, [...a, ...b]), [1, 2, 3]),
  onSets(
    "array_intersect",
    "The elements of both lists, each once.",
    (type, a, b) =>
      distinct(
        type,
        a.filter((one) => has(type, b, one)),
      ),
    [2],
  ),
  onSets(
    "array_except",
    "The elements of the first list that the other does not hold, each once.",
    (type, a, b) =>
      distinct(
        type,
        a.filter((one) => !has(type, b, one)),
      ),
    [1],
  ),
  {
    ...strict(
      "list",
      "arrays_overlap",
      "True when the lists share an element; null when they do not and both hold something, one of them a null.",
      [list, other],
      always("boolean"),
      {
        check: checkAlike,
        spark: ([a, b]) => `arrays_overlap(${a}, ${b})`,
        examples: [
          { text: "arrays_overlap(array(1, 2), array(2, 3))", value: true },
          { text: "arrays_overlap(array(1), array(2))", value: false },
        ],
      },
    ),
    nulls: "may",
    evaluate: ({ args }) => {
      const type = elementOf(args);
      return ([a, b]) => {
        if (a === null || b === null) return null;
        const [left, right] = [a as Value[], b as Value[]];
        if (left.some((one) => one !== null && has(type, right, one))) return true;
        return left.length > 0 && right.length > 0 && (left.includes(null) || right.includes(null)) ? null : false;
      };
    },
  },
];
