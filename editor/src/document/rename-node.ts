import { type Edit, edited, type Op } from "./draft.ts";
import { isRecord } from "./plain-data.ts";
import { connectionOf, connectionText, nodeOf, nodesOf, refuseWrongId } from "./spec-nodes.ts";

/** Gives a node another id, there and wherever it is read. */
export function renameNode(text: string, from: string, to: string): Edit {
  return edited(text, (draft) => {
    const { nodes } = nodesOf(draft.spec);
    const node = nodeOf(nodes, from);
    if (from === to) return to;
    refuseWrongId(to, nodes);
    const own: Op =
      "id" in node.value
        ? { op: "replace", path: [...node.path, "id"], value: to }
        : { op: "insert", path: node.path, index: 0, entries: [{ key: "id", value: to }] };
    const read = nodes.flatMap(({ inputs }) => inputs.filter((input) => input.node === from));
    draft.step(
      own,
      ...read.map(
        ({ path, output }): Op => ({
          op: "replace",
          path,
          value: connectionText({ node: to, ...(output !== undefined && { output }) }),
        }),
      ),
    );
    return to;
  });
}

/** Gives a node another id in the tests of its pipeline: as a source of records, and as what rows are expected of. */
export function renameInTests(text: string, from: string, to: string): Edit {
  return edited(text, (draft) => {
    const ops: Op[] = [];
    const look = (value: unknown, path: readonly (string | number)[]) => {
      if (!isRecord(value)) return;
      for (const part of ["given", "expect"]) {
        for (const key of Object.keys(isRecord(value[part]) ? value[part] : {})) {
          const { node, output } = connectionOf(key);
          const name = connectionText({ node: to, ...(output !== undefined && { output }) });
          if (node === from) ops.push({ op: "rename", path: [...path, part, key], name });
        }
      }
      const batches = Array.isArray(value.batches) ? (value.batches as unknown[]) : [];
      for (const [i, batch] of batches.entries()) look(batch, [...path, "batches", i]);
    };
    const tests = isRecord(draft.spec.value) ? draft.spec.value.tests : undefined;
    for (const [i, test] of (Array.isArray(tests) ? (tests as unknown[]) : []).entries()) look(test, ["tests", i]);
    if (ops.length > 0) draft.step(...ops);
    return undefined;
  });
}
