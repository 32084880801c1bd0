import type { Schema } from "../../contracts.ts";
import { formTexts } from "../../texts/form.ts";
import type { Path } from "../editing.ts";
import type { Naming } from "../naming.ts";

/** What every widget is given. It writes through `useEditing`, at `path`. */
export interface WidgetProps {
  /** Without `$ref`. */
  schema: Schema;
  /** As it is written; undefined where it is not. */
  value: unknown;
  path: Path;
  /** What it is called, for its parts. */
  label: string;
  naming: Naming;
}

/** What stands in an empty control: the default, else an example. */
export function placeholderOf({ default: value, examples }: Schema): string {
  if (value !== undefined && value !== null && value !== "" && shown(value) !== "[]" && shown(value) !== "{}")
    return formTexts.defaultIs(shown(value));
  const example = examples?.[0];
  return example === undefined ? "" : formTexts.forExample(shown(example));
}

/** A value as text: itself, or as JSON. */
export function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function asText(value: unknown): string {
  return value === undefined || value === null ? "" : shown(value);
}

export function asList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  return value === undefined || value === null ? [] : [value];
}

export function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
