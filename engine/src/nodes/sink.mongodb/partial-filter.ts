import type { ColumnType } from "../../column-type.ts";
import type { PythonValue, TypedExpression } from "../node-kind.ts";
import { bsonSchema } from "./validator.ts";

/** A filter in MongoDB's extended JSON, or what of the expression it cannot say. */
export type PartialFilter = { filter: PythonValue } | { refused: TypedExpression };

const OPERATORS = { "=": "$eq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte" } as const;
const MIRRORED = { "=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;

/**
 * The predicate as a `partialFilterExpression`, which knows columns, fixed values and few operators. It holds for the documents for which the predicate is
 * true: in both, a comparison with null is not.
 */
export function partialFilterOf(typed: TypedExpression): PartialFilter {
  switch (typed.kind) {
    case "logic":
      return both(typed.op === "and" ? "$and" : "$or", partialFilterOf(typed.left), partialFilterOf(typed.right));
    case "compare":
      return comparison(typed) ?? { refused: typed };
    case "between":
      return (!typed.negated && between(typed)) || { refused: typed };
    case "in":
      return (!typed.negated && oneOf(typed)) || { refused: typed };
    case "is-null":
      return nullness(typed) ?? { refused: typed };
    case "column":
      return { filter: { [typed.path.join(".")]: { $eq: true } } };
    case "not": {
      const path = pathOf(typed.operand);
      return path === undefined ? { refused: typed } : { filter: { [path]: { $eq: false } } };
    }
    default:
      return { refused: typed };
  }
}

function both(operator: "$and" | "$or", left: PartialFilter, right: PartialFilter): PartialFilter {
  if ("refused" in left) return left;
  if ("refused" in right) return right;
  return { filter: { [operator]: [left.filter, right.filter] } };
}

function comparison({ op, left, right }: TypedExpression & { kind: "compare" }): PartialFilter | undefined {
  if (op === "!=") return undefined;
  const [path, value] = [pathOf(left), fixedValue(right)];
  if (path !== undefined && value !== undefined) return { filter: { [path]: { [OPERATORS[op]]: value } } };
  const [other, fixed] = [pathOf(right), fixedValue(left)];
  if (other === undefined || fixed === undefined) return undefined;
  return { filter: { [other]: { [OPERATORS[MIRRORED[op]]]: fixed } } };
}

function between({ operand, low, high }: TypedExpression & { kind: "between" }): PartialFilter | undefined {
  const [path, least, most] = [pathOf(operand), fixedValue(low), fixedValue(high)];
  if (path === undefined || least === undefined || most === undefined) return undefined;
  return { filter: { [path]: { $gte: least, $lte: most } } };
}

function oneOf({ operand, items }: TypedExpression & { kind: "in" }): PartialFilter | undefined {
  const path = pathOf(operand);
  const values = items.map(fixedValue);
  const known = values.filter((value) => value !== undefined);
  return path === undefined || known.length < values.length ? undefined : { filter: { [path]: { $in: known } } };
}

/** `$exists` would take a null for something. */
function nullness({ operand, negated }: TypedExpression & { kind: "is-null" }): PartialFilter | undefined {
  const path = pathOf(operand);
  if (path === undefined) return undefined;
  return { filter: { [path]: negated ? { $type: typeName(operand.type) } : { $eq: null } } };
}

function typeName(type: ColumnType): PythonValue {
  return bsonSchema(type, false).bsonType ?? null;
}

/** The path of a column, whatever wider type it is compared in: MongoDB compares numbers of all types. */
function pathOf(typed: TypedExpression): string | undefined {
  if (typed.kind === "cast" && typed.implicit) return pathOf(typed.operand);
  return typed.kind === "column" ? typed.path.join(".") : undefined;
}

/** A fixed value; undefined where it is none, or null, with which nothing compares. */
function fixedValue(typed: TypedExpression): PythonValue | undefined {
  if (typed.kind === "cast" && typed.implicit) return fixedValue(typed.operand);
  if (typed.kind === "negate") return negative(fixedValue(typed.operand));
  if (typed.kind !== "literal" || typed.value === null) return undefined;
  const { value } = typed;
  if (typed.type.kind === "date") return { $date: `${value}T00:00:00Z` };
  if (typed.type.kind === "timestamp") return { $date: String(value) };
  if (typed.type.kind === "decimal") return { $numberDecimal: String(value) };
  return typeof value === "bigint" ? { $numberLong: String(value) } : value;
}

function negative(value: PythonValue | undefined): PythonValue | undefined {
  if (typeof value === "number") return -value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const [kind = "", text] = Object.entries(value)[0] ?? [];
  return kind.startsWith("$number") ? { [kind]: `-${text}` } : undefined;
}
