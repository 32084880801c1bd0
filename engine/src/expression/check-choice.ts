import { type ColumnType, isNumeric, showType } from "../column-type.ts";
import { didYouMean } from "../diagnostic.ts";
import { check } from "./check.ts";
import { type CheckContext, mistaken } from "./check-context.ts";
import { all, asBoolean, comparable, spanOf } from "./check-operators.ts";
import { clashHint } from "./clash.ts";
import { coerceAll } from "./coerce.ts";
import type { CastTarget, Expression } from "./tree.ts";
import { castRule } from "./type-rules.ts";
import type { TypedExpression } from "./typed.ts";

type Node<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;
type Checking = TypedExpression | undefined;

const CAST_WORDS = ["string", "boolean", "int", "long", "double", "date", "timestamp", "decimal"] as const;
const OTHER_WORDS: Record<string, string> = {
  integer: "int",
  bigint: "long",
  float: "double",
  text: "string",
  varchar: "string",
  bool: "boolean",
  numeric: "decimal",
};

/** `case` in both forms. */
export function checkCase(node: Node<"case">, context: CheckContext): Checking {
  const { subject } = node;
  const whens = node.branches.map((branch) => branch.when);
  const tests =
    subject === undefined ? whens.map((when) => asBoolean(when, context)) : comparable([subject, ...whens], context, node);
  const results = all(
    [...node.branches.map((branch) => branch.value), ...(node.otherwise === undefined ? [] : [node.otherwise])],
    context,
  );
  if (tests === undefined || results === undefined) return undefined;
  const common = coerceAll(results);
  if ("clash" in common)
    return mistaken(
      context,
      common.clash[1],
      "type-mismatch",
      `The branches of this \`case\` are of type ${showType(common.clash[0].type)} and ${showType(common.clash[1].type)}.`,
      clashHint(...common.clash),
    );
  const conditions = subject === undefined ? tests : tests.slice(1);
  const branches = conditions.flatMap((when, i) => {
    const value = common.nodes[i];
    return when === undefined || value === undefined ? [] : [{ when, value }];
  });
  if (branches.length < whens.length) return undefined;
  const otherwise = node.otherwise === undefined ? undefined : common.nodes.at(-1);
  const nullable = otherwise === undefined || common.nodes.some((one) => one.nullable);
  const typedSubject = subject === undefined ? undefined : tests[0];
  return {
    kind: "case",
    ...(typedSubject === undefined ? {} : { subject: typedSubject }),
    branches,
    ...(otherwise === undefined ? {} : { otherwise }),
    type: common.type,
    nullable,
    ...spanOf(node),
  };
}

/** `cast(x as type)`. */
export function checkCast(node: Node<"cast">, context: CheckContext): Checking {
  const operand = check(node.operand, context);
  const type = targetType(node.target, context);
  if (operand === undefined || type === undefined) return undefined;
  if (castRule(operand.type, type) === "refused") {
    const pair = `${showType(operand.type)} to ${showType(type)}`;
    return mistaken(context, node, "invalid-cast", `There is no cast from ${pair}.`, castHint(operand.type, type));
  }
  return { kind: "cast", operand, implicit: false, type, nullable: operand.nullable, ...spanOf(node) };
}

function castHint(from: ColumnType, to: ColumnType): string | undefined {
  if (from.kind === "timestamp" && isNumeric(to)) return "write `unix_seconds(…)` or `unix_millis(…)`";
  if (to.kind === "timestamp" && isNumeric(from)) return "write `from_unix_seconds(…)` or `from_unix_millis(…)`";
  return undefined;
}

function targetType(target: CastTarget, context: CheckContext): ColumnType | undefined {
  const word = CAST_WORDS.find((one) => one === target.word);
  if (word === undefined) {
    const other = OTHER_WORDS[target.word];
    const hint =
      other === undefined
        ? (didYouMean(target.word, CAST_WORDS) ?? `write one of ${CAST_WORDS.join(", ")}`)
        : `write \`${other}\``;
    return mistaken(context, target, "invalid-cast", `\`${target.word}\` is no type that a value can be cast to.`, hint);
  }
  const [precision, scale = 0] = target.numbers;
  if (word !== "decimal") {
    return precision === undefined ? { kind: word } : mistaken(context, target, "invalid-cast", `\`${word}\` takes no numbers.`);
  }
  if (precision === undefined || target.numbers.length > 2 || precision < 1 || precision > 38 || scale > precision) {
    const hint = "write `decimal(precision, scale)`, with a precision of 1 to 38 and no larger scale";
    return mistaken(context, target, "invalid-cast", "The decimal has no such number of digits.", hint);
  }
  return { kind: "decimal", precision, scale };
}
