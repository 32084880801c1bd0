import type { Picture } from "../compile/picture.ts";

/** The nodes whose measure says what goes along an edge, and which: what a source or a query reads, or what a query writes. */
export interface Measured {
  nodes: string[];
  by: "rate" | "writes";
}

/**
 * What a run measures on each edge, by its id. A source says what it reads; a query, which is called as its sink is, what it reads of its topics and what it writes.
 * Between two transforms nobody counts. Where several queries read a topic they read the same rows, so the fastest of them tells the rate.
 */
export function measuredEdges({ nodes, edges }: Pick<Picture, "nodes" | "edges">): ReadonlyMap<string, Measured> {
  const roles = new Map(nodes.map(({ id, role }) => [id, role]));
  const sinksBelow = (node: string) => {
    const below = new Set([node]);
    for (const id of below) for (const { source, target } of edges) if (source === id) below.add(target);
    return [...below].filter((id) => roles.get(id) === "sink");
  };
  const measured = new Map<string, Measured>();
  for (const { id, source, target } of edges) {
    if (roles.get(source) === "source") measured.set(id, { nodes: [source], by: "rate" });
    else if (roles.get(source) === "topic") measured.set(id, { nodes: sinksBelow(target), by: "rate" });
    else if (roles.get(target) === "sink") measured.set(id, { nodes: [target], by: "writes" });
  }
  return measured;
}
