import { always, by, type FunctionEntry, intOf, type Parameter, strict, textOf } from "./entry.ts";
import { substring } from "./text.ts";

/** Longest repetition, so that no row can exhaust the memory of a job. */
const MAX_TIMES = 1000;
const string = always("string");
const int = always("int");
const text: Parameter = { name: "text", accepts: "string" };
const count: Parameter = { name: "count", accepts: "int" };
const separator: Parameter = { name: "separator", accepts: "string", literal: true };

function notEmpty(index: number, word: string): NonNullable<FunctionEntry["check"]> {
  return (args, report) => {
    if (textOf(args[index]) === "") report(index, `The ${word} is empty.`);
  };
}

/** The number of single-character edits from one text to the other. */
function editDistance(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  let row = right.map((_, i) => i + 1);
  left.forEach((letter, i) => {
    let before = i;
    let last = i + 1;
    row = right.map((other, j) => {
      const above = row[j] ?? 0;
      last = Math.min(above + 1, last + 1, before + (letter === other ? 0 : 1));
      before = above;
      return last;
    });
  });
  return row.at(-1) ?? left.length;
}

const CODES: Record<string, string> = {};
for (const [code, letters] of Object.entries({ 1: "BFPV", 2: "CGJKQSXZ", 3: "DT", 4: "L", 5: "MN", 6: "R" }))
  for (const letter of letters) CODES[letter] = code;

/** The sound of a name in English; what does not begin with a letter stays as it is. */
function soundOf(name: string): string {
  if (!/^[A-Za-z]/.test(name)) return name;
  const letters = name.replace(/[^A-Za-z]/g, " ").toUpperCase();
  let result = letters[0] ?? "";
  let last = CODES[result] ?? "0";
  for (const letter of letters.slice(1)) {
    const code = CODES[letter] ?? "0";
    if (letter === "H" || letter === "W") continue;
    if (code !== "0" && code !== last) result += code;
    if (result.length === 4) return result;
    last = code;
  }
  return result.padEnd(4, "0");
}

/** Functions that take texts apart and compare them. */
export const TEXT_PARTS: FunctionEntry[] = [
  strict("text", "left", "The first `count` characters; empty when `count` is 0 or less.", [text, count], string, {
    spark: ([x, n]) => `left(${x}, ${n})`,
    evaluate: by((x: string, n: number) => (n <= 0 ? "" : substring(x, 1, n))),
    examples: [
      { text: "left('abc', 2)", value: "ab" },
      { text: "left('abc', i)", row: { i: -1 }, value: "" },
    ],
  }),
  strict("text", "right", "The last `count` characters; empty when `count` is 0 or less.", [text, count], string, {
    spark: ([x, n]) => `right(${x}, ${n})`,
    evaluate: by((x: string, n: number) => (n <= 0 ? "" : Array.from(x).slice(-n).join(""))),
    examples: [
      { text: "right('abc', 2)", value: "bc" },
      { text: "right('abc', 9)", value: "abc" },
    ],
  }),
  strict("text", "repeat", `The text so many times, 0 to ${MAX_TIMES}.`, [text, { ...count, literal: true }], string, {
    check: (args, report) => {
      const times = intOf(args[1]) ?? 0;
      if (times < 0 || times > MAX_TIMES) report(1, `${times} times are not between 0 and ${MAX_TIMES}.`);
    },
    spark: ([x, n]) => `repeat(${x}, ${n})`,
    evaluate: by((x: string, n: number) => x.repeat(n)),
    examples: [
      { text: "repeat('ab', 3)", value: "ababab" },
      { text: "repeat(s, 0)", row: { s: "x" }, value: "" },
    ],
  }),
  strict(
    "text",
    "translate",
    "The text with each character of `from` replaced by the one at its place in `to`, or left out where `to` is shorter.",
    [text, { name: "from", accepts: "string", literal: true }, { name: "to", accepts: "string", literal: true }],
    string,
    {
      spark: (args) => `translate(${args.join(", ")})`,
      evaluate: ({ args }) => {
        const to = Array.from(textOf(args[2]) ?? "");
        const places = new Map<string, string>();
        for (const [i, letter] of Array.from(textOf(args[1]) ?? "").entries())
          if (!places.has(letter)) places.set(letter, to[i] ?? "");
        return ([x]) => Array.from(x as string, (letter) => places.get(letter) ?? letter).join("");
      },
      examples: [
        { text: "translate('a-b_c', '-_', '  ')", value: "a b c" },
        { text: "translate('(030) 12', '() ', '')", value: "03012" },
      ],
    },
  ),
  strict("text", "is_blank", "True when the text holds nothing but spaces, tabs and line breaks.", [text], always("boolean"), {
    spark: ([x]) => `(trim(' \\t\\n\\r' FROM ${x}) = '')`,
    evaluate: by((x: string) => /^[ \t\n\r]*$/.test(x)),
    examples: [
      { text: "is_blank(' ')", value: true },
      { text: "is_blank('a')", value: false },
    ],
  }),
  strict(
    "text",
    "position",
    "Where the part begins in the text, counted from 1; 0 where it does not occur.",
    [text, { name: "part", accepts: "string" }],
    int,
    {
      spark: ([x, part]) => `instr(${x}, ${part})`,
      evaluate: by((x: string, part: string) => {
        const at = x.indexOf(part);
        return at < 0 ? 0 : Array.from(x.slice(0, at)).length + 1;
      }),
      examples: [
        { text: "position('abcabc', 'c')", value: 3 },
        { text: "position('abc', 'x')", value: 0 },
      ],
    },
  ),
  strict(
    "text",
    "split_part",
    "The part at a position between separators, counted from 1 (from the end when negative); empty where there is none.",
    [text, separator, { name: "position", accepts: "int", literal: true }],
    string,
    {
      check: (args, report) => {
        notEmpty(1, "separator")(args, report);
        if (intOf(args[2]) === 0) report(2, "Positions count from 1: there is no part 0.");
      },
      spark: ([x, by_, n]) => `split_part(${x}, ${by_}, ${n})`,
      evaluate: by((x: string, sep: string, n: number) => x.split(sep).at(n > 0 ? n - 1 : n) ?? ""),
      examples: [
        { text: "split_part('a-b-c', '-', 2)", value: "b" },
        { text: "split_part('a-b-c', '-', -1)", value: "c" },
        { text: "split_part('a', '-', 2)", value: "" },
      ],
    },
  ),
  strict(
    "text",
    "substring_index",
    "The text before the `count`th separator, or behind the `count`th from the end when negative; all of it where there are fewer.",
    [text, separator, { ...count, literal: true }],
    string,
    {
      check: notEmpty(1, "separator"),
      spark: ([x, by_, n]) => `substring_index(${x}, ${by_}, ${n})`,
      evaluate: by((x: string, sep: string, n: number) => {
        if (n === 0) return "";
        return n > 0 ? headUntil(x, sep, n) : tailFrom(x, sep, -n);
      }),
      examples: [
        { text: "substring_index('www.shop.example', '.', 2)", value: "www.shop" },
        { text: "substring_index('www.shop.example', '.', -1)", value: "example" },
      ],
    },
  ),
  strict(
    "text",
    "levenshtein",
    "How many characters must be changed, added or taken away to make one text the other.",
    [
      { name: "a", accepts: "string" },
      { name: "b", accepts: "string" },
    ],
    int,
    {
      spark: ([a, b]) => `levenshtein(${a}, ${b})`,
      evaluate: by(editDistance),
      examples: [
        { text: "levenshtein('kitten', 'sitting')", value: 3 },
        { text: "levenshtein('', s)", row: { s: "ab" }, value: 2 },
      ],
    },
  ),
  strict("text", "soundex", "A code for how an English name sounds: alike for names that sound alike.", [text], string, {
    spark: ([x]) => `soundex(${x})`,
    evaluate: by(soundOf),
    examples: [
      { text: "soundex('Robert')", value: "R163" },
      { text: "soundex('Rupert')", value: "R163" },
    ],
  }),
  strict("text", "ascii", "The code point of the first character; 0 for an empty text.", [text], int, {
    spark: ([x]) => `ascii(${x})`,
    evaluate: by((x: string) => x.codePointAt(0) ?? 0),
    examples: [
      { text: "ascii('A')", value: 65 },
      { text: "ascii('')", value: 0 },
    ],
  }),
];

function headUntil(text: string, separator: string, count: number): string {
  let at = -1;
  for (let left = count; left > 0; left--) {
    at = text.indexOf(separator, at + 1);
    if (at < 0) return text;
  }
  return text.slice(0, at);
}

function tailFrom(text: string, separator: string, count: number): string {
  let at = text.length;
  for (let left = count; left > 0; left--) {
    at = at === 0 ? -1 : text.lastIndexOf(separator, at - 1);
    if (at < 0) return text;
  }
  return text.slice(at + separator.length);
}
