import { isRecord } from "./plain-data.ts";
import { keyText, literalBlock, scalarText } from "./scalar-text.ts";

/** A list of scalars stays on one line where it is no longer. */
const LONGEST_LIST = 80;

/** How a spec is indented. */
export interface Indentation {
  /** From a map to a map in it. */
  step: number;
  /** From a map to the dash of a list in it. */
  list: number;
}

/** A value as it is written in block style: behind its key or dash, and on the lines below. */
export interface Written {
  inline: string;
  below: string[];
}

/** A value on one line. */
export function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(", ")}]`;
  if (!isRecord(value)) return scalarText(value as string, { inFlow: true });
  const pairs = Object.entries(value).map(([key, inner]) => `${keyText(key, { inFlow: true })}: ${flowText(inner)}`);
  return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}

/**
 * A value in block style, its lines beginning at these columns. `flow`: it goes on one line, as its neighbours do. Lists of a few scalars do anyway.
 */
export function written(value: unknown, at: { map: number; list: number }, indentation: Indentation, flow: boolean): Written {
  if (typeof value === "string") {
    const literal = literalBlock(value, at.map);
    if (literal !== undefined) return { inline: literal.header, below: literal.lines };
  }
  if (!Array.isArray(value) && !isRecord(value)) return { inline: scalarText(value as string, { inFlow: false }), below: [] };
  if (flow || isShort(value)) return { inline: flowText(value), below: [] };
  const below = Array.isArray(value)
    ? value.flatMap((item) => itemLines(item, at.list, " ", indentation))
    : Object.entries(value).flatMap(([key, inner]) => pairLines(key, inner, at.map, indentation, false));
  return { inline: "", below };
}

function isShort(value: unknown[] | Record<string, unknown>): boolean {
  if (Object.keys(value).length === 0) return true;
  return (
    Array.isArray(value) &&
    !value.some((item) => typeof item === "object" && item !== null) &&
    flowText(value).length <= LONGEST_LIST
  );
}

/** The lines of one entry of a block map. */
export function pairLines(key: string, value: unknown, column: number, indentation: Indentation, flow: boolean): string[] {
  const at = { map: column + indentation.step, list: column + indentation.list };
  const { inline, below } = written(value, at, indentation, flow);
  const name = `${" ".repeat(column)}${keyText(key, { inFlow: false })}:`;
  return [inline === "" ? name : `${name} ${inline}`, ...below];
}

/** The lines of one item of a block list; `gap` stands behind its dash. */
export function itemLines(value: unknown, column: number, gap: string, indentation: Indentation, flow = false): string[] {
  const inner = column + 1 + gap.length;
  const { inline, below } = written(value, { map: inner, list: inner }, indentation, flow);
  const dash = `${" ".repeat(column)}-${gap}`;
  if (inline !== "") return [dash + inline, ...below];
  const [first = "", ...others] = below;
  return [dash + first.slice(inner), ...others];
}
