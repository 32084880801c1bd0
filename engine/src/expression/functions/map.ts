import { type ColumnType, showType } from "../../column-type.ts";
import type { TypedExpression } from "../typed.ts";
import type { ValueMap } from "../values/value.ts";
import { always, by, type FunctionEntry, type Parameter, strict } from "./entry.ts";
import { elementOf } from "./list.ts";

const map: Parameter = { name: "map", accepts: "list or map" };

const checkMap: NonNullable<FunctionEntry["check"]> = ([given], report) => {
  if (given?.type.kind !== "map") report(0, `A map is needed here, not ${showType(given?.type ?? { kind: "null" })}.`);
};

function listOf(element: ColumnType): ColumnType {
  return { kind: "list", element };
}

/** Functions on maps. */
export const MAP: FunctionEntry[] = [
  strict("list", "map_keys", "The keys of the map, in its order.", [map], () => listOf({ kind: "string" }), {
    check: checkMap,
    spark: ([x]) => `map_keys(${x})`,
    evaluate: by((x: ValueMap) => Array.from(x.keys())),
    examples: [{ text: "map_keys(prices)", row: { prices: { a: 1 } }, value: ["a"] }],
  }),
  strict(
    "list",
    "map_values",
    "The values of the map, in its order.",
    [map],
    (args: TypedExpression[]) => listOf(elementOf(args)),
    {
      check: checkMap,
      spark: ([x]) => `map_values(${x})`,
      evaluate: by((x: ValueMap) => Array.from(x.values())),
      examples: [{ text: "map_values(prices)", row: { prices: { a: 1.5 } }, value: [1.5] }],
    },
  ),
  strict(
    "list",
    "map_contains_key",
    "True when the map has the key.",
    [map, { name: "key", accepts: "string" }],
    always("boolean"),
    {
      check: checkMap,
      spark: ([x, key]) => `map_contains_key(${x}, ${key})`,
      evaluate: by((x: ValueMap, key: string) => x.has(key)),
      examples: [{ text: "map_contains_key(prices, 'b')", row: { prices: { a: 1 } }, value: false }],
    },
  ),
];
