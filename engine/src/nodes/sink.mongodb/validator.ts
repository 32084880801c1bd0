import type { Column, ColumnType } from "../../column-type.ts";
import type { PythonValue } from "../node-kind.ts";

/**
 * The `$jsonSchema` that holds a collection to its columns. Columns that are not required may be null or absent. `id` is the schema of `_id`,
 * which is never read as a column.
 */
export function validatorOf(all: readonly Column[], id: PythonValue): PythonValue {
  const columns = all.filter((column) => column.name !== "_id");
  const object = objectOf(columns);
  return {
    $jsonSchema: { ...object, required: ["_id", ...required(columns)], properties: { _id: id, ...propertiesOf(columns) } },
  };
}

/** The schema of a value of this type, as MongoDB's BSON types name it. */
export function bsonSchema(type: ColumnType, mayBeNull: boolean): Record<string, PythonValue> {
  const { bsonType, ...rest } = strictSchema(type);
  // MongoDB refuses a list that names a type twice.
  const widened = mayBeNull && typeof bsonType === "string" && bsonType !== "null";
  return { bsonType: widened ? [bsonType, "null"] : (bsonType ?? null), ...rest };
}

function strictSchema(type: ColumnType): Record<string, PythonValue> {
  switch (type.kind) {
    case "boolean":
      return { bsonType: "bool" };
    case "timestamp":
    case "date":
      return { bsonType: "date" };
    case "binary":
      return { bsonType: "binData" };
    case "list":
      return { bsonType: "array", items: bsonSchema(type.element, true) };
    case "map":
      return { bsonType: "object", additionalProperties: bsonSchema(type.value, true) };
    case "struct":
      return objectOf(type.fields);
    default:
      return { bsonType: type.kind };
  }
}

function objectOf(columns: readonly Column[]): Record<string, PythonValue> {
  const names = required(columns);
  // MongoDB refuses an empty `required`.
  return { bsonType: "object", ...(names.length === 0 ? {} : { required: names }), properties: propertiesOf(columns) };
}

function propertiesOf(columns: readonly Column[]): Record<string, PythonValue> {
  return Object.fromEntries(columns.map((column) => [column.name, bsonSchema(column.type, !column.required)]));
}

function required(columns: readonly Column[]): string[] {
  return columns.filter((column) => column.required).map((column) => column.name);
}
