import type { Picture } from "../compile/picture.ts";

/** The nodes whose measure says what goes along an edge, and which: what a source or a query reads, or what a query writes. */
export interface Measured {
  nodes: string[];
  by: "rate" | "writes";
}

/**
 * What a run measures on an edge. A source says what it reads; a query, which is called as its sink is, what it reads of its topics and what it writes. Between two
 * transforms nobody counts. Where several queries read a topic they read the same rows, so the fastest of them tells the rate.
 */
export function measuredOn({ nodes, edges }: Pick<Picture, "nodes" | "edges">, id: string): Measured | undefined {
  const edge = edges.find((one) => one.id === id);
  if (edge === undefined) return undefined;
  const roles = new Map(nodes.map((node) => [node.id, node.role]));
  if (roles.get(edge.source) === "source") return { nodes: [edge.source], by: "rate" };
  if (roles.get(edge.source) === "topic") {
    const below = new Set([edge.target]);
    for (const node of below) for (const { source, target } of edges) if (source === node) below.add(target);
    return { nodes: [...below].filter((node) => roles.get(node) === "sink"), by: "rate" };
  }
  return roles.get(edge.target) === "sink" ? { nodes: [edge.target], by: "writes" } : undefined;
}
