import type { ColumnType } from "../../column-type.ts";
import type { TypedCall, TypedExpression } from "../typed.ts";
import type { Evaluated, Value } from "../values/value.ts";

/**
 * What a parameter takes. `number` any numeric type as it is; `double` any numeric type, widened; `moment` a date or a
 * timestamp; `scalar` anything but lists, maps, structs and binary; `common`: all such arguments of a call are brought to
 * one common scalar type; `alike`: likewise, of any type; `function`: one of an element of the list that comes first.
 */
export type Accepts =
  | "string"
  | "boolean"
  | "int"
  | "long"
  | "double"
  | "number"
  | "date"
  | "timestamp"
  | "moment"
  | "list"
  | "list or map"
  | "scalar"
  | "common"
  | "alike"
  | "function"
  | "any";

/** One parameter. `literal`: only a literal fits, because the value is checked before the job runs. */
export interface Parameter {
  name: string;
  accepts: Accepts;
  literal?: boolean;
  optional?: boolean;
}

/**
 * A worked example over `EXAMPLE_COLUMNS`: the value for the row (for an aggregate: the rows), or that it failed.
 * A long is given as a number, a date and a timestamp as ISO text.
 */
export interface Example {
  text: string;
  row?: Record<string, unknown>;
  rows?: Record<string, unknown>[];
  value?: unknown;
  failed?: true;
}

/** Reports a mistake in the argument at `index`. */
export type ArgumentReport = (index: number, message: string, hint?: string) => void;

/**
 * What the failed-rule of a lazy function is made of: the values' SQL and, where they can fail, their failed-predicates. That of a
 * function is a function as well.
 */
export interface LazyParts {
  values: string[];
  failed: (string | undefined)[];
}

/** What a function is about, in the order of the documentation. */
export const FAMILIES = ["text", "pattern", "number", "logic", "time", "list", "json", "hash", "geo", "aggregate"] as const;
export type Family = (typeof FAMILIES)[number];

/** All that is known of one function: how it is checked, documented and printed. */
export interface FunctionEntry {
  name: string;
  family: Family;
  doc: string;
  aggregate?: true;
  /** The last parameter may repeat. */
  variadic?: true;
  /** Takes `*` in place of arguments. */
  star?: true;
  parameters: Parameter[];
  /** An aggregate that leaves out no row for a null: where a condition chooses its rows, that is one more argument. */
  keepsNulls?: true;
  /** Checks beyond the types, such as a pattern's syntax. */
  check?(args: TypedExpression[], report: ArgumentReport): void;
  result(args: TypedExpression[]): ColumnType;
  /** Null when `any` argument is, when `all` are, `never`, or when the function `may` say so by itself. */
  nulls: "any" | "all" | "never" | "may";
  /** The Spark SQL of the value; never throws, holds each argument once. Arguments come without parentheses of their own. */
  spark(args: string[], call: TypedCall): string;
  /**
   * When the function itself fails: where its result is null though no argument is, or by a predicate over its arguments, which come in
   * parentheses where needed. Default: never.
   */
  fails?: "null-result" | ((args: string[], call: TypedCall) => string | undefined);
  /** Instead of "an argument failed, or I did": for functions that do not look at every argument. */
  lazilyFails?(parts: LazyParts): string | undefined;
  /** The evaluator of a call: its arguments' values to its own. Where `nulls` is `any` it is given no null. */
  evaluate?(call: TypedCall): (args: Value[]) => Evaluated;
  /** Instead of `evaluate`, with `lazilyFails`: asks for an argument's value when it looks at it, for a function's with an element. */
  evaluateLazily?(call: TypedCall): (args: ((element?: Value) => Evaluated)[]) => Evaluated;
  /** The evaluator of an aggregate function: the arguments' values of every row of the group to the result. */
  gather?(call: TypedCall): (rows: Value[][]) => Evaluated;
  /** Why the evaluator cannot agree with Spark, for all calls or for this one; it then refuses the call. */
  noPreview?: string | ((call: TypedCall) => string | undefined);
  examples: Example[];
}

/** An evaluator out of a function of the arguments' values, whose forms the checker has made sure of. */
export function by<Args extends Value[]>(apply: (...args: Args) => Evaluated): NonNullable<FunctionEntry["evaluate"]> {
  return () => (args) => apply(...(args as Args));
}

type Strict = Omit<FunctionEntry, "family" | "name" | "doc" | "parameters" | "result" | "nulls">;

/** An entry that is null when any argument is. */
export function strict(
  family: FunctionEntry["family"],
  name: string,
  doc: string,
  parameters: Parameter[],
  result: FunctionEntry["result"],
  rest: Strict,
): FunctionEntry {
  return { family, name, doc, parameters, result, nulls: "any", ...rest };
}

/** Writes a signature as documentation shows it: `lpad(text, length, pad?)`. */
export function signatureOf(entry: FunctionEntry): string {
  const names = entry.parameters.map((parameter) => `${parameter.name}${parameter.optional ? "?" : ""}`);
  return `${entry.name}(${entry.star && names.length === 0 ? "*" : names.join(", ")}${entry.variadic ? ", …" : ""})`;
}

/** A result type that depends on nothing. */
export function always(kind: "string" | "boolean" | "int" | "long" | "double" | "date" | "timestamp"): () => ColumnType {
  return () => ({ kind });
}

/** The type of the first argument. */
export function firstType(args: TypedExpression[]): ColumnType {
  return args[0]?.type ?? { kind: "null" };
}

/** The text of a literal argument, or undefined where it is none or null. */
export function textOf(arg: TypedExpression | undefined): string | undefined {
  return arg?.kind === "literal" && typeof arg.value === "string" ? arg.value : undefined;
}

/** The value of an int literal argument. */
export function intOf(arg: TypedExpression | undefined): number | undefined {
  return arg?.kind === "literal" && typeof arg.value === "number" ? arg.value : undefined;
}
