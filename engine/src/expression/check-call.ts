import { type ColumnType, isNumeric, showType } from "../column-type.ts";
import { didYouMean } from "../diagnostic.ts";
import { check } from "./check.ts";
import { type CheckContext, mistaken } from "./check-context.ts";
import { operandFor } from "./check-operators.ts";
import { chosen } from "./check-where.ts";
import { clashHint } from "./clash.ts";
import { coerce, coerceAll } from "./coerce.ts";
import { type Accepts, type FunctionEntry, type Parameter, signatureOf } from "./functions/entry.ts";
import { FUNCTIONS, functionNamed } from "./functions/index.ts";
import { RENAMED } from "./functions/renamed.ts";
import { showExpression } from "./show.ts";
import type { Expression } from "./tree.ts";
import { isScalar } from "./type-rules.ts";
import type { TypedExpression } from "./typed.ts";

type Call = Extract<Expression, { kind: "call" }>;

const UNREPEATABLE = new Set("now current_timestamp current_date today rand random randn uuid unix_timestamp".split(" "));
/** Checks a call against the function table. */
export function checkCall(node: Call, context: CheckContext): TypedExpression | undefined {
  const entry = functionNamed(node.name.name);
  const inside = entry?.aggregate ? entry.name : context.inside;
  if (entry === undefined) return unknownFunction(node, context);
  const inner = inside === undefined ? context : { ...context, inside };
  const args = checkArguments(entry, node, inner);
  const allowed = isAllowed(entry, node, context) && hasArity(entry, node, context);
  const known = args.filter((arg) => arg !== undefined);
  if (!allowed || known.length < args.length) return undefined;
  const fitting = fitArguments(entry, node, known, context);
  if (fitting === undefined) return undefined;
  const before = context.mistakes.length;
  entry.check?.(fitting, (index, message, hint) => mistaken(context, node.args[index] ?? node, "invalid-literal", message, hint));
  if (context.mistakes.length > before) return undefined;
  const type = entry.result(fitting);
  const fitted = entry.name === "mod" ? fitting.map((arg) => operandFor(arg, type)) : fitting;
  const typed = entry.aggregate && context.where !== undefined ? chosen(entry, fitted, context.where) : fitted;
  return { kind: "call", entry, args: typed, type, nullable: isNullable(entry, typed), from: node.from, to: node.to };
}

/** The arguments; a function of an element is checked once the list before it is known. */
function checkArguments(entry: FunctionEntry | undefined, node: Call, context: CheckContext): (TypedExpression | undefined)[] {
  const args: (TypedExpression | undefined)[] = [];
  for (const [i, arg] of node.args.entries()) {
    const takesFunction = arg.kind === "lambda" && entry?.parameters[i]?.accepts === "function";
    args.push(takesFunction ? checkLambda(arg, args[0], context) : check(arg, context));
  }
  return args;
}

function checkLambda(
  { parameter, body, from, to }: Extract<Expression, { kind: "lambda" }>,
  list: TypedExpression | undefined,
  context: CheckContext,
): TypedExpression | undefined {
  if (list === undefined) return undefined;
  // the list's own mistake is told when it is fitted
  const type: ColumnType = list.type.kind === "list" ? list.type.element : { kind: "null" };
  const variables = context.variables ?? [];
  let slot = `_e${variables.length}`;
  while (context.columns.some(({ name }) => name === slot)) slot = `_${slot}`;
  const typed = check(body, { ...context, variables: [...variables, { name: parameter.name, slot, type }] });
  return typed && { kind: "lambda", variable: slot, body: typed, type: typed.type, nullable: typed.nullable, from, to };
}

function isNullable({ nulls }: FunctionEntry, args: readonly TypedExpression[]): boolean {
  if (nulls === "all") return args.every((arg) => arg.nullable);
  return nulls === "may" || (nulls === "any" && args.some((arg) => arg.nullable));
}

function unknownFunction({ name, args }: Call, context: CheckContext): undefined {
  const inner: CheckContext = { ...context, mistakes: [] };
  for (const arg of args) check(arg, inner);
  // It may be a misspelt aggregate, inside of which columns may stand.
  context.mistakes.push(...inner.mistakes.filter(({ code }) => code !== "expression/column-outside-aggregate"));
  const word = name.name.toLowerCase();
  if (UNREPEATABLE.has(word)) {
    const hint = "use a column of the record, such as its event time";
    return mistaken(context, name, "unknown-function", `\`${name.name}\` is not offered: a rerun would give other rows.`, hint);
  }
  const renamed = RENAMED[word];
  const hint =
    renamed === undefined
      ? didYouMean(
          word,
          FUNCTIONS.map((entry) => entry.name),
        )
      : `here it is called \`${renamed}\``;
  return mistaken(context, name, "unknown-function", `There is no function \`${name.name}\`.`, hint);
}

function isAllowed(entry: FunctionEntry, node: Call, context: CheckContext): boolean {
  if (!entry.aggregate) return true;
  if (context.mode === "row") {
    const message = `\`${entry.name}\` works on many rows, but here there is one.`;
    mistaken(context, node, "aggregate-not-allowed", message, "use it in a node of type `transform.aggregate`");
    return false;
  }
  if (context.variables !== undefined) {
    mistaken(context, node, "nested-aggregate", `\`${entry.name}\` works on many rows, but here there is one element.`);
    return false;
  }
  if (context.inside === undefined) return true;
  mistaken(
    context,
    node,
    "nested-aggregate",
    `\`${entry.name}\` stands inside of \`${context.inside}\`: one aggregate cannot work on another.`,
  );
  return false;
}

function hasArity(entry: FunctionEntry, node: Call, context: CheckContext): boolean {
  const given = node.args.length;
  const least = entry.parameters.filter((parameter) => !parameter.optional).length;
  const most = entry.variadic ? Number.POSITIVE_INFINITY : entry.parameters.length;
  const bare = given === 0 && entry.star;
  if (node.star ? entry.star : given >= least && given <= most && !bare) return true;
  const wanted = most === least ? `${least}` : most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`;
  const message = node.star
    ? `\`${entry.name}\` does not take \`*\`.`
    : `\`${entry.name}\` takes ${bare ? "`*` or 1" : wanted} ${most === 1 ? "argument" : "arguments"}, not ${given}.`;
  mistaken(context, node, "wrong-arity", message, `write \`${entry.star ? `${entry.name}(*)` : signatureOf(entry)}\``);
  return false;
}

/** The arguments converted to what the parameters take; every one that does not fit is noted. */
function fitArguments(
  entry: FunctionEntry,
  node: Call,
  args: TypedExpression[],
  context: CheckContext,
): TypedExpression[] | undefined {
  const fitted = args.map((arg, i) => {
    const parameter = entry.parameters[Math.min(i, entry.parameters.length - 1)];
    const given = node.args[i];
    return parameter === undefined || given === undefined ? undefined : fit(entry, parameter, given, arg, context);
  });
  const known = fitted.filter((arg) => arg !== undefined);
  return known.length < args.length ? undefined : shareType(entry, node, known, context);
}

function fit(
  entry: FunctionEntry,
  parameter: Parameter,
  given: Expression,
  arg: TypedExpression,
  context: CheckContext,
): TypedExpression | undefined {
  const shown = `\`${showExpression(given)}\``;
  if (parameter.literal && (arg.kind !== "literal" || arg.value === null)) {
    return mistaken(
      context,
      given,
      "literal-expected",
      `\`${entry.name}\` takes its ${parameter.name} as a literal, not as ${shown}.`,
    );
  }
  const type = (parameter.accepts === "function") === (arg.kind === "lambda") ? accepted(parameter.accepts, arg.type) : undefined;
  if (arg.kind === "lambda" && type !== undefined) return arg;
  if (type !== undefined) return coerce(arg, type);
  const message = `\`${entry.name}\` takes ${WANTED[parameter.accepts]} as ${parameter.name}, but ${shown} is of type ${showType(arg.type)}.`;
  return mistaken(context, given, "type-mismatch", message, fitHint(parameter.accepts, arg));
}

const WANTED: Record<Accepts, string> = {
  string: "a text",
  boolean: "a condition",
  int: "an int",
  long: "a long",
  double: "a number",
  number: "a number",
  date: "a date",
  timestamp: "a timestamp",
  moment: "a date or timestamp",
  list: "a list",
  "list or map": "a list or map",
  scalar: "a plain value",
  common: "a plain value",
  alike: "any value",
  function: "a function such as `x -> x > 0`",
  any: "any value",
};

/** The type that the parameter gives the argument, or undefined where it does not fit. */
function accepted(accepts: Accepts, type: ColumnType): ColumnType | undefined {
  const isNull = type.kind === "null";
  switch (accepts) {
    case "string":
    case "boolean":
    case "int":
    case "date":
    case "timestamp":
      return isNull || type.kind === accepts ? { kind: accepts } : undefined;
    case "long":
      return isNull || type.kind === "int" || type.kind === "long" ? { kind: "long" } : undefined;
    case "double":
      return isNull || isNumeric(type) ? { kind: "double" } : undefined;
    case "number":
      return isNull ? { kind: "int" } : isNumeric(type) ? type : undefined;
    case "moment":
      return isNull ? { kind: "timestamp" } : type.kind === "date" || type.kind === "timestamp" ? type : undefined;
    case "list":
      return type.kind === "list" ? type : undefined;
    case "list or map":
      return type.kind === "list" || type.kind === "map" ? type : undefined;
    case "scalar":
    case "common":
      return isScalar(type) ? type : undefined;
    default:
      return type;
  }
}

function fitHint(accepts: Accepts, arg: TypedExpression): string | undefined {
  const { kind } = arg.type;
  if (accepts === "string") return isScalar(arg.type) ? "write `cast(… as string)`" : undefined;
  if (accepts === "date" && kind === "timestamp") return "write `cast(… as date)`";
  if (accepts === "timestamp" && kind === "date") return "write `cast(… as timestamp)`";
  if (kind !== "string") return accepts === "int" && isNumeric(arg.type) ? "write `cast(… as int)`" : undefined;
  if (accepts === "timestamp" || accepts === "moment")
    return arg.kind === "literal" ? `write \`timestamp '${arg.value}'\`` : "write `to_timestamp(…)`";
  if (accepts === "date") return arg.kind === "literal" ? `write \`date '${arg.value}'\`` : "write `to_date(…)`";
  return ["int", "long", "double", "number"].includes(accepts)
    ? `write \`cast(… as ${accepts === "number" ? "double" : accepts})\``
    : undefined;
}

/** Brings the arguments that must be alike to one type. */
function shareType(
  entry: FunctionEntry,
  node: Call,
  args: TypedExpression[],
  context: CheckContext,
): TypedExpression[] | undefined {
  const shares = args.map((_, i) => {
    const accepts = entry.parameters[Math.min(i, entry.parameters.length - 1)]?.accepts;
    return accepts === "common" || accepts === "alike";
  });
  const common = coerceAll(args.filter((_, i) => shares[i]));
  if ("clash" in common) {
    const [a, b] = common.clash;
    const message = `\`${entry.name}\` takes values of one type, but here are ${showType(a.type)} and ${showType(b.type)}.`;
    return mistaken(context, node, "type-mismatch", message, clashHint(a, b));
  }
  const rest = [...common.nodes];
  return args.map((arg, i) => (shares[i] ? (rest.shift() ?? arg) : arg));
}
