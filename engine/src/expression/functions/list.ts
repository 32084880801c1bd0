import type { ColumnType } from "../../column-type.ts";
import { sameType, showType } from "../../column-type.ts";
import { commonType } from "../type-rules.ts";
import type { TypedExpression } from "../typed.ts";
import { always, type FunctionEntry, firstType, intOf } from "./entry.ts";

function elementOf([list]: TypedExpression[]): ColumnType {
  return list?.type.kind === "list" ? list.type.element : list?.type.kind === "map" ? list.type.value : { kind: "null" };
}

/** Functions on lists and maps, and hashes of text. */
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
    check: ([list, value], report) => {
      const element = elementOf(list === undefined ? [] : [list]);
      const common = value === undefined ? undefined : commonType(element, value.type);
      if (value?.type.kind === "null") report(1, "A list cannot be searched for null.");
      else if (value !== undefined && (common === undefined || !sameType(common, element))) {
        report(1, `The list holds ${showType(element)}, but the value is of type ${showType(value.type)}.`);
      }
    },
    result: always("boolean"),
    nulls: "may",
    spark: ([x, value]) => `array_contains(${x}, ${value})`,
    examples: [
      { text: "array_contains(split('a,b', ','), 'b')", value: true },
      { text: "array_contains(tags, 'x')", row: { tags: [] }, value: false },
    ],
  },
  {
    name: "md5",
    family: "hash",
    doc: "The MD5 hash of the text's UTF-8 bytes in hexadecimal.",
    parameters: [{ name: "text", accepts: "string" }],
    result: always("string"),
    nulls: "any",
    spark: ([x]) => `md5(CAST(${x} AS BINARY))`,
    examples: [{ text: "md5('')", value: "d41d8cd98f00b204e9800998ecf8427e" }],
  },
  {
    name: "sha2",
    family: "hash",
    doc: "The SHA-2 hash of the text's UTF-8 bytes in hexadecimal; `bits` is 224, 256, 384 or 512.",
    parameters: [
      { name: "text", accepts: "string" },
      { name: "bits", accepts: "int", literal: true },
    ],
    check: (args, report) => {
      const bits = intOf(args[1]);
      if (bits !== undefined && ![224, 256, 384, 512].includes(bits))
        report(1, `SHA-2 has no ${bits} bits.`, "write 224, 256, 384 or 512");
    },
    result: always("string"),
    nulls: "any",
    spark: ([x, bits]) => `sha2(CAST(${x} AS BINARY), ${bits})`,
    examples: [{ text: "sha2('', 256)", value: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" }],
  },
];
