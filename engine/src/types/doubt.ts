import { type Column, type ColumnType, showType } from "../column-type.ts";
import type { Stream } from "../nodes/node-kind.ts";

/** A stream of which mistakes above may have left something unknown. */
export interface KnownStream {
  stream: Stream;
  doubt?: Doubt;
}

/** What is unknown of a stream. */
export interface Doubt {
  /** Dotted paths of columns that may be of any type, or not there at all. */
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
    doubt === undefined ? stream : { ...stream, columns: withoutPaths(stream.columns, doubt.columns) },
  );
  if (inputs.every(({ doubt }) => doubt === undefined)) return [without];
  const names = nameTree(config);
  const known = inputs.flatMap(({ stream }) => stream.columns.map(({ name }) => name));
  const full = TRIED.map((type, i) =>
    levelled(
      inputs.map(({ stream, doubt }, at) =>
        doubt === undefined ? stream : filled(without[at] ?? stream, doubt, withNames(names, inputs), type, i),
      ),
      new Set(known),
    ),
  );
  return [without, ...full];
}

function withoutPaths(columns: readonly Column[], paths: ReadonlySet<string>, prefix = ""): Column[] {
  return columns.flatMap((column) => {
    const path = prefix + column.name;
    if (paths.has(path)) return [];
    if (column.type.kind !== "struct") return [column];
    const fields = withoutPaths(column.type.fields, paths, `${path}.`);
    return [fields.length === column.type.fields.length ? column : { ...column, type: { kind: "struct", fields } }];
  });
}

/** A node that reads several streams compares them: what is a column of one may be one of another of which that is in doubt. */
function withNames(names: NameTree, inputs: readonly KnownStream[]): NameTree {
  if (inputs.length < 2) return names;
  const all = inputs.flatMap(({ stream }) => stream.columns.map(({ name }) => [name, new Map()] as const));
  return new Map([...all, ...names]);
}

/** Every stream with the columns that were made up for one of them, or those would be missing in the others whatever was meant. */
function levelled(streams: Stream[], known: ReadonlySet<string>): Stream[] {
  if (streams.length < 2) return streams;
  const made = streams.flatMap(({ columns }) => columns.filter(({ name }) => !known.has(name)));
  return streams.map((stream) => {
    const lacking = made.filter(({ name }, i) => {
      const isFirst = made.findIndex((column) => column.name === name) === i;
      return isFirst && !stream.columns.some((column) => column.name === name);
    });
    return { ...stream, columns: [...stream.columns, ...lacking] };
  });
}

function filled(sure: Stream, doubt: Doubt, names: NameTree, type: ColumnType, at: number): Stream {
  const more = doubt.open ? [...names.keys(), ANY_OTHER] : [];
  const columns = [...doubt.columns, ...more].reduce(
    (all, path) => withPath(all, path.split("."), names, type, at % 2 === 0),
    sure.columns,
  );
  const [first] = columns;
  if (!doubt.traits || at % 2 === 0 || first === undefined) return { ...sure, columns };
  return { columns, changes: "update", origin: "derived", eventTime: first.name, watermark: 1, final: true, key: [first.name] };
}

/** The columns with one more at the end of a path, unless one stands there. */
function withPath(
  columns: Column[],
  [name = "", ...rest]: string[],
  names: NameTree,
  type: ColumnType,
  required: boolean,
): Column[] {
  const inside = names.get(name) ?? new Map();
  const found = columns.find((column) => column.name === name);
  if (found === undefined) return [...columns, { name, type: typed(inside, type), required }];
  if (rest.length === 0 || found.type.kind !== "struct") return columns;
  const fields = withPath(found.type.fields, rest, inside, type, required);
  return columns.map((column) => (column === found ? { ...found, type: { kind: "struct", fields } } : column));
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
      for (const [path] of value.matchAll(PATH)) add(namesIn(path));
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

function namesIn(path: string): string[] {
  return [...path.matchAll(new RegExp(STEP, "gu"))].map(([step]) => step.replaceAll("`", ""));
}

/** What the streams have in common, the rest in doubt. */
export function merged([first, ...others]: readonly KnownStream[]): KnownStream {
  if (first === undefined) return UNKNOWN;
  if (others.length === 0) return first;
  const all = [first, ...others];
  const doubtful = new Set(all.flatMap(({ doubt }) => [...(doubt?.columns ?? [])]));
  noteDifferences(
    all.map(({ stream }) => stream.columns),
    "",
    doubtful,
  );
  const open = doubtful.delete(ANY_OTHER) || all.some(({ doubt }) => doubt?.open);
  const traits = all.some(({ stream, doubt }) => doubt?.traits || traitsOf(stream) !== traitsOf(first.stream));
  const stream = { ...first.stream, columns: first.stream.columns.filter(({ name }) => name !== ANY_OTHER) };
  return doubtful.size === 0 && !open && !traits ? { stream } : { stream, doubt: { columns: doubtful, open, traits } };
}

function noteDifferences(all: readonly (readonly Column[])[], prefix: string, different: Set<string>): void {
  for (const name of new Set(all.flatMap((columns) => columns.map((column) => column.name)))) {
    const types = all.map((columns) => columns.find((column) => column.name === name)?.type);
    const structs = types.flatMap((type) => (type?.kind === "struct" ? [type.fields] : []));
    if (structs.length === all.length) noteDifferences(structs, `${prefix}${name}.`, different);
    else if (new Set(types.map((type) => type && showType(type))).size > 1) different.add(prefix + name);
  }
}

function traitsOf({ columns: _, ...traits }: Stream): string {
  return JSON.stringify(Object.entries(traits).sort());
}

/** The stream with one more column in doubt, named by its dotted path. */
export function doubting({ stream, doubt }: KnownStream, path: string): KnownStream {
  const columns = new Set([...(doubt?.columns ?? []), path]);
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
