/** What the values at one path of all rows are. */
export type LeafType = "time" | "number" | "text";

/** A path into the rows, such as `window.start`, at which values of one type stand. */
export interface Leaf {
  path: string;
  type: LeafType;
  /** How many values differ. */
  distinct: number;
  /** Numbers that are written as text, as decimals are. */
  isDigits: boolean;
}

const DEEPEST = 4;
const TIME = /^-?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const DIGITS = /^-?\d+(\.\d+)?(E[+-]?\d+)?$/;

/** The values at a path; undefined where there is none. A name may hold dots itself. */
export function valueAt(row: Record<string, unknown>, path: string): unknown {
  return leavesOfRow(row).get(path);
}

const known = new WeakMap<object, Map<string, unknown>>();

function leavesOfRow(row: Record<string, unknown>): Map<string, unknown> {
  const found = known.get(row) ?? new Map<string, unknown>();
  if (!known.has(row)) {
    known.set(row, found);
    walk(row, "", 0, found);
  }
  return found;
}

function walk(value: unknown, path: string, depth: number, found: Map<string, unknown>): void {
  if (typeof value !== "object" || value === null) found.set(path, value);
  else if (!Array.isArray(value) && depth < DEEPEST)
    for (const [name, inner] of Object.entries(value)) walk(inner, path === "" ? name : `${path}.${name}`, depth + 1, found);
}

/** The paths of the rows that a chart can use, in the order of the documents, the parts of `_id` last: they mostly repeat others. */
export function leavesOf(rows: readonly Record<string, unknown>[]): Leaf[] {
  const values = new Map<string, Set<unknown>>();
  for (const row of rows)
    for (const [path, value] of leavesOfRow(row)) {
      const seen = values.get(path) ?? new Set();
      values.set(path, seen);
      if (value !== null && value !== undefined) seen.add(value);
    }
  const leaves = [...values].flatMap(([path, seen]): Leaf[] => {
    const type = typeOf(seen);
    const isDigits = type === "text" && [...seen].every((value) => DIGITS.test(String(value)));
    return type === undefined ? [] : [{ path, type, distinct: seen.size, isDigits }];
  });
  const isId = ({ path }: Leaf) => path === "_id" || path.startsWith("_id.");
  return [...leaves.filter((leaf) => !isId(leaf)), ...leaves.filter(isId)];
}

function typeOf(seen: ReadonlySet<unknown>): LeafType | undefined {
  const all = (fits: (value: unknown) => boolean) => seen.size > 0 && [...seen].every(fits);
  if (all((value) => typeof value === "number")) return "number";
  if (all((value) => typeof value === "string" && TIME.test(value))) return "time";
  return all((value) => typeof value === "string" || typeof value === "boolean") ? "text" : undefined;
}
