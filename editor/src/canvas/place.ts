import { Graph, layout } from "@dagrejs/dagre";
import type { PictureEdge, PictureNode } from "../compile/picture.ts";
import type { Position } from "../state/layout-field.ts";

export const NODE_WIDTH = 220;
export const NODE_HEIGHT = 74;

/** Lays nodes out from left to right, the same each time for the same graph. */
export function placeNodes(nodes: readonly PictureNode[], edges: readonly PictureEdge[]): Map<string, Position> {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: 32, ranksep: 56 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) graph.setNode(id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const { source, target, id } of edges) graph.setEdge(source, target, {}, id);
  layout(graph);
  return new Map(
    nodes.map(({ id }) => {
      const { x, y } = graph.node(id) as Position;
      return [id, { x: Math.round(x - NODE_WIDTH / 2), y: Math.round(y - NODE_HEIGHT / 2) }];
    }),
  );
}
