import { type Column, type ColumnType, showType } from "../column-type.ts";
import { didYouMean } from "../diagnostic.ts";
import { compareValues, type Row, readPlain, toPlain, type Value, type ValueMap } from "../expression/index.ts";

/** What a value must be. `shown` is how it is written. */
export interface Pattern {
  fits(value: Value): boolean;
  shown: unknown;
}

/** Told of a pattern that cannot be: where in it, whether a name or a value is wrong, and why. */
export type WrongPattern = (
  path: Path,
  what: "test/unknown-column" | "test/unknown-operator" | "test/wrong-value",
  message: string,
  hint?: string,
) => void;

type Path = (string | number)[];
type Columns = readonly Column[];

const OPERATORS = ["$any", "$regex", "$gt", "$gte", "$lt", "$lte", "$ne", "$in", "$near"];

/**
 * What a test expects of a row: of each column that it names a value or an operator, read in the column's type, so that `2026-01-01T10:00Z` and
 * `2026-01-01T10:00:00.000Z` are one time. What cannot be is told to `wrong`.
 */
export function rowPattern(columns: Columns, expected: unknown, wrong: WrongPattern): Pattern {
  return patternOf({ kind: "struct", fields: [...columns] }, expected, [], wrong);
}

function patternOf(type: ColumnType, expected: unknown, path: Path, wrong: WrongPattern): Pattern {
  if (isMap(expected) && isOperators(expected)) return operatorsOf(type, expected, path, wrong);
  if (type.kind === "struct" && isMap(expected)) return structOf(type, expected, path, wrong);
  if (type.kind === "list" && Array.isArray(expected)) return listOf(type.element, expected, path, wrong);
  if (type.kind === "map" && isMap(expected)) return mapOf(type.value, expected, path, wrong);
  const value = readValue(type, expected, path, wrong);
  return { fits: (found) => compareValues(type, found, value) === 0, shown: expected };
}

function structOf(
  { fields }: Extract<ColumnType, { kind: "struct" }>,
  expected: Record<string, unknown>,
  path: Path,
  wrong: WrongPattern,
): Pattern {
  const inner = Object.entries(expected).flatMap(([name, value]) => {
    const field = fields.find((one) => one.name === name);
    if (field !== undefined) return [{ name, pattern: patternOf(field.type, value, [...path, name], wrong) }];
    const names = fields.map((one) => one.name);
    wrong(
      [...path, name],
      "test/unknown-column",
      `There is no column \`${name}\` here.`,
      didYouMean(name, names) ?? `there are ${names.join(", ")}`,
    );
    return [];
  });
  return {
    fits: (found) => found !== null && inner.every(({ name, pattern }) => pattern.fits((found as Row)[name] ?? null)),
    shown: expected,
  };
}

function listOf(element: ColumnType, expected: unknown[], path: Path, wrong: WrongPattern): Pattern {
  const inner = expected.map((one, i) => patternOf(element, one, [...path, i], wrong));
  const fits = (found: Value) =>
    Array.isArray(found) && found.length === inner.length && inner.every((pattern, i) => pattern.fits(found[i] ?? null));
  return { fits, shown: expected };
}

function mapOf(type: ColumnType, expected: Record<string, unknown>, path: Path, wrong: WrongPattern): Pattern {
  const inner = Object.entries(expected).map(([key, one]) => ({ key, pattern: patternOf(type, one, [...path, key], wrong) }));
  const fits = (found: Value) =>
    found !== null &&
    (found as ValueMap).size === inner.length &&
    inner.every(({ key, pattern }) => (found as ValueMap).has(key) && pattern.fits((found as ValueMap).get(key) ?? null));
  return { fits, shown: expected };
}

function isOperators(expected: Record<string, unknown>): boolean {
  const keys = Object.keys(expected);
  return keys.length > 0 && keys.every((key) => key.startsWith("$"));
}

function operatorsOf(type: ColumnType, expected: Record<string, unknown>, path: Path, wrong: WrongPattern): Pattern {
  const tests = Object.entries(expected).map(([name, operand]) => operatorOf(type, name, operand, [...path, name], wrong));
  return { fits: (found) => tests.every((test) => test(found)), shown: expected };
}

function operatorOf(type: ColumnType, name: string, operand: unknown, path: Path, wrong: WrongPattern) {
  const order = (holds: (order: number) => boolean) => {
    const value = readValue(type, operand, path, wrong);
    return (found: Value) => found !== null && holds(compareValues(type, found, value));
  };
  switch (name) {
    case "$any":
      return (found: Value) => (found !== null) === (operand !== false);
    case "$ne":
      return order((sign) => sign !== 0);
    case "$gt":
      return order((sign) => sign > 0);
    case "$gte":
      return order((sign) => sign >= 0);
    case "$lt":
      return order((sign) => sign < 0);
    case "$lte":
      return order((sign) => sign <= 0);
    case "$in": {
      const patterns = Array.isArray(operand) ? operand.map((one, i) => patternOf(type, one, [...path, i], wrong)) : [];
      if (!Array.isArray(operand)) wrong(path, "test/wrong-value", "`$in` needs a list of values.");
      return (found: Value) => patterns.some((pattern) => pattern.fits(found));
    }
    case "$regex":
      return regex(type, operand, path, wrong);
    case "$near":
      return near(type, operand, path, wrong);
    default:
      wrong(
        path,
        "test/unknown-operator",
        `There is no operator \`${name}\`.`,
        didYouMean(name, OPERATORS) ?? `there are ${OPERATORS.join(", ")}`,
      );
      return () => true;
  }
}

function regex(type: ColumnType, operand: unknown, path: Path, wrong: WrongPattern): (found: Value) => boolean {
  if (type.kind !== "string") wrong(path, "test/wrong-value", `\`$regex\` is for text, and this column is ${showType(type)}.`);
  try {
    const pattern = new RegExp(String(operand), "u");
    return (found) => typeof found === "string" && pattern.test(found);
  } catch {
    wrong(path, "test/wrong-value", `\`${String(operand)}\` is no regular expression.`);
    return () => true;
  }
}

function near(type: ColumnType, operand: unknown, path: Path, wrong: WrongPattern): (found: Value) => boolean {
  const [middle, distance] = Array.isArray(operand) ? operand.map(Number) : [];
  const isNumber = ["int", "long", "double", "decimal"].includes(type.kind);
  if (!isNumber) wrong(path, "test/wrong-value", `\`$near\` is for numbers, and this column is ${showType(type)}.`);
  else if (!Number.isFinite(middle) || !Number.isFinite(distance))
    wrong(path, "test/wrong-value", "`$near` needs a number and how far from it.", "write `{ $near: [12.5, 0.01] }`");
  return (found) => found !== null && Math.abs(Number(toPlain(type, found)) - (middle ?? 0)) <= (distance ?? 0);
}

function readValue(type: ColumnType, expected: unknown, path: Path, wrong: WrongPattern): Value {
  const read = readPlain(type, expected);
  if ("value" in read) return read.value;
  wrong(path, "test/wrong-value", `${read.mistake}.`, hintFor(type));
  return null;
}

function hintFor(type: ColumnType): string | undefined {
  if (type.kind === "timestamp") return "write an ISO 8601 time, as `2026-01-01T10:00:00Z`";
  return type.kind === "date" ? "write an ISO 8601 date, as `2026-01-01`" : undefined;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
