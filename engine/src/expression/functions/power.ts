import { type Evaluated, failure } from "../values/value.ts";
import { always, by, type FunctionEntry, type Parameter, strict } from "./entry.ts";

const double = always("double");
const real: Parameter = { name: "x", accepts: "double" };

function logarithm(name: string, doc: string, apply: (value: number) => number, example: [string, number]): FunctionEntry {
  return strict("number", name, doc, [real], double, {
    spark: ([value]) => `${name}(${value})`,
    fails: "null-result",
    evaluate: by(
      (value: number): Evaluated => (value <= 0 ? failure("there is a logarithm only of what is above 0") : apply(value)),
    ),
    examples: [
      { text: example[0], value: example[1] },
      { text: `${name}(0)`, failed: true },
    ],
  });
}

/** Powers, roots and logarithms. */
export const POWER: FunctionEntry[] = [
  {
    name: "sqrt",
    family: "number",
    doc: "The square root; NaN for a negative number.",
    parameters: [real],
    result: double,
    nulls: "any",
    spark: ([value]) => `sqrt(${value})`,
    evaluate: by((value: number) => Math.sqrt(value)),
    examples: [{ text: "sqrt(9)", value: 3 }],
  },
  {
    name: "power",
    family: "number",
    doc: "The number to a power, as a double.",
    parameters: [real, { name: "exponent", accepts: "double" }],
    result: double,
    nulls: "any",
    spark: ([value, exponent]) => `power(${value}, ${exponent})`,
    noPreview: ({ args }) => {
      const exponent = args[1]?.kind === "literal" ? Number(args[1].value) : Number.NaN;
      return [0, 1, 2, 0.5].includes(exponent) ? undefined : "the last digit of a power is another in Java than in JavaScript";
    },
    evaluate: by((value: number, exponent: number) => (exponent === 2 ? value * value : value ** exponent)),
    examples: [
      { text: "power(2, 10)", value: 1024 },
      { text: "power(d, 2)", row: { d: -1.5 }, value: 2.25 },
      { text: "power(d, 0.5)", row: { d: 6.25 }, value: 2.5 },
    ],
  },
  strict("number", "exp", "e to a power.", [real], double, {
    spark: ([value]) => `exp(${value})`,
    // Java's e is one digit off, and V8 mends just that
    evaluate: by((value: number) => (value === 1 ? Math.E + 2 ** -51 : Math.exp(value))),
    examples: [{ text: "exp(0)", value: 1 }],
  }),
  logarithm("ln", "The natural logarithm; fails for 0 and below.", Math.log, ["ln(1)", 0]),
  logarithm("log10", "The logarithm to base 10; fails for 0 and below.", Math.log10, ["log10(1000)", 3]),
  logarithm("log2", "The logarithm to base 2; fails for 0 and below.", (value) => Math.log(value) / Math.log(2), ["log2(8)", 3]),
];
