import { checkRegex, checkReplacement } from "../regex.ts";
import { quotedRegex, sparkText } from "../spark-text.ts";
import type { TypedCall, TypedExpression } from "../typed.ts";
import { type ArgumentReport, always, type FunctionEntry, intOf, type Parameter, textOf } from "./entry.ts";

/** Longest result of a padding, so that no row can exhaust the memory of a job. */
const MAX_PAD = 10_000;
const string = always("string");
const boolean = always("boolean");
const text: Parameter = { name: "text", accepts: "string" };
const pattern: Parameter = { name: "pattern", accepts: "string", literal: true };

function plain(name: string, doc: string, example: [string, string], spark = name): FunctionEntry {
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
    spark: ([x]) => `${spark}(${x})`,
    examples,
  };
}

function test(name: string, part: string, doc: string, spark: string, example: string): FunctionEntry {
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
    examples: [
      { text: `${name}('7', 3, '0')`, value },
      { text: `${name}('abcd', 2, '-')`, value: "ab" },
    ],
  };
}

/** Reports a pattern that Java and JavaScript would not read alike; gives its number of groups. */
function checkPattern(args: TypedExpression[], report: ArgumentReport): number | undefined {
  const given = textOf(args[1]);
  if (given === undefined) return undefined;
  const checked = checkRegex(given);
  if ("groups" in checked) return checked.groups;
  report(1, `The pattern \`${given}\` ${checked.mistake}.`, checked.hint);
  return undefined;
}

function groupOf({ args }: TypedCall): number {
  const checked = checkRegex(textOf(args[1]) ?? "");
  return intOf(args[2]) ?? ("groups" in checked && checked.groups > 0 ? 1 : 0);
}

const REGEX: FunctionEntry[] = [
  {
    name: "regexp_like",
    family: "text",
    doc: "True when the pattern matches anywhere in the text. Patterns keep to what Java and JavaScript read alike; `(?i)` in front ignores case.",
    parameters: [text, pattern],
    check: checkPattern,
    result: boolean,
    nulls: "any",
    spark: ([x, p]) => `regexp_like(${x}, ${p})`,
    examples: [
      { text: "regexp_like('A-12', '^[A-Z]-\\d+$')", value: true },
      { text: "regexp_like('abc', '(?i)B')", value: true },
    ],
  },
  {
    name: "regexp_replace",
    family: "text",
    doc: "Replaces every match of the pattern; `$1` in the replacement is the first group, `\\$` a dollar sign.",
    parameters: [text, pattern, { name: "replacement", accepts: "string", literal: true }],
    check: (args, report) => {
      const groups = checkPattern(args, report);
      const replacement = textOf(args[2]);
      if (groups === undefined || replacement === undefined) return;
      const mistake = checkReplacement(replacement, groups);
      if (mistake !== undefined) report(2, `The replacement \`${replacement}\` ${mistake}.`);
    },
    result: string,
    nulls: "any",
    spark: ([x, p, r]) => `regexp_replace(${x}, ${p}, ${r})`,
    examples: [
      { text: "regexp_replace('a1b22', '(\\d+)', '<$1>')", value: "a<1>b<22>" },
      { text: "regexp_replace('5', '5', '\\$')", value: "$" },
    ],
  },
  {
    name: "regexp_extract",
    family: "text",
    doc: "The part of the first match that a group caught (by default group 1, or all where there is none); empty when nothing matches.",
    parameters: [text, pattern, { name: "group", accepts: "int", literal: true, optional: true }],
    check: (args, report) => {
      const groups = checkPattern(args, report);
      const group = intOf(args[2]);
      if (groups === undefined || group === undefined || (group >= 0 && group <= groups)) return;
      report(2, `The pattern has no group ${group}, only 0 to ${groups}.`);
    },
    result: string,
    nulls: "any",
    spark: ([x, p], call) => `regexp_extract(${x}, ${p}, ${groupOf(call)})`,
    examples: [
      { text: "regexp_extract('A-12', '-(\\d+)')", value: "12" },
      { text: "regexp_extract('abc', '\\d')", value: "" },
    ],
  },
];

/** Functions on text. */
export const TEXT: FunctionEntry[] = [
  plain("lower", "The text in lower case.", ["lower('AbC')", "abc"]),
  plain("upper", "The text in upper case.", ["upper('AbC')", "ABC"]),
  plain("trim", "The text without spaces around it.", ["trim('  a b ')", "a b"]),
  plain("ltrim", "The text without spaces before it.", ["ltrim('  a ')", "a "]),
  plain("rtrim", "The text without spaces after it.", ["rtrim(' a  ')", " a"]),
  plain("initcap", "Every word with a capital in front and small letters behind.", ["initcap('new yORK')", "New York"]),
  plain("reverse", "The text backwards.", ["reverse('abc')", "cba"]),
  {
    ...plain("length", "The number of characters.", ["length('abc')", ""]),
    result: always("int"),
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
    examples: [
      { text: "replace('a.b.c', '.', '-')", value: "a-b-c" },
      { text: "replace('abc', '', 'x')", value: "abc" },
    ],
  },
  {
    name: "split",
    family: "text",
    doc: "The parts of the text between the separators (plain text, no pattern).",
    parameters: [text, { name: "separator", accepts: "string", literal: true }],
    check: (args, report) => {
      if (textOf(args[1]) === "") report(1, "The separator is empty.");
    },
    result: () => ({ kind: "list", element: { kind: "string" } }),
    nulls: "any",
    spark: ([x], { args }) => `split(${x}, ${sparkText(quotedRegex(textOf(args[1]) ?? ""))}, -1)`,
    examples: [
      { text: "split('a.b..c', '.')", value: ["a", "b", "", "c"] },
      { text: "split('', ',')", value: [""] },
    ],
  },
  test("starts_with", "prefix", "True when the text begins with the prefix.", "startswith", "starts_with('abc', 'ab')"),
  test("ends_with", "suffix", "True when the text ends with the suffix.", "endswith", "ends_with('abc', 'bc')"),
  test("contains", "part", "True when the text holds the part.", "contains", "contains('abc', 'b')"),
  ...REGEX,
  pad("lpad", "left", "007"),
  pad("rpad", "right", "700"),
];
