import type { Finding } from "../diagnostic.ts";
import type { Document } from "../document.ts";
import { joinPointer } from "../pointer.ts";
import type { Input } from "../spec.ts";
import * as messages from "./messages.ts";
import { shownAt } from "./shape.ts";

const INPUT = /^([a-z][a-z0-9_]{0,62})(?:\.([a-z][a-z0-9_]{0,62}))?$/;
/** An id, and every other name that stands in `from`. */
export const NAME = /^[a-z][a-z0-9_]{0,62}$/;

/**
 * Reads `from`, whichever of its notations it is in: an id, a list of ids, or named inputs. Mistakes are added to `findings`; an id that is none but
 * stands so at a node (`wrongIds`) is no second mistake.
 */
export function readFrom(
  document: Document,
  value: unknown,
  pointer: string,
  findings: Finding[],
  wrongIds: ReadonlySet<string>,
): Input[] {
  if (value === undefined) return [];
  const inputs = entriesOf(value, pointer).flatMap(({ name, text, at }): Input[] => {
    if (name !== undefined && !NAME.test(name)) findings.push({ ...messages.wrongInputName(name), pointer: at, on: "key" });
    if (typeof text === "string" && wrongIds.has(text)) return [{ ...(name !== undefined && { name }), node: text, pointer: at }];
    const match = typeof text === "string" ? INPUT.exec(text) : null;
    if (match?.[1] === undefined) {
      findings.push({
        ...(text === null ? messages.emptyInput() : messages.wrongInput(shownAt(document, at, text) ?? "nothing")),
        pointer: at,
      });
      return [];
    }
    return [
      { ...(name !== undefined && { name }), node: match[1], ...(match[2] !== undefined && { output: match[2] }), pointer: at },
    ];
  });
  if (Array.isArray(value) || (typeof value === "object" && value !== null)) {
    if (Object.keys(value).length === 0) findings.push({ ...messages.emptyInput(), pointer });
  }
  if (Array.isArray(value)) findings.push(...repeated(inputs));
  return inputs;
}

function entriesOf(value: unknown, pointer: string): { name?: string; text: unknown; at: string }[] {
  if (Array.isArray(value)) return value.map((text: unknown, i) => ({ text, at: joinPointer(pointer, i) }));
  if (typeof value !== "object" || value === null) return [{ text: value, at: pointer }];
  return Object.entries(value).map(([name, text]: [string, unknown]) => ({ name, text, at: joinPointer(pointer, name) }));
}

function repeated(inputs: Input[]): Finding[] {
  const seen = new Set<string>();
  return inputs.flatMap((input) => {
    const text = input.output === undefined ? input.node : `${input.node}.${input.output}`;
    const twice = seen.has(text);
    seen.add(text);
    return twice ? [{ ...messages.repeatedInput(text), pointer: input.pointer }] : [];
  });
}
