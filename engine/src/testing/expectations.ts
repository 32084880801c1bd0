import { toPlain } from "../expression/index.ts";
import { kindOf } from "../nodes/index.ts";
import type { Drop } from "../nodes/preview.ts";
import type { NodePreview } from "../preview/index.ts";
import { DROPS, type DropWord } from "./test-file.ts";

/** What came of a batch, as a test expects it: the rows of the nodes that `shows` takes, and of every node which rows it dropped. Nodes without a preview are left out. */
export function expectationsOf(
  nodes: readonly NodePreview[],
  shows: (node: NodePreview) => boolean,
): Record<string, Record<string, unknown> | unknown[]> {
  const told = nodes.filter(({ missing, type }) => missing === undefined && kindOf(type).role !== "source");
  return Object.fromEntries(
    told.flatMap((node) => {
      const drops = dropsOf(node.dropped);
      const rows = shows(node) ? rowsOf(node) : {};
      const { [node.node]: own, ...sides } = rows;
      if (Object.keys(drops).length > 0) return [[node.node, { ...(own && { rows: own }), ...drops }], ...Object.entries(sides)];
      return Object.entries(rows);
    }),
  );
}

/** Rows by the name that a test has for their stream. */
function rowsOf({ node, outputs }: NodePreview): Record<string, unknown[]> {
  return Object.fromEntries(
    outputs.map(({ name, columns, rows }) => [
      name === "main" || name === "documents" ? node : `${node}.${name}`,
      rows.map(({ values }) => toPlain({ kind: "struct", fields: columns }, values)),
    ]),
  );
}

/** Dropped rows by their word: each by its record, or how many there are where some have none. */
function dropsOf(dropped: readonly Drop[]): Record<string, unknown> {
  const words = (Object.keys(DROPS) as DropWord[]).map(
    (word) => [word, dropped.filter(({ why }) => why === DROPS[word])] as const,
  );
  return Object.fromEntries(
    words
      .filter(([, drops]) => drops.length > 0)
      .map(([word, drops]) => [word, drops.every(({ row }) => row.record !== undefined) ? drops.map(shown) : drops.length]),
  );
}

function shown({ row, code }: Drop): object {
  return { record: row.record, ...(code !== undefined && { code }) };
}
