import { Graph, layout } from "@dagrejs/dagre";
import type { Picture, PictureEdge, PictureNode } from "../compile/picture.ts";
import type { Layout, Position } from "../state/layout-field.ts";

export const NODE_WIDTH = 220;
export const NODE_HEIGHT = 74;

const BETWEEN_ROWS = 32;
const BETWEEN_RANKS = 56;
const CLEARANCE = 16;

/** Lays nodes out from left to right, the same each time for the same graph. */
export function placeNodes(nodes: readonly PictureNode[], edges: readonly PictureEdge[]): Map<string, Position> {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: BETWEEN_ROWS, ranksep: BETWEEN_RANKS });
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

/**
 * A free place for a new node beside nodes that somebody has moved: right of the one that it reads, left of the one that reads it, or between both.
 * Undefined where neither was moved: then all are laid out together.
 */
export function placeBeside(
  { nodes, edges }: Pick<Picture, "nodes" | "edges">,
  layout: Layout,
  { reads, readBy }: { reads?: string | undefined; readBy?: string | undefined },
): Position | undefined {
  const [left, right] = [reads, readBy].map((id) => (id === undefined ? undefined : layout[id]));
  const wanted = wantedPlace(left, right);
  if (wanted === undefined) return undefined;
  const others = nodes.length === 0 ? [] : [...placeNodes(nodes, edges)].map(([id, place]) => layout[id] ?? place);
  const isTaken = (y: number) =>
    others.some(
      (other) => Math.abs(other.x - wanted.x) < NODE_WIDTH + CLEARANCE && Math.abs(other.y - y) < NODE_HEIGHT + CLEARANCE,
    );
  let { y } = wanted;
  while (isTaken(y)) y += NODE_HEIGHT + BETWEEN_ROWS;
  return { x: wanted.x, y };
}

function wantedPlace(left: Position | undefined, right: Position | undefined): Position | undefined {
  const step = NODE_WIDTH + BETWEEN_RANKS;
  if (left !== undefined && right !== undefined) return { x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 };
  if (left !== undefined) return { x: left.x + step, y: left.y };
  return right && { x: right.x - step, y: right.y };
}
