import { type Column, type ColumnType, showType } from "../column-type.ts";
import type { Stream } from "../nodes/node-kind.ts";

/** A stream of which mistakes above may have left something unknown. */
export interface KnownStream {
  stream: Stream;
  doubt?: Doubt;
}

/** What is unknown of a stream. */
export interface Doubt {
  /** Columns that may be of any type, or not there at all. */
  columns: ReadonlySet<string>;
  /** There may be more columns, of any name. */
  open: boolean;
  /** How its rows change, and what their key is, is unknown too. */
  traits: boolean;
}

/** A stream of which nothing is known. */
export const UNKNOWN: KnownStream = {
  stream: { columns: [], changes: "append", origin: "record" },
  doubt: { columns: new Set(), open: true, traits: true },
};

/** Types that a column in doubt is tried with: far enough apart that no use of a column fits none of them and is complained of alike. */
const TRIED: ColumnType[] = [
  { kind: "string" },
  { kind: "timestamp" },
  { kind: "double" },
  { kind: "boolean" },
  { kind: "list", element: { kind: "string" } },
];

/** Stands for the columns whose names nobody writes: it comes out of a node that passes on what it does not name. */
const ANY_OTHER = "any other column";

/**
 * The streams that the inputs may be, with `config` naming the columns that matter. What holds in every one of them holds whatever the mistakes above
 * were meant to be. The first is the one in which nothing in doubt is there.
 */
export function worldsOf(inputs: readonly KnownStream[], config: unknown): Stream[][] {
  const without = inputs.map(({ stream, doubt }) =>
    doubt === undefined ? stream : { ...stream, columns: stream.columns.filter(({ name }) => !doubt.columns.has(name)) },
  );
  if (inputs.every(({ doubt }) => doubt === undefined)) return [without];
  const names = nameTree(config);
  const full = TRIED.map((type, i) =>
    inputs.map(({ stream, doubt }, at) => (doubt === undefined ? stream : filled(without[at] ?? stream, doubt, names, type, i))),
  );
  return [without, ...full];
}

function filled(sure: Stream, doubt: Doubt, names: NameTree, type: ColumnType, at: number): Stream {
  const taken = new Set(sure.columns.map((column) => column.name));
  const more = doubt.open ? [...names.keys(), ANY_OTHER] : [];
  const doubtful = [...new Set([...doubt.columns, ...more])].filter((name) => !taken.has(name));
  const required = at % 2 === 0;
  const columns = [...sure.columns, ...doubtful.map((name) => ({ name, type: typed(names.get(name), type), required }))];
  const [first] = columns;
  if (!doubt.traits || at % 2 === 0 || first === undefined) return { ...sure, columns };
  return { columns, changes: "update", origin: "derived", eventTime: first.name, key: [first.name] };
}

/** Names as they stand in paths: `a.b` is `a` with `b` in it. */
type NameTree = Map<string, NameTree>;

function typed(inside: NameTree | undefined, type: ColumnType): ColumnType {
  if (inside === undefined || inside.size === 0) return type;
  const fields = [...inside].map(([name, more]) => ({ name, type: typed(more, type), required: false }));
  return { kind: "struct", fields };
}

const STEP = "(?:[\\p{L}_][\\p{L}\\p{N}_]*|`[^`]+`)";
const PATH = new RegExp(`${STEP}(?:\\.${STEP})*`, "gu");

/** Everything in a config that could be the name of a column. */
function nameTree(config: unknown): NameTree {
  const tree: NameTree = new Map();
  const add = (steps: string[]) => {
    let at = tree;
    for (const step of steps) {
      const inside = at.get(step) ?? new Map();
      at.set(step, inside);
      at = inside;
    }
  };
  const visit = (value: unknown): void => {
    if (typeof value === "string") {
      add(value.split("."));
      for (const [path] of value.matchAll(PATH)) add(stepsOf(path));
    } else if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        visit(key);
        visit(inner);
      }
    }
  };
  visit(config);
  return tree;
}

function stepsOf(path: string): string[] {
  return [...path.matchAll(new RegExp(STEP, "gu"))].map(([step]) => step.replaceAll("`", ""));
}

/** What the streams have in common, the rest in doubt. */
export function merged([first, ...others]: readonly KnownStream[]): KnownStream {
  if (first === undefined) return UNKNOWN;
  if (others.length === 0) return first;
  const all = [first, ...others];
  const columns = first.stream.columns.filter(({ name }) => name !== ANY_OTHER);
  const sure = new Set(
    columns.filter((column) => others.every(({ stream }) => hasAlike(stream, column))).map(({ name }) => name),
  );
  const seen = all.flatMap(({ stream, doubt }) => [...stream.columns.map(({ name }) => name), ...(doubt?.columns ?? [])]);
  const doubtful = new Set(seen.filter((name) => !sure.has(name) && name !== ANY_OTHER));
  const open = all.some(({ doubt }) => doubt?.open) || seen.includes(ANY_OTHER);
  const traits = all.some(({ stream, doubt }) => doubt?.traits || traitsOf(stream) !== traitsOf(first.stream));
  const stream = { ...first.stream, columns };
  return doubtful.size === 0 && !open && !traits ? { stream } : { stream, doubt: { columns: doubtful, open, traits } };
}

function hasAlike({ columns }: Stream, { name, type }: Column): boolean {
  const other = columns.find((column) => column.name === name);
  return other !== undefined && showType(other.type) === showType(type);
}

function traitsOf({ changes, origin, eventTime, key }: Stream): string {
  return JSON.stringify([changes, origin, eventTime, key]);
}

/** The stream with one more column in doubt. */
export function doubting({ stream, doubt }: KnownStream, name: string): KnownStream {
  const columns = new Set([...(doubt?.columns ?? []), name]);
  return { stream, doubt: { open: false, traits: false, ...doubt, columns } };
}

/** The stream with more columns than are known. */
export function opened({ stream, doubt }: KnownStream): KnownStream {
  return { stream, doubt: { columns: new Set(), traits: false, ...doubt, open: true } };
}

/** The stream with its traits, but any columns. */
export function withAnyColumns({ stream, doubt }: KnownStream): KnownStream {
  return { stream: { ...stream, columns: [] }, doubt: { columns: new Set(), open: true, traits: doubt?.traits ?? false } };
}
