import type { TransformPythonConfig } from "@pipeline-engine/schemas/types";
import { type Column, type ColumnType, columnAt } from "../../column-type.ts";
import type { PythonValue } from "../node-kind.ts";

/** The types of what the function is given and of what it gives, as `functions/typed.py` reads them. */
export function typesOf(
  inputs: TransformPythonConfig["inputs"],
  columns: readonly Column[],
  added: readonly Column[],
): { types: Record<string, PythonValue>; columns: Record<string, PythonValue> } {
  const typeAt = (path: string): ColumnType => columnAt(columns, path.split("."))?.type ?? { kind: "null" };
  return {
    types: Object.fromEntries(Object.entries(inputs).map(([parameter, path]) => [parameter, typeText(typeAt(path))])),
    columns: Object.fromEntries(added.map(({ name, type, required }) => [name, { type: typeText(type), required }])),
  };
}

function typeText(type: ColumnType): { [key: string]: PythonValue } {
  switch (type.kind) {
    case "decimal":
      return { kind: type.kind, precision: type.precision, scale: type.scale };
    case "list":
      return { kind: type.kind, element: typeText(type.element) };
    case "map":
      return { kind: type.kind, value: typeText(type.value) };
    case "struct":
      return {
        kind: type.kind,
        fields: type.fields.map((field) => ({ name: field.name, type: typeText(field.type), required: field.required })),
      };
    default:
      return { kind: type.kind };
  }
}
