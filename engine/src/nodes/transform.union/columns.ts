import type { TransformUnionConfig } from "@pipeline-engine/schemas/types";
import { type Column, type ColumnType, sameType, showType } from "../../column-type.ts";
import type { NodeContext } from "../node-kind.ts";

type Context = NodeContext<TransformUnionConfig>;

/** The columns of a union: those of the first input, then what the others add. */
export function unitedColumns(context: Context): Column[] {
  const { config, inputs } = context;
  const names = [...new Set(inputs.flatMap(({ columns }) => columns.map(({ name }) => name)))];
  if (config.missing === "refuse") reportMissing(context, names);
  return names.flatMap((name): Column[] => {
    const found = inputs.map(({ columns }) => columns.find((column) => column.name === name));
    const present = found.flatMap((column) => column ?? []);
    const lacking = found.flatMap((column, at) => (column === undefined ? [at] : []));
    const at = found.findIndex((column) => column !== undefined);
    const odd = found.findIndex((column) => column !== undefined && !sameType(column.type, found[at]?.type ?? column.type));
    if (odd !== -1) reportTypes(context, name, at, odd);
    const [first, ...others] = present.map((column) => column.type);
    if (first === undefined) return [];
    const required = lacking.length === 0 && present.every((column) => column.required);
    return [{ name, type: others.reduce(merged, first), required }];
  });
}

/** The type that holds the values of both, which have the same shape: a field is required where both say so. */
function merged(a: ColumnType, b: ColumnType): ColumnType {
  if (a.kind === "null") return b;
  if (a.kind === "list" && b.kind === "list") return { kind: "list", element: merged(a.element, b.element) };
  if (a.kind === "map" && b.kind === "map") return { kind: "map", value: merged(a.value, b.value) };
  if (a.kind !== "struct" || b.kind !== "struct") return a;
  const fields = a.fields.map((field, i): Column => {
    const other = b.fields[i] ?? field;
    return { name: field.name, type: merged(field.type, other.type), required: field.required && other.required };
  });
  return { kind: "struct", fields };
}

/** One mistake for each input, however many columns it lacks. */
function reportMissing({ report, inputs, inputNames }: Context, names: readonly string[]): void {
  inputs.forEach(({ columns }, at) => {
    const lacking = names.filter((name) => !columns.some((column) => column.name === name)).map((name) => `\`${name}\``);
    if (lacking.length === 0) return;
    const shown = lacking.length > 5 ? `${lacking.slice(0, 4).join(", ")} and ${lacking.length - 4} more` : lacking.join(", ");
    report([], {
      code: "union/missing-column",
      message: `\`${inputNames[at]}\` has no column ${shown}, which others have.`,
      hint: "write `missing: fill` to have null there, or add or drop columns with transform.select",
    });
  });
}

function reportTypes({ report, inputs, inputNames }: Context, name: string, first: number, odd: number): void {
  const of = (at: number) => {
    const column = inputs[at]?.columns.find((each) => each.name === name);
    return `${column === undefined ? "nothing" : showType(column.type)} in \`${inputNames[at]}\``;
  };
  report([], {
    code: "union/type-mismatch",
    message: `\`${name}\` is ${of(first)}, but ${of(odd)}.`,
    hint: "convert or rename one of the two with transform.select",
  });
}
