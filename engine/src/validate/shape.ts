import type { ErrorObject } from "ajv";
import type { Finding } from "../diagnostic.ts";
import type { Document } from "../document.ts";
import { maskSecrets } from "../mask.ts";
import { joinPointer, type Moved, stepsOf, valueAt } from "../pointer.ts";
import type { Marks, Validator } from "./catalogue.gen.ts";
import * as messages from "./messages.ts";
import { asTextHint, meantKey, spellingHint } from "./spelling.ts";

/** A place where a value is wrong. `drop`: nothing may stand there. */
export interface WrongPlace {
  pointer: string;
  drop: boolean;
}

/** Plain data with defaults filled in, and what does not fit. All pointers are as if every key were spelt right. */
export interface Shaped {
  value: unknown;
  /** The same without the defaults. */
  given: unknown;
  findings: Finding[];
  wrong: WrongPlace[];
  moved: Moved[];
}

const MOST_PASSES = 5;

/**
 * Validates a copy of a value that stands at `pointer`, and fills in defaults. The value itself is left as it is. What stands under a misspelt key
 * is read under the one that was meant, so that one slip is one mistake. `copy` must be as deep as the validator fills in and keys are misspelt.
 */
export function shape(
  document: Document,
  value: unknown,
  pointer: string,
  validator: Validator,
  copy: (value: unknown) => unknown = copied,
): Shaped {
  const first = copy(value);
  if (validator(first)) return { value: first, given: value, findings: [], wrong: [], moved: [] };
  const given = copy(value);
  const moved: Moved[] = [];
  const findings = new Map<string, Finding>();
  for (let pass = 1; ; pass++) {
    const filled = copy(given);
    const errors = validator(filled) ? [] : (validator.errors ?? []);
    const respelt = pass < MOST_PASSES ? errors.filter((error) => respell(error, given, pointer, moved)) : [];
    for (const error of respelt.length > 0 ? respelt : errors) {
      const finding = findingOf(document, error, pointer);
      if (finding === undefined) continue;
      // The first mistake of a place says what the others repeat; what is missing at one place is several things.
      const key = `${finding.pointer} ${finding.on ?? "value"} ${error.keyword === "required" ? finding.message : ""}`;
      if (!findings.has(key)) findings.set(key, finding);
    }
    if (respelt.length > 0) continue;
    const wrong = errors.flatMap((error) => wrongPlace(error, pointer));
    return { value: filled, given, findings: [...findings.values()], wrong, moved };
  }
}

/** Puts the value of an unknown key where its likely spelling leads, if nothing stands there. */
function respell(error: ErrorObject, given: unknown, base: string, moved: Moved[]): boolean {
  if (error.keyword !== "additionalProperties") return false;
  const holder = valueAt(given, stepsOf(error.instancePath));
  const key = String(error.params.additionalProperty);
  const meant = meantKey(key, Object.keys(record(record(error.parentSchema).properties)));
  if (meant === undefined || typeof holder !== "object" || holder === null || meant in holder) return false;
  const map = holder as Record<string, unknown>;
  map[meant] = map[key];
  delete map[key];
  const at = base + error.instancePath;
  moved.push({ to: joinPointer(at, meant), from: joinPointer(at, key) });
  return true;
}

function wrongPlace(error: ErrorObject, base: string): WrongPlace[] {
  const pointer = base + error.instancePath;
  if (error.keyword === "propertyNames") return [];
  if (error.propertyName !== undefined) return [{ pointer: joinPointer(pointer, error.propertyName), drop: true }];
  const { additionalProperty, missingProperty, i } = error.params;
  if (error.keyword === "additionalProperties")
    return [{ pointer: joinPointer(pointer, String(additionalProperty)), drop: true }];
  if (error.keyword === "required") return [{ pointer: joinPointer(pointer, String(missingProperty)), drop: false }];
  return [{ pointer: error.keyword === "uniqueItems" ? joinPointer(pointer, Number(i)) : pointer, drop: false }];
}

/** A copy of a map whose values stay the same: enough for the frame around what is validated by itself. */
export function shallow(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.assign(Object.create(null), value);
}

/** A deep copy, maps without a prototype so that no name of a user's meets an inherited one. `marks` says where `x-` keys are left out. */
export function copied(value: unknown, marks?: Marks, path: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((item, i) => copied(item, marks, [...path, String(i)]));
  if (typeof value !== "object" || value === null) return value;
  const closed = marks?.closed.some((pattern) => matches(pattern, path)) ?? false;
  const result: Record<string, unknown> = Object.create(null);
  for (const [key, item] of Object.entries(value)) {
    if (!closed || !key.startsWith("x-")) result[key] = copied(item, marks, [...path, key]);
  }
  return result;
}

/** True when the path is one that the pattern means; `*` stands for any step. */
export function matches(pattern: readonly string[], path: readonly string[]): boolean {
  return pattern.length === path.length && pattern.every((step, i) => step === "*" || step === path[i]);
}

/** How messages name what stands at a pointer: `window.size`, `by[1]`, `indexes[0].fields`. */
export function nameOf(pointer: string): string {
  const steps = stepsOf(pointer);
  const inNode =
    (steps[0] === "nodes" || steps[0] === "steps") && steps.length > 2
      ? steps.slice(steps[2] === "config" && steps.length > 3 ? 3 : 2)
      : steps;
  const text = inNode.map((step, i) => (/^\d+$/.test(step) ? `[${step}]` : i === 0 ? step : `.${step}`)).join("");
  return text === "" ? "the file" : `\`${text}\``;
}

/** A value as the user spelt it, short enough for a message; undefined where nothing is written. */
export function shownAt(document: Document, pointer: string, value: unknown): string | undefined {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a map";
  const source = document.source(pointer) ?? (value === undefined || value === null ? "" : String(value));
  if (source === "") return typeof value === "string" ? "empty" : undefined;
  const shown = maskSecrets(source);
  return `\`${shown.length > 80 ? `${shown.slice(0, 79)}…` : shown}\``;
}

function findingOf(document: Document, error: ErrorObject, base: string): Finding | undefined {
  const pointer = base + error.instancePath;
  if (error.propertyName !== undefined) {
    const message = messages.wrongValue("A name here", expects(error), `\`${error.propertyName}\``);
    return { ...message, pointer: joinPointer(pointer, error.propertyName), on: "key" };
  }
  const schema = record(error.parentSchema);
  const name = nameOf(pointer);
  const shown = shownAt(document, pointer, error.data);
  switch (error.keyword) {
    case "propertyNames":
      return undefined;
    case "additionalProperties": {
      const key = String(error.params.additionalProperty);
      return {
        ...messages.unknownKey(key, Object.keys(record(schema.properties))),
        pointer: joinPointer(pointer, key),
        on: "key",
      };
    }
    case "required": {
      const key = String(error.params.missingProperty);
      const examples = record(record(schema.properties)[key]).examples;
      return { ...messages.missingKey(key, Array.isArray(examples) ? examples[0] : undefined), pointer, on: "key" };
    }
    case "type":
      return { ...messages.wrongType(name, expects(error), shown, asTextHint(error.data, schema)), pointer };
    case "enum":
    case "const": {
      const allowed = error.keyword === "enum" && Array.isArray(error.schema) ? error.schema : [schema.const];
      const expected = typeof schema["x-expects"] === "string" ? schema["x-expects"] : undefined;
      if (expected !== undefined) return { ...messages.wrongValue(name, expected, shown ?? "nothing"), pointer };
      return { ...messages.notAllowed(name, shown ?? "nothing", error.data, allowed), pointer };
    }
    case "uniqueItems": {
      const index = Number(error.params.i);
      const at = joinPointer(pointer, index);
      return { ...messages.repeatedItem(name, shownAt(document, at, undefined) ?? "an entry"), pointer: at };
    }
    default:
      return (
        sizeFinding(error, name, pointer) ?? {
          ...messages.wrongValue(name, expects(error), shown ?? "nothing", spellingHint(error.data, schema)),
          pointer,
        }
      );
  }
}

function sizeFinding(error: ErrorObject, name: string, pointer: string): Finding | undefined {
  const limit = Number(error.params.limit);
  const what = error.keyword.endsWith("Items") ? "entry" : error.keyword.endsWith("Length") ? "character" : "entry";
  switch (error.keyword) {
    case "minItems":
    case "minProperties":
    case "minLength":
      return { ...messages.wrongSize(name, "at least", limit, what), pointer };
    case "maxItems":
    case "maxProperties":
    case "maxLength":
      return { ...messages.wrongSize(name, "at most", limit, what), pointer };
    default:
      return undefined;
  }
}

const WORDS: Record<string, string> = {
  string: "text",
  integer: "a whole number",
  boolean: "`true` or `false`",
  object: "a map",
  array: "a list",
};

function expects(error: ErrorObject): string {
  const schema = record(error.parentSchema);
  if (typeof schema["x-expects"] === "string") return schema["x-expects"];
  return typeWords(schema.type)
    .filter((type) => type !== "null")
    .map((type) => WORDS[type] ?? type)
    .join(" or ");
}

function typeWords(type: unknown): string[] {
  return Array.isArray(type) ? type.map(String) : typeof type === "string" ? [type] : [];
}

/** The value as a map, an empty one where it is none. */
export function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
