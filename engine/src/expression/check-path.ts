import { type Column, type ColumnType, columnAt, showType } from "../column-type.ts";
import { didYouMean } from "../diagnostic.ts";
import { check } from "./check.ts";
import { type CheckContext, mistaken, type Variable } from "./check-context.ts";
import { showExpression, showPath } from "./show.ts";
import type { Expression, Step } from "./tree.ts";
import type { TypedExpression } from "./typed.ts";

type Node<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

/** Resolves a dotted path among the columns. */
export function checkName(node: Node<"name">, context: CheckContext): TypedExpression | undefined {
  const path = node.path.map((step) => step.name);
  const variable = context.variables?.findLast(({ name }) => name === path[0]);
  if (variable !== undefined) return checkVariable(node, variable, context);
  const column = columnAt(context.columns, path);
  if (column === undefined) return unknownColumn(node.path, context);
  if (!node.path.every((step) => isPrintable(step, context))) return undefined;
  if (context.mode === "aggregate" && context.inside === undefined) {
    const shown = showPath(path);
    const hint = `write for example \`max(${shown})\`, or group by it`;
    return mistaken(
      context,
      node,
      "column-outside-aggregate",
      `\`${shown}\` stands outside of an aggregate function, where a group has many values.`,
      hint,
    );
  }
  return { kind: "column", path, type: onceRead(column.type), nullable: !column.required, from: node.from, to: node.to };
}

/** The element that a function is given, or a field of it. */
function checkVariable(node: Node<"name">, { slot, type }: Variable, context: CheckContext): TypedExpression | undefined {
  const { from } = node;
  let typed: TypedExpression = {
    kind: "variable",
    name: slot,
    type: onceRead(type),
    nullable: true,
    from,
    to: node.path[0]?.to ?? node.to,
  };
  for (const [i, step] of node.path.slice(1).entries()) {
    if (!isPrintable(step, context)) return undefined;
    const field: Column | undefined = typed.type.kind === "struct" ? columnAt(typed.type.fields, [step.name]) : undefined;
    if (field === undefined)
      return noField(showPath(node.path.slice(0, i + 1).map(({ name }) => name)), typed.type, step, context);
    typed = { kind: "field", base: typed, name: field.name, type: onceRead(field.type), nullable: true, from, to: step.to };
  }
  return typed;
}

/** How a JSON number is to be read is of no concern once the row has been read. */
function onceRead(type: ColumnType): ColumnType {
  return type.kind === "timestamp" ? { kind: "timestamp" } : type;
}

/** Spark substitutes `${…}` even inside backticks, and nothing escapes it there. */
function isPrintable(step: Step, context: CheckContext): boolean {
  if (!step.name.includes("${")) return true;
  mistaken(
    context,
    step,
    "unprintable-name",
    `The column \`${step.name}\` cannot be used: Spark would substitute the \`\${\` in its name.`,
    "rename it where it is read",
  );
  return false;
}

function unknownColumn(path: Step[], context: CheckContext): undefined {
  const names = path.map((step) => step.name);
  const known = names.findIndex((_, i) => columnAt(context.columns, names.slice(0, i + 1)) === undefined);
  const step = path[known];
  if (step === undefined) return undefined;
  const parent = known === 0 ? undefined : columnAt(context.columns, names.slice(0, known));
  if (parent === undefined) {
    const shown = showPath(names);
    const nested = pathEndingIn(context.columns, step.name);
    const hint =
      nested === undefined
        ? didYouMean(
            step.name,
            context.columns.map((column) => column.name),
          )
        : `did you mean \`${showPath(nested)}\`?`;
    return mistaken(
      context,
      step,
      "unknown-column",
      `There is no column \`${showPath([step.name])}\`${shown === step.name ? "" : ` (in \`${shown}\`)`}.`,
      hint ?? listed(context.columns),
    );
  }
  return noField(showPath(names.slice(0, known)), parent.type, step, context);
}

function noField(owner: string, type: ColumnType, step: Step, context: CheckContext): undefined {
  if (type.kind === "struct") {
    const hint =
      didYouMean(
        step.name,
        type.fields.map((field) => field.name),
      ) ?? listed(type.fields);
    return mistaken(context, step, "unknown-column", `\`${owner}\` has no field \`${step.name}\`.`, hint);
  }
  const message = `\`${owner}\` is of type ${showType(type)} and has no fields.`;
  const hint =
    type.kind === "list"
      ? `pick an element first: \`${owner}[0].${showPath([step.name])}\``
      : type.kind === "map"
        ? `write \`${owner}['${step.name}']\``
        : undefined;
  return mistaken(context, step, "type-mismatch", message, hint);
}

function listed(columns: readonly Column[]): string {
  if (columns.length === 0) return "there are no columns here";
  return `there are: ${columns
    .slice(0, 12)
    .map((column) => `\`${showPath([column.name])}\``)
    .join(", ")}${columns.length > 12 ? ", …" : ""}`;
}

/** The path of the only nested field of that name, since leaving out the parent is the usual slip. */
function pathEndingIn(columns: readonly Column[], name: string): string[] | undefined {
  const found = columns.flatMap((column) =>
    column.type.kind === "struct" ? pathsIn(column.type.fields, name, [column.name]) : [],
  );
  return found.length === 1 ? found[0] : undefined;
}

function pathsIn(fields: readonly Column[], name: string, above: string[]): string[][] {
  return fields.flatMap((field) => {
    const path = [...above, field.name];
    return [
      ...(field.name === name ? [path] : []),
      ...(field.type.kind === "struct" ? pathsIn(field.type.fields, name, path) : []),
    ];
  });
}

/** A field of a struct that is itself computed, such as `items[0].price`. */
export function checkField(node: Node<"field">, context: CheckContext): TypedExpression | undefined {
  const base = check(node.base, context);
  if (base === undefined || !isPrintable(node.name, context)) return undefined;
  const field = base.type.kind === "struct" ? columnAt(base.type.fields, [node.name.name]) : undefined;
  if (field === undefined) return noField(showExpression(node.base), base.type, node.name, context);
  const nullable = base.nullable || !field.required;
  return { kind: "field", base, name: field.name, type: onceRead(field.type), nullable, from: node.from, to: node.to };
}

/** `list[0]`, which fails outside the list, or `map['key']`, which is null for an absent key. */
export function checkIndex(node: Node<"index">, context: CheckContext): TypedExpression | undefined {
  const base = check(node.base, context);
  const index = check(node.index, context);
  if (base === undefined || index === undefined) return undefined;
  const owner = `\`${showExpression(node.base)}\``;
  if (base.type.kind !== "list" && base.type.kind !== "map") {
    return mistaken(
      context,
      node.base,
      "type-mismatch",
      `${owner} is of type ${showType(base.type)}: only lists and maps have elements.`,
    );
  }
  const wanted = base.type.kind === "list" ? "int" : "string";
  if (index.type.kind !== wanted) {
    const message = `${owner} is a ${base.type.kind}, so \`[ ]\` takes a value of type ${wanted}, not ${showType(index.type)}.`;
    return mistaken(context, node.index, "type-mismatch", message, wanted === "int" ? "write `cast(… as int)`" : undefined);
  }
  const type = onceRead(base.type.kind === "list" ? base.type.element : base.type.value);
  return { kind: "index", base, index, type, nullable: true, from: node.from, to: node.to };
}
