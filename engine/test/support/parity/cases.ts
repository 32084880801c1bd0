import type { ColumnType } from "../../../src/column-type.ts";
import {
  checkExpression,
  containsAggregate,
  type Example,
  FUNCTIONS,
  type FunctionEntry,
  parseExpression,
  type TypedExpression,
} from "../../../src/expression/index.ts";
import { OPERATOR_EXAMPLES } from "../../../src/expression/parity-cases.ts";
import { CALLS } from "./calls.ts";
import { contractExpressions } from "./contract-expressions.ts";
import { PARITY_COLUMNS } from "./edges.ts";
import { OPERATIONS } from "./operations.ts";

/** One expression to run in both worlds; with an example's rows and the result that the table promises for them. */
export interface ParityCase {
  /** The function, or `operators`. */
  of: string;
  text: string;
  typed: TypedExpression;
  aggregate: boolean;
  example?: Example;
}

/** Arguments by what a parameter takes; each list is tried from its start. */
const ARGUMENTS: Record<string, readonly string[]> = {
  string: ["s", "s_2"],
  boolean: ["b", "b_2"],
  int: ["i", "i_2"],
  long: ["l", "l_2", "i"],
  double: ["d", "d_2", "amount"],
  number: ["i", "l", "d", "amount", "exact", "share"],
  date: ["day", "day_2"],
  timestamp: ["ts", "ts_2"],
  moment: ["ts", "day"],
  list: ["tags", "numbers", "doubles", "days"],
  "list or map": ["tags", "numbers", "prices"],
  scalar: ["s", "i", "l", "d", "b", "ts", "day", "amount", "exact"],
  common: ["s", "i", "l", "d", "b", "ts", "day", "amount", "exact"],
  alike: ["s", "i", "l", "d", "b", "ts", "day", "amount", "tags", "prices", "items"],
  any: ["s", "i", "l", "d", "b", "ts", "day", "amount", "tags", "prices", "items"],
};

/** Every example of the table and of the operators, and calls over columns made from them. */
export function parityCases(): ParityCase[] {
  const operators = OPERATOR_EXAMPLES.map((example) => caseOf("operators", example.text, example));
  const operations = OPERATIONS.map((text) => caseOf("operators", text));
  const calls = Object.entries(CALLS).flatMap(([of, texts]) => texts.map((text) => caseOf(of, text)));
  const contracts = contractExpressions().map((text) => caseOf("contracts", text));
  return [...FUNCTIONS.flatMap(casesOf), ...calls, ...operators, ...operations, ...contracts];
}

function casesOf(entry: FunctionEntry): ParityCase[] {
  const examples = entry.examples.map((example) => caseOf(entry.name, example.text, example));
  const texts = new Set(examples.flatMap(({ typed }) => variantsOf(entry, typed)));
  const made = [...texts].map((text) => check(entry.name, text)).filter((one) => one !== undefined);
  if (made.length === 0 && !(entry.name in CALLS) && entry.parameters.some((parameter) => !parameter.literal))
    throw new Error(`${entry.name} has no variant`);
  return [...examples, ...made];
}

/** The example's call with columns in place of what need not be a literal: of every type, of the same twice, of neighbours. */
function variantsOf(entry: FunctionEntry, example: TypedExpression): string[] {
  if (example.kind !== "call" || example.entry !== entry) return [];
  const widest = Math.max(
    ...entry.parameters.map((parameter) => (parameter.literal ? 0 : (ARGUMENTS[parameter.accepts]?.length ?? 0))),
  );
  return Array.from({ length: 2 * widest }, (_, turn) => {
    const args = example.args.map((arg, at) => {
      const parameter = entry.parameters[Math.min(at, entry.parameters.length - 1)];
      if (parameter === undefined) return "";
      if (parameter.literal) return literalText(arg);
      const columns = ARGUMENTS[parameter.accepts] ?? [];
      const shift = turn < widest ? turn : turn - widest + (columns[0]?.endsWith("s") ? 0 : at);
      const picked = columns[shift % columns.length] ?? "";
      const second =
        turn < widest && at % 2 === 1 && !picked.endsWith("_2") && PARITY_COLUMNS.some(({ name }) => name === `${picked}_2`);
      return second ? `${picked}_2` : picked;
    });
    return `${entry.name}(${args.join(", ")})`;
  });
}

function literalText(arg: TypedExpression): string {
  if (arg.kind !== "literal") return "null";
  if (typeof arg.value === "string") return `'${arg.value.replaceAll("'", "''")}'`;
  return String(arg.value);
}

function check(of: string, text: string): ParityCase | undefined {
  const { expression } = parseExpression(text);
  const aggregate = FUNCTIONS.some((entry) => entry.aggregate && entry.name === of);
  const checked = expression && checkExpression(expression, PARITY_COLUMNS, { mode: aggregate ? "aggregate" : "row" });
  return checked?.typed === undefined ? undefined : { of, text, typed: checked.typed, aggregate };
}

function caseOf(of: string, text: string, example?: Example): ParityCase {
  const { expression, mistakes } = parseExpression(text);
  const aggregate = example?.rows !== undefined || (expression !== undefined && containsAggregate(expression));
  const checked = expression && checkExpression(expression, PARITY_COLUMNS, { mode: aggregate ? "aggregate" : "row" });
  if (checked?.typed === undefined) throw new Error(`${text}: ${JSON.stringify(checked?.mistakes ?? mistakes)}`);
  return { of, text, typed: checked.typed, aggregate, ...(example === undefined ? {} : { example }) };
}

/** The type of a case's value. */
export function typeOf(one: ParityCase): ColumnType {
  return one.typed.type;
}
