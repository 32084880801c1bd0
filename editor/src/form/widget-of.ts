import { resolved, type Schema } from "../contracts.ts";

export type WidgetKind =
  | "choice"
  | "column"
  | "columns"
  | "duration"
  | "expression"
  | "indexes"
  | "list"
  | "map"
  | "number"
  | "object"
  | "reference"
  | "switch"
  | "text"
  | "window"
  | "yaml";

/** What `x-widget` asks for. */
const ASKED: Record<string, WidgetKind> = {
  column: "column",
  columns: "columns",
  duration: "duration",
  expression: "expression",
  expressions: "map",
  indexes: "indexes",
  map: "map",
  window: "window",
};

/** The widget for a schema, by what the contract says of it and by its shape: a new node type needs nothing here. */
export function widgetOf(given: Schema): WidgetKind {
  const schema = resolved(given);
  const types = [schema.type ?? []].flat();
  const asked = ASKED[schema["x-widget"] ?? ""];
  if (asked !== undefined) return asked;
  if (schema.enum !== undefined) return "choice";
  if (types.includes("array")) return isOneLine(resolved(schema.items ?? {})) ? "list" : "yaml";
  if (types.includes("object")) {
    if (schema.properties !== undefined) return "object";
    return typeof schema.additionalProperties === "object" && widgetOf(schema.additionalProperties) !== "yaml" ? "map" : "yaml";
  }
  const scalars = types.filter((type) => type !== "null");
  if (scalars.length !== 1) return "yaml";
  if (scalars[0] === "boolean") return "switch";
  if (scalars[0] === "integer" || scalars[0] === "number") return "number";
  return schema["x-reference"] === true ? "reference" : "text";
}

/** The widgets of which each item of a list may be one. */
function isOneLine(items: Schema): boolean {
  return ["text", "number", "column", "object", "reference"].includes(widgetOf(items));
}

/** Widgets of several controls: they are named as a group, and each part tells its own problems. */
export const GROUPS: ReadonlySet<WidgetKind> = new Set(["columns", "indexes", "list", "map", "object", "window"]);
