import { append } from "./add.ts";
import { copyNodes, nodeLines } from "./copy-nodes.ts";
import { type Draft, type Edit, edited, type Op, textAfter } from "./draft.ts";
import { isRecord } from "./plain-data.ts";
import { Refused, refuse } from "./refused.ts";
import { connectionText, freeName, type NodeText, nodeOf, nodesOf, wordOf } from "./spec-nodes.ts";
import { readSpecText } from "./spec-text.ts";
import { asNodes } from "./steps.ts";

const NO_NODES = "What was copied holds no nodes. Copy nodes on the canvas, or a list of nodes in YAML.";

/** Writes copied nodes behind the others. An id that is taken gets a number, and what reads it among the copied follows; other references stay. */
export function pasteNodes(text: string, yaml: string): Edit {
  return edited(text, (draft) => {
    const source = asSpec(yaml.replaceAll("\r\n", "\n"));
    asNodes(draft);
    const taken = new Set(nodesOf(draft.spec).nodes.map(({ id }) => id));
    const { text: named, ids } = withFreeIds(source, taken);
    const spec = readSpecText(named);
    if (typeof spec === "string") return refuse(spec);
    const { nodes } = nodesOf(spec);
    const values = nodes.map(({ value }) => value);
    const lines = nodes.map((node) => nodeLines(spec, node));
    appendAsTheyStand(
      () => append(draft, values, lines),
      () => append(draft, values),
    );
    const [select] = Object.values(ids);
    return { ...(select !== undefined && { select }), pasted: ids };
  });
}

/** Writes nodes once more, behind the others; each reads what the one it is made of reads, or what was made of that. */
export function duplicateNodes(text: string, ids: readonly string[]): Edit {
  const spec = readSpecText(text);
  if (typeof spec === "string") return { refused: spec };
  const { nodes } = nodesOf(spec);
  const missing = ids.find((id) => !nodes.some((node) => node.id === id));
  if (missing !== undefined) return { refused: `There is no node \`${missing}\`.` };
  return ids.length === 0 ? { refused: "There is nothing to duplicate." } : pasteNodes(text, copyNodes(text, ids));
}

/** Comments that would be misread where the nodes are put are left out, so that the nodes are not. */
function appendAsTheyStand(whole: () => void, values: () => void): void {
  try {
    whole();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    values();
  }
}

/** The copied text as a spec: a list of nodes, one node, or a whole pipeline. */
function asSpec(yaml: string): string {
  const read = readSpecText(yaml);
  if (typeof read === "string") return refuse(`What was copied cannot be read. ${read}`);
  const { value } = read;
  const isNodes = Array.isArray(value) && value.length > 0 && value.every(isRecord);
  if (isNodes) return `nodes:\n${yaml}`;
  if (!isRecord(value)) return refuse(NO_NODES);
  if (typeof value.type === "string") return `nodes:\n  -\n${yaml.replaceAll(/^(?=.)/gm, "    ")}`;
  const whole = textAfter(
    yaml,
    edited(yaml, (draft) => void asNodes(draft)),
  );
  return nodesOf(read).nodes.length > 0 ? whole : refuse(NO_NODES);
}

/** Gives the nodes of a text ids that are free, and says which they had. */
function withFreeIds(text: string, taken: ReadonlySet<string>): { text: string; ids: Record<string, string> } {
  const ids: Record<string, string> = {};
  const edit = edited(text, (draft) => {
    nameAll(draft);
    const { nodes } = nodesOf(draft.spec);
    const own = nodes.map(({ id }) => nodeOf(nodes, id).id);
    for (const id of own) {
      const others = own.filter((other) => other !== id);
      ids[id] = freeName(id, new Set([...taken, ...others, ...Object.values(ids)]));
    }
    draft.step(...nodes.flatMap((node) => following(node, ids)));
  });
  return "refused" in edit ? refuse(edit.refused) : { text: textAfter(text, edit), ids };
}

/** Names the nodes that have no id by their type. */
function nameAll(draft: Draft): void {
  const { nodes } = nodesOf(draft.spec);
  const taken = new Set(nodes.map(({ id }) => id));
  const ops = nodes.flatMap(({ id, path, value, type }): Op[] => {
    if (id !== "") return [];
    const name = freeName(wordOf(type) || "node", taken);
    taken.add(name);
    if ("id" in value) return [{ op: "replace", path: [...path, "id"], value: name }];
    return [{ op: "insert", path, index: 0, entries: [{ key: "id", value: name }] }];
  });
  draft.step(...ops);
}

function following({ id, path, inputs }: NodeText, ids: Readonly<Record<string, string>>): Op[] {
  const read = inputs.map((input) => ({ ...input, name: ids[input.node] ?? input.node }));
  const moved = read.filter(({ node, name }) => name !== node);
  const own = ids[id] === id ? [] : [{ op: "replace" as const, path: [...path, "id"], value: ids[id] }];
  return [
    ...own,
    ...moved.map(({ path: at, name, output }): Op => {
      const value = connectionText({ node: name, ...(output !== undefined && { output }) });
      return { op: "replace", path: at, value };
    }),
  ];
}
