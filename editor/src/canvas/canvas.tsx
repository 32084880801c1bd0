import {
  applyNodeChanges,
  Background,
  type Connection,
  Controls,
  type Edge,
  type EdgeChange,
  MarkerType,
  MiniMap,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  useNodesInitialized,
  useReactFlow,
} from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { type DragEvent, type MouseEvent as ReactMouseEvent, useCallback, useEffect, useRef, useState } from "react";
import { connectionRefusal } from "../catalogue.ts";
import type { Picture } from "../compile/picture.ts";
import { openDialog } from "../dialogs/dialog-state.ts";
import { useEditor } from "../state/editor.ts";
import type { Position } from "../state/layout-field.ts";
import { move } from "../state/session.ts";
import { texts } from "../texts/index.ts";
import { add, connectNodes, insertInto, removeEdge } from "./actions.ts";
import styles from "./canvas.module.css";
import { MOST_MOUNTED, useEdges, useNear, useNodes } from "./flow-nodes.ts";
import { Gone } from "./gone.tsx";
import { useCanvasKeys } from "./keys.ts";
import { Step, type StepNode } from "./node.tsx";
import { DRAGGED } from "./palette.tsx";
import { NODE_HEIGHT, NODE_WIDTH } from "./place.ts";
import { RatedEdge } from "./rated-edge.tsx";
import { useReveal } from "./reveal.ts";

const nodeTypes = { step: Step };
const edgeTypes = { default: RatedEdge };
const edgeOptions = { markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16 } };

export function Canvas() {
  return (
    <ReactFlowProvider>
      <Flow />
    </ReactFlowProvider>
  );
}

function Flow() {
  const picture = useEditor((state) => state.picture);
  const isStale = useEditor((state) => state.isStale);
  const flow = useReactFlow<StepNode>();
  const [hovered, setHovered] = useState<string>();
  const [nodes, setNodes] = useNodes(picture, useNear(picture, hovered));
  const [marked, onEdgesChange, removeEdges] = useMarkedEdges(picture);
  const edges = useEdges(picture, marked, hovered);
  const isFitted = useFit();
  useReveal();

  const onNodesChange = useCallback(
    (changes: NodeChange<StepNode>[]) => {
      setNodes((before) => applyNodeChanges(changes, before));
      keepSelection(changes);
      keepPlaces(changes);
    },
    [setNodes],
  );
  const moveSelected = useCallback(
    ({ x, y }: Position) => {
      const chosen = flow.getNodes().filter(({ selected }) => selected);
      place(chosen.map(({ id, position }) => [id, { x: position.x + x, y: position.y + y }]));
    },
    [flow],
  );
  useCanvasKeys({ moveSelected, removeEdges });
  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, { fromNode, fromHandle, toHandle, isValid }: ConnectEnd) => {
      if (fromNode === null || fromHandle?.type !== "source" || isValid) return;
      const from = { node: fromNode.id, ...(fromHandle.id && { output: fromHandle.id }) };
      const { clientX, clientY } = "changedTouches" in event ? (event.changedTouches[0] ?? { clientX: 0, clientY: 0 }) : event;
      const under = document.elementFromPoint(clientX, clientY);
      const reader = toHandle?.nodeId ?? under?.closest<HTMLElement>("[data-step]")?.dataset.step;
      if (reader !== undefined && reader !== fromNode.id) connectNodes(from, reader, toHandle?.id ?? undefined);
      else if (under?.closest(".react-flow__pane")) openDialog({ kind: "add", from, at: placeAt(flow, clientX, clientY, 0) });
    },
    [flow],
  );
  const onDrop = useCallback(
    (event: DragEvent) => {
      const type = event.dataTransfer.getData(DRAGGED);
      if (type === "") return;
      event.preventDefault();
      const edge = edgeAt(event.clientX, event.clientY);
      if (edge === undefined) add(type, undefined, placeAt(flow, event.clientX, event.clientY, NODE_WIDTH / 2));
      else insertInto(edge, type);
    },
    [flow],
  );
  const onNodeMouseEnter = useCallback((_event: ReactMouseEvent, { id }: StepNode) => setHovered(id), []);
  const onNodeMouseLeave = useCallback(() => setHovered(undefined), []);

  return (
    <section
      className={`${styles.canvas} ${isStale ? styles.stale : ""}`}
      aria-label={texts.canvas}
      data-fitted={isFitted || undefined}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        defaultEdgeOptions={edgeOptions}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        isValidConnection={isAllowed}
        onNodeMouseEnter={onNodeMouseEnter}
        onNodeMouseLeave={onNodeMouseLeave}
        onDragOver={allowDrop}
        onDrop={onDrop}
        onPaneClick={clearSelection}
        deleteKeyCode={null}
        nodesDraggable={!isStale}
        nodesConnectable={!isStale}
        minZoom={0.1}
        connectionRadius={30}
        onlyRenderVisibleElements={nodes.length > MOST_MOUNTED}
        proOptions={{ hideAttribution: false }}
      >
        <Background gap={20} />
        <MiniMap pannable nodeColor={colourOf} zoomable ariaLabel={texts.overview} />
        <Controls showInteractive={false} />
      </ReactFlow>
      {isStale && (
        <p className={styles.banner} role="status">
          {texts.stale}
        </p>
      )}
      <Gone />
      {picture?.nodes.length === 0 && <p className={styles.empty}>{texts.noNodes}</p>}
    </section>
  );
}

type ConnectEnd = Parameters<NonNullable<Parameters<typeof ReactFlow>[0]["onConnectEnd"]>>[1];

/** Brings all nodes into view once they have been measured, for each pipeline that is opened. */
function useFit(): boolean {
  const flow = useReactFlow();
  const id = useEditor((state) => state.id);
  const fitted = useRef("");
  const [isFitted, setFitted] = useState(false);
  const isMeasured = useNodesInitialized();
  useEffect(() => {
    if (!isMeasured || fitted.current === id) return;
    fitted.current = id;
    void flow.fitView({ padding: 0.1, maxZoom: 1, minZoom: 0.45 }).then(() => setFitted(true));
  }, [isMeasured, flow, id]);
  return isFitted;
}

/** The edges that are selected, by mouse or keyboard; one that goes away and comes back is not. */
function useMarkedEdges(picture: Picture | undefined) {
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const ids = picture?.edges.map(({ id }) => id);
    setMarked((before) => (before.size === 0 ? before : new Set(ids?.filter((id) => before.has(id)))));
  }, [picture]);
  const onEdgesChange = useCallback((changes: EdgeChange[]) => {
    const selects = changes.filter((change) => change.type === "select");
    if (selects.length === 0) return;
    setMarked((before) => {
      const after = new Set(before);
      for (const { id, selected } of selects) {
        if (selected) after.add(id);
        else after.delete(id);
      }
      return after;
    });
  }, []);
  const removeEdges = useCallback(() => {
    if (marked.size === 0 || useEditor.getState().selected.length > 0) return false;
    for (const id of marked) removeEdge(id);
    setMarked(new Set());
    return true;
  }, [marked]);
  return [marked, onEdgesChange, removeEdges] as const;
}

function keepSelection(changes: readonly NodeChange<StepNode>[]): void {
  const selects = changes.filter((change) => change.type === "select");
  if (selects.length === 0) return;
  const selected = new Set(useEditor.getState().selected);
  for (const change of selects) {
    if (change.selected) selected.add(change.id);
    else selected.delete(change.id);
  }
  useEditor.setState({ selected: [...selected] });
}

/** Where nodes were let go, by mouse or by arrow keys, they stay. */
function keepPlaces(changes: readonly NodeChange<StepNode>[]): void {
  place(
    changes.flatMap((change) =>
      change.type === "position" && change.dragging === false && change.position !== undefined
        ? [[change.id, change.position] as const]
        : [],
    ),
  );
}

function place(moved: readonly (readonly [string, Position])[]): void {
  if (moved.length === 0) return;
  const { layout } = useEditor.getState();
  const places = moved.map(([id, { x, y }]) => [id, { x: Math.round(x), y: Math.round(y) }] as const);
  move({ ...layout, ...Object.fromEntries(places) });
}

function placeAt(flow: ReturnType<typeof useReactFlow<StepNode>>, clientX: number, clientY: number, left: number): Position {
  const { x, y } = flow.screenToFlowPosition({ x: clientX, y: clientY });
  return { x: x - left, y: y - NODE_HEIGHT / 2 };
}

function onConnect({ source, sourceHandle, target, targetHandle }: Connection): void {
  connectNodes({ node: source, ...(sourceHandle && { output: sourceHandle }) }, target, targetHandle ?? undefined);
}

function colourOf({ data: { node } }: StepNode): string {
  return `var(--${node.role === "unknown" ? "error" : node.role})`;
}

function allowDrop(event: DragEvent): void {
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
}

function clearSelection(): void {
  useEditor.setState({ selected: [] });
}

function isAllowed({ source, target }: Connection | Edge): boolean {
  const nodes = useEditor.getState().picture?.nodes ?? [];
  const [from, to] = [source, target].map((id) => nodes.find((node) => node.id === id)?.type ?? "");
  return source !== target && connectionRefusal(from ?? "", to ?? "") === undefined;
}

function edgeAt(x: number, y: number): string | undefined {
  for (const element of document.elementsFromPoint(x, y)) {
    const edge = element.closest(".react-flow__edge");
    if (edge instanceof SVGElement) return edge.dataset.id;
  }
  return undefined;
}
