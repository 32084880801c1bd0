import { isMap } from "yaml";
import { applied, changesOf, joined, type Piece, spliced, type TextChange } from "./changes.ts";
import { type Entry, insertion } from "./insert.ts";
import { copied, isRecord, isSame, type Path } from "./plain-data.ts";
import { Refused, refuse } from "./refused.ts";
import { removal } from "./remove.ts";
import { renaming, replacement } from "./replace.ts";
import { readSpecText, type SpecText } from "./spec-text.ts";

/** What is told of an edit beside its changes. */
interface Outcome {
  /** The node to select. */
  select?: string;
  /** The ids that pasted nodes have got, by those they had. */
  pasted?: Readonly<Record<string, string>>;
}

/** What an action makes of a text: the changes and what is told of them; or a sentence that says why it cannot be, and what to do. */
export type Edit = ({ changes: TextChange[] } & Outcome) | { refused: string };

/** A change of the value of a spec. All paths of one step count in the text before it. */
export type Op =
  | { op: "replace"; path: Path; value: unknown }
  /** Into the map or list at `path`, before the entry at `index`. */
  | { op: "insert"; path: Path; index: number; entries: readonly Entry[] }
  /** Out of the map or list at `path`. */
  | { op: "remove"; path: Path; entries: readonly (string | number)[] }
  /** `path` leads to the entry whose key is named anew. */
  | { op: "rename"; path: Path; name: string };

/** A text while it is edited, step by step. */
export interface Draft {
  readonly spec: SpecText;
  /** Makes changes that do not touch each other. Refuses where the text would not mean exactly what they say. */
  step(...ops: Op[]): void;
}

/** Edits a text. `action` returns the id of the node to select, or more; what it refuses, nothing is changed of. */
export function edited(text: string, action: (draft: Draft) => string | Outcome | undefined): Edit {
  let spec = read(text);
  if (typeof spec === "string") return { refused: spec };
  let pieces: Piece[] = [{ text, from: 0 }];
  const draft: Draft = {
    get spec() {
      return spec as SpecText;
    },
    step(...ops) {
      const before = draft.spec;
      const changes = ops.flatMap((op) => textChanges(before, op));
      pieces = spliced(pieces, disjoint(changes));
      const after = read(joined(pieces));
      if (typeof after === "string" || !isSame(after.value, intended(before.value, ops)))
        refuse("The text is written in a way that cannot be edited here without changing more of it. Change it in the text.");
      spec = after;
    },
  };
  try {
    const told = action(draft);
    return { changes: changesOf(text, pieces), ...(typeof told === "string" ? { select: told } : told) };
  } catch (error) {
    if (error instanceof Refused) return { refused: error.message };
    throw error;
  }
}

/** The text after an edit; the text as it was where it was refused. */
export function textAfter(text: string, edit: Edit): string {
  return "refused" in edit ? text : applied(text, edit.changes);
}

const read = readSpecText;

function textChanges(spec: SpecText, op: Op): TextChange[] {
  if (op.op === "insert") return insertion(spec, op.path, op.index, op.entries);
  if (op.op === "remove") return removal(spec, op.path, indexesOf(spec, op.path, op.entries));
  const place = spec.place(op.path) ?? refuse("There is no such value in the text.");
  return op.op === "rename" ? renaming(place, op.name) : replacement(spec, place, op.value);
}

function indexesOf(spec: SpecText, path: Path, entries: readonly (string | number)[]): Set<number> {
  const collection = spec.collection(path);
  if (!isMap(collection)) return new Set(entries.map(Number));
  const starts = collection.items.map(({ key }) => (key as { range?: [number] } | null)?.range?.[0]);
  return new Set(entries.map((key) => starts.indexOf(spec.place([...path, key])?.key?.from)));
}

function disjoint(changes: readonly TextChange[]): TextChange[] {
  const sorted = changes.toSorted((a, b) => a.from - b.from || a.to - b.to);
  const isTouching = sorted.some(({ from }, i) => from < (sorted[i - 1]?.to ?? 0));
  return isTouching ? refuse("Two changes meet at one place. Make them one after the other.") : sorted;
}

/** The value that the text must have after a step, worked out on plain data alone. */
function intended(value: unknown, ops: readonly Op[]): unknown {
  const result = copied(value);
  const rank = ({ op }: Op) => ["replace", "rename", "insert", "remove"].indexOf(op);
  const last = (op: Op) => (op.op === "insert" ? op.index : 0);
  const ordered = ops.toSorted((a, b) => rank(a) - rank(b) || b.path.length - a.path.length || last(b) - last(a));
  // Found before anything changes: a key above may get another name.
  const targets = ordered.map(({ op, path }) => at(result, op === "insert" || op === "remove" ? path : path.slice(0, -1)));
  for (const [i, op] of ordered.entries()) {
    const target = targets[i];
    if (op.op === "insert") insertInto(target, op.index, op.entries);
    else if (op.op === "remove") removeFrom(target, op.entries);
    else {
      const parent = target as Record<string | number, unknown>;
      const name = op.path.at(-1) ?? "";
      if (op.op === "replace") parent[name] = copied(op.value);
      else {
        const inner = parent[name];
        delete parent[name];
        parent[op.name] = inner;
      }
    }
  }
  return result;
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Record<string | number, unknown> | undefined)?.[step], value);
}

function insertInto(collection: unknown, index: number, entries: readonly Entry[]): void {
  if (Array.isArray(collection)) collection.splice(index, 0, ...entries.map(({ value }) => copied(value)));
  else if (isRecord(collection)) for (const { key, value } of entries) collection[key ?? ""] = copied(value);
}

function removeFrom(collection: unknown, entries: readonly (string | number)[]): void {
  if (Array.isArray(collection)) for (const index of entries.map(Number).toSorted((a, b) => b - a)) collection.splice(index, 1);
  else if (isRecord(collection)) for (const key of entries) delete collection[key];
}
