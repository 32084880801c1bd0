import { isMap, isScalar, isSeq, type Node, type Pair, Scalar, type YAMLMap, type YAMLSeq } from "yaml";
import type { Finding } from "../diagnostic.ts";
import { joinPointer } from "../pointer.ts";

/** Where a value stands: the node of its key, absent in a list, and its own, null where nothing is written. */
export interface Entry {
  key: Node | null;
  value: Node | null;
}

/** The document as plain data (maps without a prototype) with an entry for every JSON pointer. */
export interface Tree {
  value: unknown;
  entries: Map<string, Entry>;
  findings: Finding[];
}

/** Turns parsed YAML into plain data. The nesting must have been bounded before. */
export function buildTree(contents: Node | null): Tree {
  const tree: Tree = { value: undefined, entries: new Map(), findings: [] };
  tree.value = read({ key: null, value: contents }, "", tree, false);
  return tree;
}

function read(entry: Entry, pointer: string, tree: Tree, inFlow: boolean): unknown {
  tree.entries.set(pointer, entry);
  const node = entry.value;
  if (isMap(node)) return readMap(node, pointer, tree, inFlow);
  if (isSeq(node)) return readList(node, pointer, tree, inFlow);
  if (!isScalar(node)) return null;
  if (inFlow) checkBrackets(node, pointer, "value", tree);
  if (typeof node.value === "number" && !Number.isFinite(node.value)) {
    const message = `\`${node.source}\` is not a number that a spec can hold.`;
    tree.findings.push({ code: "yaml/number", pointer, message, hint: "quote it if it is text" });
    return null;
  }
  return node.value;
}

function readList(list: YAMLSeq, pointer: string, tree: Tree, inFlow: boolean): unknown[] {
  return list.items.map((item, i) =>
    read({ key: null, value: asNode(item) }, joinPointer(pointer, i), tree, inFlow || list.flow === true),
  );
}

function readMap(map: YAMLMap, pointer: string, tree: Tree, inFlow: boolean): Record<string, unknown> {
  const result: Record<string, unknown> = Object.create(null);
  const flow = inFlow || map.flow === true;
  for (const pair of map.items) {
    const name = keyName(pair);
    if (name === undefined) {
      const at = asNode(pair.key)?.range ?? map.range;
      tree.findings.push({
        code: "yaml/key",
        pointer: "",
        ...(at && { inner: { from: at[0], to: at[1] } }),
        message: "A key must be plain text.",
        hint: "quote it if it is text with brackets",
      });
      continue;
    }
    const at = joinPointer(pointer, name);
    const entry = { key: asNode(pair.key), value: asNode(pair.value) };
    const wrong = keyFinding(name, at, name in result);
    if (wrong !== undefined) {
      // A second entry of the same name would hide where the first stands, so the place is kept under its own offset.
      const range = entry.key?.range;
      tree.findings.push({ ...wrong, ...(range && { pointer: "", inner: { from: range[0], to: range[1] } }) });
      continue;
    }
    if (flow && isScalar(pair.key)) {
      const before = tree.findings.length;
      checkBrackets(pair.key, at, "key", tree);
      if (tree.findings.length > before) {
        tree.entries.set(at, entry);
        continue;
      }
    }
    result[name] = read(entry, at, tree, flow);
  }
  return result;
}

function keyName(pair: Pair): string | undefined {
  const key = pair.key;
  if (key === null) return "";
  if (!isScalar(key)) return undefined;
  return typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
}

function keyFinding(name: string, pointer: string, taken: boolean): Finding | undefined {
  if (taken) {
    return {
      code: "yaml/duplicate-key",
      pointer,
      message: `The key \`${name}\` stands here for the second time.`,
      hint: "remove one of the two",
    };
  }
  if (name === "<<") {
    return { code: "yaml/merge-key", pointer, message: "`<<` is a YAML merge key; specs have none.", hint: "repeat the keys" };
  }
  if (name === "__proto__" || name === "constructor" || name === "prototype") {
    return { code: "yaml/key", pointer, message: `\`${name}\` cannot be a key.`, hint: "choose another name" };
  }
  return undefined;
}

/** YAML splits `[round(a, 2)]` at the comma without a word: half a bracket in flow style is the trace of it. */
function checkBrackets(node: Scalar, pointer: string, on: "key" | "value", tree: Tree): void {
  if (node.type !== Scalar.PLAIN) return;
  const text = node.source ?? "";
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  if (count(/\(/g) === count(/\)/g)) return;
  // The other half of a split that was reported already says nothing new.
  const previous = tree.findings.at(-1);
  if (previous?.code === "yaml/unbalanced" && count(/\)/g) > count(/\(/g)) return;
  tree.findings.push({
    code: "yaml/unbalanced",
    pointer,
    on,
    message: `YAML reads only \`${text.slice(0, 60)}\` here: inside { } and [ ] a comma ends the value.`,
    hint: "quote the whole text, for example 'round(total, 2)'",
  });
}

function asNode(value: unknown): Node | null {
  return isMap(value) || isSeq(value) || isScalar(value) ? value : null;
}
