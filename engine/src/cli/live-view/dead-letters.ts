import { addedUp, grandTotal, merged, total } from "../../runtime/counters.ts";
import type { Counts } from "../../runtime/events.ts";
import { plural, printable } from "../print.ts";
import { count } from "./picture.ts";
import type { RunView } from "./run-view.ts";

/** Dead letters: node → code → rows. */
type Letters = Record<string, Counts>;

const MOST_CODES = 3;
const MOST_NODES = 8;
const MOST_NODES_IN_A_LINE = 3;

/** All dead letters so far, of ingest and of the job. */
export function lettersOf({ dead, sources }: Pick<RunView, "dead" | "sources">): Letters {
  return addedUp([dead, ...sources.map((source) => ({ [source.node]: source.dead }))]);
}

/** How many they are: `12 dead letters`. */
export function letterCount(letters: Letters): string {
  const all = grandTotal(letters);
  return `${count(all)} dead ${all === 1 ? "letter" : "letters"}`;
}

/** Each node with its codes, the most frequent of both first. What more there are is counted in a last row. */
export function codesByNode(letters: Letters, most = MOST_NODES): [node: string, codes: string][] {
  const totals = Object.fromEntries(Object.entries(letters).map(([node, codes]) => [node, total(codes)]));
  return shortened(totals, most, "more node").map(([node, rows]) => {
    const codes = letters[node];
    return [printable(node), codes === undefined ? count(rows) : codeList(codes)];
  });
}

/** Number, nodes and codes for one line of a log. */
export function lettersInLine(letters: Letters): string {
  const nodes = codesByNode(letters, MOST_NODES_IN_A_LINE).map((words) => words.join(" "));
  return `${letterCount(letters)}: ${nodes.join("; ")}`;
}

/** The code that most of them have; undefined where there are none. */
export function mostFrequentCode(letters: Letters): string | undefined {
  const [first] = byRows(Object.values(letters).reduce(merged, {}));
  return first?.[0];
}

function codeList(codes: Counts): string {
  return shortened(codes, MOST_CODES, "more code")
    .map(([code, rows]) => `${printable(code)} ${count(rows)}`)
    .join(", ");
}

function shortened(counts: Counts, most: number, one: string): [name: string, rows: number][] {
  const sorted = byRows(counts);
  const rest = sorted.slice(most).map(([, rows]) => rows);
  if (rest.length === 0) return sorted;
  return [...sorted.slice(0, most), [plural(rest.length, one), rest.reduce((sum, rows) => sum + rows)]];
}

function byRows(counts: Counts): [name: string, rows: number][] {
  return Object.entries(counts).sort(([, a], [, b]) => b - a);
}
