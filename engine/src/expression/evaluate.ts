import type { ColumnType } from "../column-type.ts";
import { aggregateCall } from "./evaluate-aggregate.ts";
import { castOf } from "./evaluate-cast.ts";
import { readLiteral } from "./evaluate-literal.ts";
import { arithmetic, holds, likeRegex, logic, negated } from "./evaluate-operators.ts";
import { type TypedCall, type TypedExpression, typedChildren } from "./typed.ts";
import { compareValues } from "./values/compare.ts";
import { type Evaluated, type Failure, failure, isFailure, type Row, type Value } from "./values/value.ts";

/** Gives an expression's value for a row. In mode `aggregate` it is given the whole group instead. */
export type Run = (row: Row, group: readonly Row[]) => Evaluated;

type Of<Kind extends TypedExpression["kind"]> = Extract<TypedExpression, { kind: Kind }>;
type Present = Exclude<Value, null>;

/** Why an expression cannot be evaluated here although Spark can: the function, and where it stands. */
export interface Refusal {
  name: string;
  reason: string;
  from: number;
  to: number;
}

/** The calls in the expression that the evaluator could only approximate, and therefore does not evaluate. */
export function refusals(typed: TypedExpression): Refusal[] {
  const below = typedChildren(typed).flatMap(refusals);
  if (typed.kind !== "call") return below;
  const { entry, from, to } = typed;
  const given = typeof entry.noPreview === "function" ? entry.noPreview(typed) : entry.noPreview;
  const reason = given ?? (entry.evaluate || entry.evaluateLazily || entry.gather ? undefined : "it has no evaluator yet");
  return reason === undefined ? below : [...below, { name: entry.name, reason, from, to }];
}

/** Makes the function that evaluates an expression; it must have no refusals. A failure carries the place of the node that failed. */
export function compile(node: TypedExpression): Run {
  const run = compileNode(node);
  return (row, group) => {
    const value = run(row, group);
    return isFailure(value) && value.to === 0 ? { ...value, from: node.from, to: node.to } : value;
  };
}

function compileNode(node: TypedExpression): Run {
  switch (node.kind) {
    case "literal": {
      const value = readLiteral(node);
      return () => value;
    }
    case "column":
      return columnRun(node.path);
    case "variable":
      return columnRun([slotOf(node.name)]);
    case "lambda":
      return compile(node.body);
    case "field":
      return strict([node.base], ([base]) => (base as Row)[node.name] ?? null);
    case "index":
      return strict([node.base, node.index], ([base, index]) => elementAt(base as Present, index as Present));
    case "negate": {
      const negate = negated(node.type);
      return strict([node.operand], ([value]) => negate(value as Present));
    }
    case "not":
      return strict([node.operand], ([value]) => !value);
    case "arithmetic": {
      const apply = arithmetic(node.op, node.type, node.left.type, node.right.type);
      return strict([node.left, node.right], ([a, b]) => apply(a as Present, b as Present));
    }
    case "compare":
      return strict([node.left, node.right], ([a = null, b = null]) => holds(node.op, compareValues(node.left.type, a, b)));
    case "logic":
      return logicRun(node);
    case "in":
      return inRun(node);
    case "between":
      return betweenRun(node);
    case "like": {
      const regex = likeRegex(node.pattern);
      return strict([node.operand], ([value]) => regex.test(value as string) !== node.negated);
    }
    case "is-null":
      return eager([node.operand], ([value]) => (value === null) !== node.negated);
    case "case":
      return caseRun(node);
    case "cast": {
      const cast = castOf(node.operand.type, node.type);
      return strict([node.operand], ([value = null]) => cast(value));
    }
    case "call":
      return callRun(node);
  }
}

/** All operands from left to right; the first that failed is the answer. */
function eager(operands: readonly TypedExpression[], apply: (values: Value[]) => Evaluated): Run {
  const runs = operands.map(compile);
  return (row, group) => {
    const values: Value[] = [];
    let failed: Failure | undefined;
    for (const run of runs) {
      const value = run(row, group);
      if (isFailure(value)) failed ??= value;
      else values.push(value);
    }
    return failed ?? apply(values);
  };
}

/** As `eager`, and null where an operand is null. */
function strict(operands: readonly TypedExpression[], apply: (values: Value[]) => Evaluated): Run {
  return eager(operands, (values) => (values.includes(null) ? null : apply(values)));
}

function columnRun(path: readonly string[]): Run {
  return (row) => {
    let value: Value = row;
    for (const step of path) value = value === null ? null : ((value as Row)[step] ?? null);
    return value;
  };
}

/** Where a row carries an element: under a name that no column has. */
function slotOf(variable: string): string {
  return `\0${variable}`;
}

function withElement(row: Row, variable: string, element: Value): Row {
  const inner = Object.create(row) as Row;
  inner[slotOf(variable)] = element;
  return inner;
}

function elementAt(base: Present, index: Present): Evaluated {
  if (base instanceof Map) return base.get(index as string) ?? null;
  const list = base as Value[];
  const at = index as number;
  return at >= 0 && at < list.length ? (list[at] ?? null) : failure(`there is no element ${at} in a list of ${list.length}`);
}

function logicRun({ op, left, right }: Of<"logic">): Run {
  const [first, second] = [compile(left), compile(right)];
  return (row, group) => {
    const a = first(row, group);
    if (isFailure(a) || a === (op === "or")) return a;
    const b = second(row, group);
    return isFailure(b) ? b : logic(op, a as boolean | null, b as boolean | null);
  };
}

function inRun({ negated: not, operand, items }: Of<"in">): Run {
  return eager([operand, ...items], ([value = null, ...values]) => {
    if (value === null) return null;
    const found = values.some((one) => one !== null && compareValues(operand.type, value, one) === 0);
    if (!found && values.includes(null)) return null;
    return found !== not;
  });
}

function betweenRun({ negated: not, operand, low, high }: Of<"between">): Run {
  return eager([operand, low, high], ([value = null, least = null, most = null]) => {
    const above = value === null || least === null ? null : compareValues(operand.type, value, least) >= 0;
    const below = value === null || most === null ? null : compareValues(operand.type, value, most) <= 0;
    const within = logic("and", above, below);
    return within === null ? null : within !== not;
  });
}

function caseRun({ subject, branches, otherwise }: Of<"case">): Run {
  const of = subject === undefined ? undefined : compile(subject);
  const type: ColumnType = subject?.type ?? { kind: "boolean" };
  const arms = branches.map(({ when, value }) => ({ when: compile(when), value: compile(value) }));
  const last = otherwise === undefined ? undefined : compile(otherwise);
  return (row, group) => {
    const wanted = of === undefined ? true : of(row, group);
    if (isFailure(wanted)) return wanted;
    for (const { when, value } of arms) {
      const condition = when(row, group);
      if (isFailure(condition)) return condition;
      if (wanted !== null && condition !== null && compareValues(type, wanted, condition) === 0) return value(row, group);
    }
    return last === undefined ? null : last(row, group);
  };
}

function callRun(node: TypedCall): Run {
  const { entry, args } = node;
  if (entry.gather !== undefined) return aggregateCall(node, args.map(compile));
  if (entry.evaluateLazily !== undefined) {
    const runs = args.map(compile);
    const choose = entry.evaluateLazily(node);
    return (row, group) =>
      choose(
        runs.map((run, i) => {
          const arg = args[i];
          return arg?.kind === "lambda"
            ? (element = null) => run(withElement(row, arg.variable, element), group)
            : () => run(row, group);
        }),
      );
  }
  const apply = entry.evaluate?.(node);
  if (apply === undefined) throw new Error(`${entry.name} has no evaluator`);
  return entry.nulls === "any" ? strict(args, apply) : eager(args, apply);
}
