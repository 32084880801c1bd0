import { type Draft, type Edit, edited, type Op } from "./draft.ts";
import { copied, isRecord, isSame, type Path } from "./plain-data.ts";
import { refuse } from "./refused.ts";
import { nodeOf, nodesOf } from "./spec-nodes.ts";
import { keyIndex } from "./steps.ts";

/** Sets a value in a node, such as `["config", "where"]`, and makes what must be around it. `id` null: in the pipeline itself. */
export function setValue(text: string, id: string | null, path: Path, value: unknown): Edit {
  return edited(text, (draft) => {
    const wanted = copied(value);
    if (wanted === undefined) return refuse("That is no value that a spec can hold.");
    set(draft, basePath(draft, id), path, wanted);
    return id ?? undefined;
  });
}

/** Writes a new entry of a map in a node; what stands there by its name is never written over. */
export function addEntry(text: string, id: string | null, path: Path, value: unknown): Edit {
  return edited(text, (draft) => {
    const wanted = copied(value);
    const name = path.at(-1);
    if (wanted === undefined || name === undefined) return refuse("That is no value that a spec can hold.");
    const base = basePath(draft, id);
    if (valueIn(draft, [...base, ...path]) !== undefined) return refuse(`\`${name}\` stands there already. Choose another name.`);
    set(draft, base, path, wanted);
    return id ?? undefined;
  });
}

/** Takes a value out of a node, with its key or its dash. */
export function removeValue(text: string, id: string | null, path: Path): Edit {
  return edited(text, (draft) => {
    const whole = [...basePath(draft, id), ...path];
    const last = path.at(-1);
    if (last === undefined || valueIn(draft, whole) === undefined) return refuse("There is no such value in the text.");
    draft.step({ op: "remove", path: whole.slice(0, -1), entries: [last] });
    return id ?? undefined;
  });
}

/** Gives a key of a map in a node another name. */
export function renameKey(text: string, id: string | null, path: Path, name: string): Edit {
  return edited(text, (draft) => {
    const whole = [...basePath(draft, id), ...path];
    const around = valueIn(draft, whole.slice(0, -1));
    const key = path.at(-1);
    if (!isRecord(around) || typeof key !== "string" || !(key in around)) return refuse("There is no such key in the text.");
    if (name === key) return id ?? undefined;
    if (name in around) return refuse(`\`${name}\` stands there already. Choose another name.`);
    draft.step({ op: "rename", path: whole, name });
    return id ?? undefined;
  });
}

function basePath(draft: Draft, id: string | null): Path {
  return id === null ? [] : nodeOf(nodesOf(draft.spec).nodes, id).path;
}

function valueIn({ spec }: Draft, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => {
    if (Array.isArray(inner)) return typeof step === "number" ? (inner as unknown[])[step] : undefined;
    return isRecord(inner) && Object.hasOwn(inner, step) ? inner[step] : undefined;
  }, spec.value);
}

function set(draft: Draft, base: Path, path: Path, value: unknown): void {
  const whole = [...base, ...path];
  const before = valueIn(draft, whole);
  if (before === undefined) draft.step(making(draft, base, path, value));
  else change(draft, whole, before, value);
}

/** Writes what is not there yet, with what must be around it. */
function making(draft: Draft, base: Path, path: Path, value: unknown): Op {
  const depth = path.findLastIndex((_, i) => valueIn(draft, [...base, ...path.slice(0, i)]) !== undefined);
  const around = [...base, ...path.slice(0, depth)];
  const [step, ...rest] = path.slice(depth);
  if (step === undefined) return refuse("There is no such value in the text.");
  const inner = rest.reduceRight<unknown>((made, next) => wrapped(next, made), value);
  const outer = valueIn(draft, around);
  if (outer === null) return { op: "replace", path: around, value: wrapped(step, inner) };
  if (Array.isArray(outer) && step === outer.length)
    return { op: "insert", path: around, index: step, entries: [{ value: inner }] };
  if (!isRecord(outer) || typeof step !== "string")
    return refuse(`There is no place for it: \`${around.at(-1) ?? "the text"}\` holds something else.`);
  const isNode = base.length > 0 && around.length === base.length;
  const index = isNode ? keyIndex(outer, step) : Object.keys(outer).length;
  return { op: "insert", path: around, index, entries: [{ key: step, value: inner }] };
}

function wrapped(step: string | number, value: unknown): unknown {
  if (typeof step === "string") return { [step]: value };
  return step === 0 ? [value] : refuse("There is no place for it in the list.");
}

/** Changes what differs, and leaves what is the same where it stands. */
function change(draft: Draft, path: Path, before: unknown, value: unknown): void {
  if (isSame(before, value)) return;
  if (isRecord(before) && isRecord(value) && Object.keys(before).length > 0) changeMap(draft, path, before, value);
  else if (Array.isArray(before) && Array.isArray(value) && before.length > 0) changeList(draft, path, before, value);
  else draft.step({ op: "replace", path, value });
}

function changeMap(draft: Draft, path: Path, before: Record<string, unknown>, value: Record<string, unknown>): void {
  const gone = Object.keys(before).filter((key) => !(key in value));
  const added = Object.keys(value).filter((key) => !(key in before));
  for (const key of Object.keys(before)) if (key in value) change(draft, [...path, key], before[key], value[key]);
  const [from = "", to = ""] = [gone[0], added[0]];
  if (gone.length === 1 && added.length === 1 && isSame(before[from], value[to])) {
    draft.step({ op: "rename", path: [...path, from], name: to });
    return;
  }
  const entries = added.map((key) => ({ key, value: value[key] }));
  if (entries.length > 0) draft.step({ op: "insert", path, index: Object.keys(before).length, entries });
  removeOneByOne(draft, path, gone);
}

/** What is the same at both ends stays; what is left is changed in its order. */
function changeList(draft: Draft, path: Path, before: readonly unknown[], value: readonly unknown[]): void {
  const shortest = Math.min(before.length, value.length);
  let head = 0;
  while (head < shortest && isSame(before[head], value[head])) head += 1;
  let tail = 0;
  while (tail < shortest - head && isSame(before.at(-1 - tail), value.at(-1 - tail))) tail += 1;
  for (let i = head; i < shortest - tail; i++) change(draft, [...path, i], before[i], value[i]);
  const from = Math.max(head, shortest - tail);
  const entries = value.slice(from, value.length - tail).map((item) => ({ value: item }));
  if (entries.length > 0) draft.step({ op: "insert", path, index: from, entries });
  const gone = before.slice(from, before.length - tail).map((_, i) => from + i);
  removeOneByOne(draft, path, gone);
}

/** From the last one, so that the places of the others stay; all together where nothing is left. */
function removeOneByOne(draft: Draft, path: Path, entries: readonly (string | number)[]): void {
  for (const entry of entries.toReversed()) {
    draft.step({ op: "remove", path, entries: [entry] });
  }
}
