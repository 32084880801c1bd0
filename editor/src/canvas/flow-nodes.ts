import { type Edge, Position } from "@xyflow/react";
import { useEffect, useMemo, useState } from "react";
import { entryOf } from "../catalogue.ts";
import type { Picture, PictureEdge, PictureNode } from "../compile/picture.ts";
import { useEditor } from "../state/editor.ts";
import { texts } from "../texts/index.ts";
import styles from "./canvas.module.css";
import type { StepNode } from "./node.tsx";
import { NODE_HEIGHT, NODE_WIDTH, placeNodes } from "./place.ts";

const NO_NODES: PictureNode[] = [];
/** So many nodes are all kept in the page; of more only those in view, whose size nobody measures first. */
export const MOST_MOUNTED = 200;
const HANDLE = 11;

/** The nodes of React Flow: those whose picture, place and selection are the same stay the same objects, so that only what changes renders. */
export function useNodes(picture: Picture | undefined, near: ReadonlySet<string>) {
  const layout = useEditor((state) => state.layout);
  const selected = useEditor((state) => state.selected);
  const [nodes, setNodes] = useState<StepNode[]>([]);
  const places = usePlaces(picture);
  useEffect(() => {
    const marked = new Set(selected);
    const isLarge = (picture?.nodes.length ?? 0) > MOST_MOUNTED;
    setNodes((before) => {
      const earlier = new Map(before.map((node) => [node.id, node]));
      return (picture?.nodes ?? NO_NODES).map((node): StepNode => {
        const old = earlier.get(node.id);
        const position = layout[node.id] ?? places.get(node.id) ?? { x: 0, y: 0 };
        const isSelected = marked.has(node.id);
        const className = near.has(node.id) && !isSelected ? (styles.neighbour ?? "") : "";
        const data =
          old !== undefined && looksSame(old.data.node, node)
            ? old.data
            : { node, title: entryOf(node.type)?.title ?? node.type };
        if (
          old !== undefined &&
          old.data === data &&
          old.selected === isSelected &&
          old.className === className &&
          old.position.x === position.x &&
          old.position.y === position.y
        )
          return old;
        const ariaLabel = [`${node.id}, ${data.title}.`, node.summary, node.description].filter(Boolean).join(" ");
        const known = isLarge ? knownSize(node) : {};
        return { ...old, ...known, id: node.id, type: "step", position, data, className, selected: isSelected, ariaLabel };
      });
    });
  }, [picture, layout, places, selected, near]);
  return [nodes, setNodes] as const;
}

/** What React Flow would measure, so that it need not draw what is out of view. */
function knownSize({ mostInputs, inputNames, hasMain, side }: PictureNode): Pick<StepNode, "measured" | "handles"> {
  const inputs = mostInputs === 0 ? [] : inputNames.length === 0 ? [null] : inputNames;
  const outputs = [...(hasMain ? [null] : []), ...side];
  const handles = (ids: readonly (string | null)[], type: "source" | "target", position: Position, x: number) =>
    ids.map((id, at) => ({
      ...{ id, type, position, width: HANDLE, height: HANDLE },
      x: x - HANDLE / 2,
      y: ((at + 1) / (ids.length + 1)) * NODE_HEIGHT - HANDLE / 2,
    }));
  return {
    measured: { width: NODE_WIDTH, height: NODE_HEIGHT },
    handles: [...handles(inputs, "target", Position.Left, 0), ...handles(outputs, "source", Position.Right, NODE_WIDTH)],
  };
}

function looksSame(a: PictureNode, b: PictureNode): boolean {
  return (
    a.type === b.type &&
    a.summary === b.summary &&
    a.description === b.description &&
    a.errors === b.errors &&
    a.warnings === b.warnings &&
    a.hasMain === b.hasMain &&
    a.mostInputs === b.mostInputs &&
    a.inputNames.join() === b.inputNames.join() &&
    a.side.join() === b.side.join()
  );
}

/** Places by dagre, computed anew only when the graph has changed. */
function usePlaces(picture: Picture | undefined) {
  const shape =
    picture === undefined ? "" : JSON.stringify([picture.nodes.map(({ id }) => id), picture.edges.map(({ id }) => id)]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape says all of the picture that counts here.
  return useMemo(() => (picture === undefined ? new Map() : placeNodes(picture.nodes, picture.edges)), [shape]);
}

/** The nodes that stand beside the selected ones and the one under the mouse. */
export function useNear(picture: Picture | undefined, hovered: string | undefined): ReadonlySet<string> {
  const selected = useEditor((state) => state.selected);
  return useMemo(() => {
    const among = new Set(hovered === undefined ? selected : [...selected, hovered]);
    const edges = picture?.edges.filter(({ source, target }) => among.has(source) || among.has(target)) ?? [];
    return new Set(edges.flatMap(({ source, target }) => [source, target]));
  }, [picture, selected, hovered]);
}

/** The edges of React Flow; one whose looks are the same stays the same object. */
export function useEdges(picture: Picture | undefined, marked: ReadonlySet<string>, hovered: string | undefined): Edge[] {
  const selected = useEditor((state) => state.selected);
  const drawn = useMemo(() => edgesOf(picture), [picture]);
  return useMemo(() => {
    const among = new Set(hovered === undefined ? selected : [...selected, hovered]);
    return drawn.map((edge) => {
      const isNear = among.has(edge.source) || among.has(edge.target);
      if (!isNear && !marked.has(edge.id)) return edge;
      return { ...edge, selected: marked.has(edge.id), className: isNear ? (styles.near ?? "") : "" };
    });
  }, [drawn, selected, marked, hovered]);
}

function edgesOf(picture: Picture | undefined): Edge[] {
  const byId = new Map(picture?.nodes.map((node) => [node.id, node]));
  return (picture?.edges ?? []).map((edge) => {
    const handle = inputHandle(byId.get(edge.target), edge);
    return {
      id: edge.id,
      source: edge.source,
      sourceHandle: edge.output ?? null,
      target: edge.target,
      targetHandle: handle,
      // The handle says its name already.
      ...(edge.input !== undefined && edge.input !== handle && { label: edge.input }),
      ariaLabel: texts.edge(edge.output === undefined ? edge.source : `${edge.source}.${edge.output}`, edge.target),
    };
  });
}

/** The handle where an edge ends: an input without a name, or with one that does not exist, is drawn at the first. */
function inputHandle(node: PictureNode | undefined, { input }: PictureEdge): string | null {
  const names = node?.inputNames ?? [];
  return names.find((name) => name === input) ?? names[0] ?? null;
}
