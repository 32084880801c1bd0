import { titleCase } from "../values/title-case.ts";
import { always, by, type FunctionEntry, intOf, type Parameter } from "./entry.ts";

/** Longest result of a padding, so that no row can exhaust the memory of a job. */
const MAX_PAD = 10_000;
const MAX_INT = 2 ** 31 - 1;
const string = always("string");
const boolean = always("boolean");
const text: Parameter = { name: "text", accepts: "string" };

function plain(name: string, doc: string, example: [string, string], apply: (text: string) => string): FunctionEntry {
  const examples = [
    { text: example[0], value: example[1] },
    { text: `${name}(s)`, row: { s: null }, value: null },
  ];
  return {
    name,
    family: "text",
    doc,
    parameters: [text],
    result: string,
    nulls: "any",
    spark: ([x]) => `${name}(${x})`,
    evaluate: by(apply),
    examples,
  };
}

function test(
  name: string,
  part: string,
  doc: string,
  spark: string,
  example: string,
  apply: (text: string, part: string) => boolean,
): FunctionEntry {
  const parameters: Parameter[] = [text, { name: part, accepts: "string" }];
  const examples = [
    { text: example, value: true },
    { text: `${name}('abc', 'x')`, value: false },
    { text: `${name}(s, 'x')`, row: { s: null }, value: null },
  ];
  return {
    name,
    family: "text",
    doc,
    parameters,
    result: boolean,
    nulls: "any",
    spark: ([x, y]) => `${spark}(${x}, ${y})`,
    evaluate: by(apply),
    examples,
  };
}

function pad(name: "lpad" | "rpad", side: string, value: string): FunctionEntry {
  return {
    name,
    family: "text",
    doc: `Fills the text up on the ${side} to a length, or cuts it there (at most ${MAX_PAD}).`,
    parameters: [text, { name: "length", accepts: "int", literal: true }, { name: "pad", accepts: "string", literal: true }],
    check: (args, report) => {
      const length = intOf(args[1]);
      if (length !== undefined && (length < 0 || length > MAX_PAD))
        report(1, `The length ${length} is not between 0 and ${MAX_PAD}.`);
    },
    result: string,
    nulls: "any",
    spark: ([x, length, fill]) => `${name}(${x}, ${length}, ${fill})`,
    evaluate: by((x: string, length: number, fill: string) => {
      const [own, filling] = [Array.from(x), Array.from(fill)];
      if (own.length >= length || filling.length === 0) return own.slice(0, length).join("");
      const added = Array.from({ length: length - own.length }, (_, i) => filling[i % filling.length]).join("");
      return name === "lpad" ? added + x : x + added;
    }),
    examples: [
      { text: `${name}('7', 3, '0')`, value },
      { text: `${name}('abcd', 2, '-')`, value: "ab" },
    ],
  };
}

/** The part from a position that counts from 1, or from the end when negative; positions count code points. */
export function substring(text: string, start: number, count: number): string {
  const points = Array.from(text);
  const from = start > 0 ? start - 1 : start < 0 ? points.length + start : 0;
  const to = Math.min(MAX_INT, from + count);
  return to <= from ? "" : points.slice(Math.max(0, from), Math.max(0, to)).join("");
}

/** Functions on text. */
export const TEXT: FunctionEntry[] = [
  plain("lower", "The text in lower case.", ["lower('AbC')", "abc"], (x) => x.toLowerCase()),
  plain("upper", "The text in upper case.", ["upper('AbC')", "ABC"], (x) => x.toUpperCase()),
  plain("trim", "The text without spaces around it.", ["trim('  a b ')", "a b"], (x) => x.replace(/^ +| +$/g, "")),
  plain("ltrim", "The text without spaces before it.", ["ltrim('  a ')", "a "], (x) => x.replace(/^ +/, "")),
  plain("rtrim", "The text without spaces after it.", ["rtrim(' a  ')", " a"], (x) => x.replace(/ +$/, "")),
  plain(
    "initcap",
    "Every word with a capital in front and small letters behind.",
    ["initcap('new yORK')", "New York"],
    titleCase,
  ),
  plain("reverse", "The text backwards.", ["reverse('abc')", "cba"], (x) => Array.from(x).reverse().join("")),
  {
    ...plain("length", "The number of characters.", ["length('abc')", ""], (x) => x),
    result: always("int"),
    evaluate: by((x: string) => Array.from(x).length),
    examples: [
      { text: "length('abc')", value: 3 },
      { text: "length('')", value: 0 },
      { text: "length('zoë🙂')", value: 4 },
    ],
  },
  {
    name: "substring",
    family: "text",
    doc: "The part of the text from a position, counted from 1 (or from the end when negative), of at most `count` characters.",
    parameters: [text, { name: "start", accepts: "int" }, { name: "count", accepts: "int", optional: true }],
    result: string,
    nulls: "any",
    spark: (args) => `substring(${args.join(", ")})`,
    evaluate: by((x: string, start: number, ...[count = MAX_INT]: number[]) => substring(x, start, count)),
    examples: [
      { text: "substring('abcdef', 2, 3)", value: "bcd" },
      { text: "substring('abcdef', -2)", value: "ef" },
      { text: "substring('abc', 9)", value: "" },
      { text: "substring('abc', 2147483647, 2147483647)", value: "" },
    ],
  },
  {
    name: "concat",
    family: "text",
    doc: "The texts joined; null when one of them is.",
    variadic: true,
    parameters: [text, { name: "more", accepts: "string" }],
    result: string,
    nulls: "any",
    spark: (args) => `concat(${args.join(", ")})`,
    evaluate: by((...texts: string[]) => texts.join("")),
    examples: [
      { text: "concat('a', 'b', 'c')", value: "abc" },
      { text: "concat('a', s)", row: { s: null }, value: null },
    ],
  },
  {
    name: "concat_ws",
    family: "text",
    doc: "The texts joined with a separator between them; those that are null are left out.",
    variadic: true,
    parameters: [
      { name: "separator", accepts: "string", literal: true },
      { name: "texts", accepts: "string" },
    ],
    result: string,
    nulls: "never",
    spark: (args) => `concat_ws(${args.join(", ")})`,
    evaluate: by((separator: string, ...texts: (string | null)[]) => texts.filter((one) => one !== null).join(separator)),
    examples: [{ text: "concat_ws('-', 'a', s, 'b')", row: { s: null }, value: "a-b" }],
  },
  {
    name: "replace",
    family: "text",
    doc: "The text with every occurrence of `search` replaced.",
    parameters: [text, { name: "search", accepts: "string" }, { name: "replacement", accepts: "string" }],
    result: string,
    nulls: "any",
    spark: (args) => `replace(${args.join(", ")})`,
    evaluate: by((x: string, search: string, replacement: string) => (search === "" ? x : x.split(search).join(replacement))),
    examples: [
      { text: "replace('a.b.c', '.', '-')", value: "a-b-c" },
      { text: "replace('abc', '', 'x')", value: "abc" },
    ],
  },
  test("starts_with", "prefix", "True when the text begins with the prefix.", "startswith", "starts_with('abc', 'ab')", (x, y) =>
    x.startsWith(y),
  ),
  test("ends_with", "suffix", "True when the text ends with the suffix.", "endswith", "ends_with('abc', 'bc')", (x, y) =>
    x.endsWith(y),
  ),
  test("contains", "part", "True when the text holds the part.", "contains", "contains('abc', 'b')", (x, y) => x.includes(y)),
  pad("lpad", "left", "007"),
  pad("rpad", "right", "700"),
];
