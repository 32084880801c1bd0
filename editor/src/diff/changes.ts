import { maskSecrets } from "@pipeline-engine/engine/core";
import { isRecord, isSame } from "../document/plain-data.ts";
import { nodesOf } from "../document/spec-nodes.ts";
import { readSpecText, type SpecText } from "../document/spec-text.ts";

/** A setting that is another; undefined where it is not set. What looks like a secret is covered. */
export interface SettingChange {
  /** Such as `config.indexes[0].unique`. */
  path: string;
  before: string | undefined;
  after: string | undefined;
}

/** A node that differs by what it says, wherever and however it is written. */
export interface NodeChange {
  change: "added" | "changed" | "removed";
  id: string;
  type: string;
  settings: SettingChange[];
  /** Where it stands: in the newer text, or in the older one where it was removed. */
  at: number;
}

export interface SpecChanges {
  /** In the order of the newer text, what was removed last. */
  nodes: NodeChange[];
  /** Of what stands outside of nodes. */
  pipeline: SettingChange[];
}

/** The changes, or which of the two texts cannot be read. */
export type Changes = SpecChanges | { unreadable: "before" | "now" };

interface ReadNode {
  id: string;
  type: string;
  value: Record<string, unknown>;
  at: number;
}

const LONGEST = 160;

/** How two texts of a spec differ by what they say; which of them cannot be read, where one cannot. */
export function changesOf(head: string, now: string): Changes {
  const [before, after] = [readSpecText(head), readSpecText(now)];
  if (typeof after === "string") return { unreadable: "now" };
  if (typeof before === "string") return { unreadable: "before" };
  const [old, fresh] = [readNodes(before), readNodes(after)];
  const removed = new Map([...old].filter(([id]) => !fresh.has(id)));
  const nodes = [...fresh.values()].flatMap((node): NodeChange[] => {
    const { id, type, value, at } = node;
    const same = old.get(id) ?? takeTwin(removed, node);
    if (same === undefined) return [{ change: "added", id, type, settings: [], at }];
    const settings = [...settingsBetween(same.id, id, "id"), ...settingsBetween(same.value, value, "")];
    return settings.length === 0 ? [] : [{ change: "changed", id, type, settings, at }];
  });
  const gone = [...removed.values()].map(({ id, type, at }): NodeChange => ({ change: "removed", id, type, settings: [], at }));
  return { nodes: [...nodes, ...gone], pipeline: settingsBetween(outside(before), outside(after), "") };
}

/** A node that went as another came that says the same has got another id. */
function takeTwin(removed: Map<string, ReadNode>, { value }: ReadNode): ReadNode | undefined {
  const twin = [...removed.values()].find((one) => isSame(one.value, value));
  if (twin !== undefined) removed.delete(twin.id);
  return twin;
}

/** The nodes by their ids, each as it reads however it is written: a step reads the one before it. */
function readNodes(spec: SpecText): Map<string, ReadNode> {
  const { under, nodes } = nodesOf(spec);
  return new Map(
    nodes.map(({ id, type, value, path }, index) => {
      const { id: _, from = under === "steps" ? nodes[index - 1]?.id : undefined, config, ...rest } = value;
      const only = Array.isArray(from) && from.length === 1 ? (from[0] as unknown) : from;
      const plain = { ...rest, ...(only !== undefined && { from: only }), config: config ?? {} };
      return [id, { id, type, value: plain, at: spec.place(path)?.start ?? 0 }];
    }),
  );
}

function outside({ value }: SpecText): Record<string, unknown> {
  const { nodes: _, steps: __, ...rest } = isRecord(value) ? value : {};
  return rest;
}

function settingsBetween(before: unknown, after: unknown, path: string): SettingChange[] {
  if (isSame(before, after)) return [];
  if (isRecord(before) && isRecord(after)) {
    const keys = new Set([...Object.keys(after), ...Object.keys(before)]);
    return [...keys].flatMap((key) => settingsBetween(before[key], after[key], path === "" ? key : `${path}.${key}`));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const changed = betweenLists(before, after, path);
    if (changed.length > 0) return changed;
  }
  return [{ path, before: shown(before, path), after: shown(after, path) }];
}

/** Lists of one length place by place; else what is only in one of them. */
function betweenLists(before: readonly unknown[], after: readonly unknown[], path: string): SettingChange[] {
  if (before.length === after.length) return before.flatMap((item, at) => settingsBetween(item, after[at], `${path}[${at}]`));
  const missing = (list: readonly unknown[], other: readonly unknown[]) =>
    list.flatMap((item, at) => (other.some((one) => isSame(one, item)) ? [] : [{ item, path: `${path}[${at}]` }]));
  return [
    ...missing(before, after).map((one) => ({ path: one.path, before: shown(one.item, one.path), after: undefined })),
    ...missing(after, before).map((one) => ({ path: one.path, before: undefined, after: shown(one.item, one.path) })),
  ];
}

/** A value in one line. The name of a setting may say that it is a secret. */
function shown(value: unknown, path: string): string | undefined {
  if (value === undefined) return undefined;
  const name = `${path.slice(path.lastIndexOf(".") + 1)}: `;
  const text = maskSecrets(name + (typeof value === "string" ? value : JSON.stringify(value))).slice(name.length);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
