import { type ColumnType, showType } from "../../column-type.ts";
import { dateText, instantParts } from "../values/calendar.ts";
import { decimalText } from "../values/decimal.ts";
import { type JsonNode, quoteJson, readJson, writeJson } from "../values/json.ts";
import { doubleText } from "../values/number-text.ts";
import type { Evaluated, Row, Value, ValueMap } from "../values/value.ts";
import { always, type FunctionEntry, firstType, type Parameter, strict, textOf } from "./entry.ts";

const text: Parameter = { name: "text", accepts: "string" };
const PATH = /^\$(?:\.[A-Za-z_][A-Za-z0-9_-]*|\[\d{1,6}\])*$/;

function stepsOf(path: string): (string | number)[] {
  return Array.from(path.matchAll(/\.([A-Za-z_][A-Za-z0-9_-]*)|\[(\d+)\]/g), ([, name, index]) => name ?? Number(index));
}

/** The node at a path; of fields of one name the first that leads to something. */
function nodeAt(node: JsonNode, steps: readonly (string | number)[]): JsonNode | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return node;
  if (typeof step === "number") {
    const item = node.kind === "array" ? node.items[step] : undefined;
    return item === undefined ? undefined : nodeAt(item, rest);
  }
  if (node.kind !== "object") return undefined;
  for (const [name, value] of node.fields) {
    const found = name === step && !isNull(value) ? nodeAt(value, rest) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function isNull(node: JsonNode): boolean {
  return node.kind === "word" && node.text === "null";
}

function json(type: ColumnType, value: Exclude<Value, null>): string {
  switch (type.kind) {
    case "double":
      return Number.isFinite(value) ? doubleText(value as number) : `"${doubleText(value as number)}"`;
    case "decimal":
      return decimalJson(value as bigint, type.scale);
    case "date":
      return `"${dateText(value as number)}"`;
    case "timestamp": {
      const { date, time, fraction } = instantParts(value as bigint);
      return `"${date}T${time}.${fraction.slice(1, 4).padEnd(3, "0")}Z"`;
    }
    case "string":
      return quoteJson(value as string);
    case "list":
      return `[${(value as Value[]).map((one) => (one === null ? "null" : json(type.element, one))).join(",")}]`;
    case "map":
      return object(Array.from(value as ValueMap, ([key, one]) => [key, one === null ? "null" : json(type.value, one)]));
    case "struct":
      return object(
        type.fields.flatMap((field): [string, string][] => {
          const one = (value as Row)[field.name] ?? null;
          return one === null ? [] : [[field.name, json(field.type, one)]];
        }),
      );
    default:
      return String(value);
  }
}

/** As Java's BigDecimal writes itself: with an exponent where the first digit stands far behind the point. */
function decimalJson(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled);
  const exponent = digits.length - 1 - scale;
  if (exponent >= -6) return decimalText(unscaled, scale);
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
  return `${unscaled < 0n ? "-" : ""}${digits[0]}${fraction}E${exponent}`;
}

function object(fields: [string, string][]): string {
  return `{${fields.map(([name, value]) => `${quoteJson(name)}:${value}`).join(",")}}`;
}

function holdsBinary(type: ColumnType): boolean {
  if (type.kind === "list") return holdsBinary(type.element);
  if (type.kind === "map") return holdsBinary(type.value);
  return type.kind === "struct" ? type.fields.some((field) => holdsBinary(field.type)) : type.kind === "binary";
}

/** Functions on JSON in texts. */
export const JSON_FUNCTIONS: FunctionEntry[] = [
  {
    ...strict(
      "json",
      "get_json_object",
      "The value at a path such as `$.a.b[0]` in a JSON text: a text as it is, anything else as JSON. Null where there is none or the text is no JSON.",
      [text, { name: "path", accepts: "string", literal: true }],
      always("string"),
      {
        check: (args, report) => {
          const path = textOf(args[1]);
          if (path !== undefined && !PATH.test(path))
            report(1, `\`${path}\` is no path here.`, "write for example '$.customer.id' or '$.items[0]'");
        },
        spark: ([x, path]) => `get_json_object(${x}, ${path})`,
        examples: [
          { text: `get_json_object('{"a":{"b":[1,2]}}', '$.a.b[1]')`, value: "2" },
          { text: `get_json_object('{"a":1}', '$.b')`, value: null },
          { text: `get_json_object(s, '$')`, row: { s: '{ "a" : [ 1.50 ] }' }, value: '{"a":[1.5]}' },
          { text: `get_json_object(s, '$.a')`, row: { s: "no json" }, value: null },
          { text: `get_json_object(s, '$.a.b')`, row: { s: '{"a":{"b":true}}' }, value: "true" },
          { text: `get_json_object(s, '$.a.c[2]')`, row: { s: '{"a":{"c":[1,2,true]}}' }, value: "true" },
          { text: `get_json_object(s, '$[1].x')`, row: { s: '[0,{"x":"é"}]' }, value: "é" },
        ],
      },
    ),
    nulls: "may",
    evaluate: ({ args }) => {
      const steps = stepsOf(textOf(args[1]) ?? "");
      return ([x]): Evaluated => {
        const read = x === null ? undefined : readJson(x as string);
        const found = read && nodeAt(read, steps);
        if (found === undefined) return null;
        return found.kind === "string" ? found.text : writeJson(found);
      };
    },
  },
  {
    ...strict(
      "json",
      "json_array_length",
      "The number of elements of a JSON array; null where the text is none.",
      [text],
      always("int"),
      {
        spark: ([x]) => `json_array_length(${x})`,
        examples: [
          { text: "json_array_length('[1,[2],3]')", value: 3 },
          { text: "json_array_length('{}')", value: null },
        ],
      },
    ),
    nulls: "may",
    evaluate:
      () =>
      ([x]): Evaluated => {
        const read = x === null ? undefined : readJson(x as string);
        return read?.kind === "array" ? read.items.length : null;
      },
  },
  strict(
    "json",
    "to_json",
    "The list, map or object as JSON; fields that are null are left out of an object.",
    [{ name: "value", accepts: "any" }],
    always("string"),
    {
      check: ([value], report) => {
        const type = value?.type ?? { kind: "null" };
        if (!["list", "map", "struct"].includes(type.kind))
          report(0, `\`to_json\` takes a list, a map or an object, not ${showType(type)}.`);
        else if (holdsBinary(type)) report(0, "`to_json` takes no binary values.");
      },
      spark: ([x]) => `to_json(${x})`,
      evaluate: ({ args }) => {
        const type = firstType(args);
        return ([x]) => (x === null || x === undefined ? null : json(type, x));
      },
      examples: [
        { text: "to_json(array(1, 2))", value: "[1,2]" },
        { text: "to_json(prices)", row: { prices: { a: 1.5 } }, value: '{"a":1.5}' },
        { text: "to_json(items)", row: { items: [{ price: null }] }, value: "[{}]" },
      ],
    },
  ),
];
