import fc from "fast-check";

/** Numbers and a value that say what is done to whatever text there is. */
export interface Choice {
  kind: number;
  a: number;
  b: number;
  name: string;
  value: unknown;
}

const STRINGS = [
  "plain",
  "two words",
  "a: b",
  "x # y",
  "it's",
  '"said"',
  "- a",
  "[1]",
  "{a}",
  "yes",
  "null",
  "1e5",
  "01234",
  "",
  " lead",
  "trail ",
  "a,b",
  "one\ntwo\n",
  "one\n\ntwo",
  "kept\n\n",
  "tab\there",
  "é 🙂",
  "round(total, 2) > 1",
  "!x",
  "&a",
  "*a",
  "%",
  "@",
  "`",
  "? a",
  "|",
  ">",
  "a:",
  ":a",
  "#",
  "=",
  "<<",
  "long ".repeat(60),
  "date_trunc('hour', at)",
  "\\",
  "\u2028",
  "2026-01-01",
  "0x1F",
  ".5",
  "~",
];
const NAMES = [
  "fresh",
  "a b",
  "x-note",
  "no: key",
  "it's",
  "1",
  "null",
  "yes",
  "very_long_name_of_a_key_that_goes_on",
  "",
  "- a",
  "k#",
  "a.b",
];

const scalar = fc.oneof(
  fc.constantFrom<unknown>(...STRINGS),
  fc.string({ maxLength: 12 }),
  fc.constantFrom<unknown>(0, 1, -2.5, 1e21, true, false, null),
);
const value = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 4 }) },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.constantFrom(...NAMES), fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })), { maxKeys: 3 }),
  },
  { weight: 1, arbitrary: fc.array(fc.dictionary(fc.constantFrom("a", "b c"), scalar, { maxKeys: 2 }), { maxLength: 2 }) },
);

export const choice: fc.Arbitrary<Choice> = fc.record({
  kind: fc.nat({ max: 999 }),
  a: fc.nat({ max: 999 }),
  b: fc.nat({ max: 999 }),
  name: fc.constantFrom(...NAMES),
  value,
});
