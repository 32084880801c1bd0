import type { Picture, PictureNode } from "./compile/picture.ts";

/** A node in the outline. A node stands below what it reads, one level deeper where several read that. */
export interface OutlineRow {
  node: PictureNode;
  level: number;
  /** What it reads, and what reads it, in the order of the text. */
  reads: readonly string[];
  readers: readonly string[];
}

/** The nodes in the order in which rows flow; what reads several nodes stands below the last of them. */
export function outlineRows({ nodes, edges }: Pick<Picture, "nodes" | "edges">): OutlineRow[] {
  const reads = new Map<string, Set<string>>(nodes.map(({ id }) => [id, new Set()]));
  const readers = new Map<string, Set<string>>(nodes.map(({ id }) => [id, new Set()]));
  for (const { source, target } of edges) {
    reads.get(target)?.add(source);
    readers.get(source)?.add(target);
  }
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const done = new Set<string>();
  const rows: OutlineRow[] = [];
  const walk = (root: string) => {
    const waiting = [{ id: root, level: 1 }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { id, level } = next;
      const node = byId.get(id);
      if (node === undefined || done.has(id)) continue;
      done.add(id);
      const below = [...(readers.get(id) ?? [])];
      rows.push({ node, level, reads: [...(reads.get(id) ?? [])], readers: below });
      const deeper = below.length > 1 ? level + 1 : level;
      const ready = below.filter((reader) => [...(reads.get(reader) ?? [])].every((read) => done.has(read)));
      waiting.push(...ready.reverse().map((reader) => ({ id: reader, level: deeper })));
    }
  };
  for (const { id } of nodes) if (reads.get(id)?.size === 0) walk(id);
  // What is left reads itself in a circle.
  for (const { id } of nodes) walk(id);
  return rows;
}
