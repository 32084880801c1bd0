import {
  addEntry,
  addNode,
  connect,
  copyNodes,
  disconnect,
  duplicateNodes,
  type Edit,
  insertOnEdge,
  pasteNodes,
  removeNodes,
  removeValue,
  renameKey,
  renameNode,
  setValue,
} from "../index.ts";
import { isRecord, type Path } from "../plain-data.ts";
import { type NodeText, nodesOf } from "../spec-nodes.ts";
import { readSpecText } from "../spec-text.ts";
import type { Choice } from "./random-choice.ts";

/** What was done, and the values of the text before that it is about: all that it may touch. */
export interface Action {
  told: string;
  edit: Edit;
  about: Path[];
  /** The values of the text after that it has written, where they stand under other paths than those that it is about. */
  written?: Path[];
  /** It takes something away, with the comments and blank lines around it. */
  removes: boolean;
}

const TYPES = [
  "transform.filter",
  "kafka.topic",
  "sink.mongodb",
  "transform.union",
  "transform.join",
  "transform.split",
  "source.http",
  "transform.top",
];
const IDS = ["fresh", "other_id", "n1", "raw_2"];

type Maker = (text: string, nodes: readonly NodeText[], choice: Choice) => Action | undefined;

/** Does something to a text that its choice picks; undefined where there is nothing to do it to. */
export function act(text: string, chosen: Choice): Action | undefined {
  const spec = readSpecText(text);
  if (typeof spec === "string") throw new Error(spec);
  const { nodes } = nodesOf(spec);
  return pick(MAKERS, chosen.kind)?.(text, nodes, chosen);
}

function pick<T>(list: readonly T[], at: number): T | undefined {
  return list[at % Math.max(1, list.length)];
}

/** Where a node is written behind the others. */
const behind = ([first, ...others]: readonly NodeText[]): Path[] =>
  first === undefined ? [["nodes"], ["steps"]] : [[first.path[0] ?? "", others.length + 1]];

const adding: Maker = (text, nodes, { a, b }) => {
  const type = pick(TYPES, a) ?? "";
  const reader = b % 3 === 0 ? undefined : pick(nodes, b);
  const from = reader && { node: reader.id };
  return {
    told: `add ${type} to ${from?.node}`,
    edit: addNode(text, { type, ...(from && { from }) }),
    about: behind(nodes),
    removes: false,
  };
};

const connecting: Maker = (text, nodes, { a, b }) => {
  const [from, to] = [pick(nodes, a), pick(nodes, b)];
  if (from === undefined || to === undefined) return undefined;
  const input = a % 5 === 0 ? "left" : undefined;
  const edit = connect(text, { from: { node: from.id }, to: to.id, ...(input && { input }) });
  return { told: `connect ${from.id} to ${to.id} as ${input}`, edit, about: [[...to.path, "from"]], removes: false };
};

const edgeOf = (nodes: readonly NodeText[], at: number) => {
  const edges = nodes.flatMap((node, i) => {
    const before = nodes[i - 1];
    const read = node.path[0] === "steps" && before !== undefined ? [{ node: before.id }] : node.inputs;
    return read.map(({ node: id, ...rest }) => ({
      to: node,
      from: { node: id, ...("output" in rest && rest.output !== undefined && { output: rest.output as string }) },
    }));
  });
  return pick(edges, at);
};

const disconnecting: Maker = (text, nodes, { a }) => {
  const edge = edgeOf(nodes, a);
  if (edge === undefined) return undefined;
  const edit = disconnect(text, { from: edge.from, to: edge.to.id });
  return {
    told: `disconnect ${JSON.stringify(edge.from)} from ${edge.to.id}`,
    edit,
    about: [[...edge.to.path, "from"]],
    removes: true,
  };
};

const inserting: Maker = (text, nodes, { a, b }) => {
  const edge = edgeOf(nodes, a);
  if (edge === undefined) return undefined;
  const type = pick(TYPES, b) ?? "";
  const edit = insertOnEdge(text, { from: edge.from, to: edge.to.id }, { type });
  return {
    told: `insert ${type} before ${edge.to.id}`,
    edit,
    about: [[...edge.to.path, "from"], ...behind(nodes)],
    written: [edge.to.path],
    removes: false,
  };
};

const removing: Maker = (text, nodes, { a, b }) => {
  const gone = [...new Set([pick(nodes, a), ...(b % 3 === 0 ? [pick(nodes, b)] : [])])].filter((node) => node !== undefined);
  if (gone.length === 0) return undefined;
  const ids = gone.map(({ id }) => id);
  const readers = nodes.filter(({ inputs }) => inputs.some(({ node }) => ids.includes(node)));
  // A list that becomes empty is written so behind its key.
  const lists = gone.length === nodes.length ? [gone[0]?.path.slice(0, 1) ?? []] : [];
  const about = [...lists, ...gone.map(({ path }) => path), ...readers.map(({ path }) => [...path, "from"])];
  return { told: `remove ${ids}`, edit: removeNodes(text, ids), about, removes: true };
};

const renaming: Maker = (text, nodes, { a, b }) => {
  const node = pick(nodes, a);
  if (node === undefined) return undefined;
  const to = pick(IDS, b) ?? "";
  const readers = nodes.filter(({ inputs }) => inputs.some((input) => input.node === node.id));
  const about = [[...node.path, "id"], ...readers.map(({ path }) => [...path, "from"])];
  return { told: `rename ${node.id} to ${to}`, edit: renameNode(text, node.id, to), about, removes: false };
};

const duplicating: Maker = (text, nodes, { a, b }) => {
  const ids = [...new Set([pick(nodes, a), pick(nodes, b)])].flatMap((node) => (node === undefined ? [] : [node.id]));
  return ids.length === 0
    ? undefined
    : { told: `duplicate ${ids}`, edit: duplicateNodes(text, ids), about: behind(nodes), removes: false };
};

const pasting: Maker = (text, nodes, { a }) => {
  const ids = nodes.filter((_, i) => (a >> (i % 8)) % 2 === 1).map(({ id }) => id);
  const yaml = copyNodes(text, ids);
  return yaml === "" ? undefined : { told: `paste ${ids}`, edit: pasteNodes(text, yaml), about: behind(nodes), removes: false };
};

/** Every path of a node's value that a form could change. */
function pathsOf(inner: unknown, path: Path = []): Path[] {
  const own = path.length === 0 || ["id", "type", "from"].includes(String(path[0])) ? [] : [path];
  if (path.length === 1 && own.length === 0) return [];
  if (Array.isArray(inner)) return [...own, ...inner.flatMap((item, i) => pathsOf(item, [...path, i]))];
  if (!isRecord(inner)) return own;
  return [...own, ...Object.entries(inner).flatMap(([key, item]) => pathsOf(item, [...path, key]))];
}

const at = (inner: unknown, path: Path): unknown =>
  path.reduce<unknown>((outer, step) => (outer as Record<string | number, unknown> | undefined)?.[step], inner);

const setting: Maker = (text, nodes, { a, b, value: set }) => {
  const node = pick(nodes, a);
  const path = node && pick(pathsOf(node.value), b);
  if (node === undefined || path === undefined) return undefined;
  const edit = setValue(text, node.id, path, set);
  return {
    told: `set ${node.id} ${JSON.stringify(path)} to ${JSON.stringify(set)}`,
    edit,
    about: [[...node.path, ...path]],
    removes: [set, at(node.value, path)].some((one) => typeof one === "object" && one !== null),
  };
};

const making: Maker = (text, nodes, { a, b, name, value: set }) => {
  const node = pick(nodes, a);
  if (node === undefined) return undefined;
  const around =
    pick(
      [[], ...pathsOf(node.value)].filter((path) => typeof at(node.value, path) === "object"),
      b,
    ) ?? [];
  const outer = at(node.value, around);
  const step = Array.isArray(outer)
    ? outer.length
    : around.length === 0
      ? (pick(["description", "onError", "x-note"], b) ?? "")
      : name;
  const deeper = b % 4 === 0 ? ["inner"] : [];
  const path = [...around, step, ...deeper];
  const edit = setValue(text, node.id, path, set);
  return {
    told: `make ${node.id} ${JSON.stringify(path)} ${JSON.stringify(set)}`,
    edit,
    about: [[...node.path, ...path]],
    removes: false,
  };
};

const entering: Maker = (text, nodes, { a, b, name, value: set }) => {
  const node = pick(nodes, a);
  const maps = node && pathsOf(node.value).filter((path) => isRecord(at(node.value, path)));
  const around = maps && pick(maps, b);
  if (node === undefined || around === undefined) return undefined;
  const keys = Object.keys(at(node.value, around) ?? {});
  const path = [...around, b % 3 === 0 ? (keys[0] ?? name) : name];
  const edit = addEntry(text, node.id, path, set);
  const isThere = keys.includes(String(path.at(-1)));
  if (isThere !== "refused" in edit) throw new Error(`An entry that ${isThere ? "is there" : "is new"}: ${JSON.stringify(path)}`);
  return {
    told: `enter ${node.id} ${JSON.stringify(path)} ${JSON.stringify(set)}`,
    edit,
    about: [[...node.path, ...path]],
    removes: false,
  };
};

const taking: Maker = (text, nodes, { a, b }) => {
  const node = pick(nodes, a);
  const path = node && pick(pathsOf(node.value), b);
  if (node === undefined || path === undefined) return undefined;
  const edit = removeValue(text, node.id, path);
  const around = path.slice(0, -1);
  const keys = Object.keys(at(node.value, around) ?? {});
  // What becomes empty is written so behind its key; behind a dash the next key takes the place of the first.
  const next = keys[0] === path.at(-1) && typeof around.at(-1) === "number" ? [[...node.path, ...around, keys[1] ?? ""]] : [];
  const about = [[...node.path, ...(keys.length === 1 ? around : path)], ...next];
  return { told: `take ${node.id} ${JSON.stringify(path)}`, edit, about, removes: true };
};

const keying: Maker = (text, nodes, { a, b, name }) => {
  const node = pick(nodes, a);
  const path =
    node &&
    pick(
      pathsOf(node.value).filter((one) => typeof one.at(-1) === "string" && one.length > 1),
      b,
    );
  if (node === undefined || path === undefined) return undefined;
  const edit = renameKey(text, node.id, path, name);
  return {
    told: `rename key ${node.id} ${JSON.stringify(path)} to ${name}`,
    edit,
    about: [[...node.path, ...path]],
    removes: false,
  };
};

const MAKERS = [
  adding,
  connecting,
  disconnecting,
  inserting,
  removing,
  renaming,
  duplicating,
  pasting,
  setting,
  setting,
  setting,
  making,
  making,
  making,
  entering,
  taking,
  taking,
  keying,
];
