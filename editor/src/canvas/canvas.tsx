import {
  applyNodeChanges,
  Background,
  type Connection,
  Controls,
  type Edge,
  MarkerType,
  MiniMap,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  useNodesInitialized,
  useReactFlow,
} from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { type DragEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { connectionRefusal, entryOf } from "../catalogue.ts";
import type { Picture, PictureNode } from "../compile/picture.ts";
import { openDialog } from "../dialogs/dialog-state.ts";
import { useEditor } from "../state/editor.ts";
import { move } from "../state/session.ts";
import { texts } from "../texts.ts";
import { addAt, connectNodes, insertInto } from "./actions.ts";
import styles from "./canvas.module.css";
import { Step, type StepNode } from "./node.tsx";
import { DRAGGED } from "./palette.tsx";
import { placeNodes } from "./place.ts";

const nodeTypes = { step: Step };
const NO_NODES: PictureNode[] = [];
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
  const [nodes, setNodes] = useNodes(picture);
  const edges = useEdges(picture);
  const fitted = useRef("");
  const [isFitted, setFitted] = useState(false);
  const id = useEditor((state) => state.id);

  const isMeasured = useNodesInitialized();
  useEffect(() => {
    if (!isMeasured || fitted.current === id) return;
    fitted.current = id;
    void flow.fitView({ padding: 0.1, maxZoom: 1, minZoom: 0.45 }).then(() => setFitted(true));
  }, [isMeasured, flow, id]);

  const onNodesChange = useCallback(
    (changes: NodeChange<StepNode>[]) => {
      setNodes((before) => applyNodeChanges(changes, before));
      const selects = changes.filter((change) => change.type === "select");
      if (selects.length === 0) return;
      const selected = new Set(useEditor.getState().selected);
      for (const change of selects) {
        if (change.selected) selected.add(change.id);
        else selected.delete(change.id);
      }
      useEditor.setState({ selected: [...selected] });
    },
    [setNodes],
  );
  const onNodeDragStop = useCallback((_event: unknown, _node: StepNode, dragged: StepNode[]) => {
    const { layout } = useEditor.getState();
    const moved = Object.fromEntries(
      dragged.map(({ id: one, position: { x, y } }) => [one, { x: Math.round(x), y: Math.round(y) }]),
    );
    move({ ...layout, ...moved });
  }, []);
  const onConnect = useCallback(({ source, sourceHandle, target }: Connection) => {
    connectNodes({ node: source, ...(sourceHandle && { output: sourceHandle }) }, target);
  }, []);
  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, { fromNode, fromHandle, toNode, toHandle, isValid }: ConnectEnd) => {
      if (fromNode === null || fromHandle?.type !== "source" || isValid) return;
      const from = { node: fromNode.id, ...(fromHandle.id && { output: fromHandle.id }) };
      if (toNode !== null && toHandle !== null) {
        connectNodes(from, toNode.id);
        return;
      }
      if ((event.target as Element).closest(".react-flow__pane")) openDialog({ kind: "add", from });
    },
    [],
  );
  const onDrop = useCallback(
    (event: DragEvent) => {
      const type = event.dataTransfer.getData(DRAGGED);
      if (type === "") return;
      event.preventDefault();
      const at = flow.screenToFlowPosition({ x: event.clientX - 110, y: event.clientY - 37 });
      const edge = edgeAt(event.clientX, event.clientY);
      if (edge === undefined) addAt(type, at);
      else insertInto(edge, type);
    },
    [flow],
  );

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
        defaultEdgeOptions={edgeOptions}
        onNodesChange={onNodesChange}
        onNodeDragStop={onNodeDragStop}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        isValidConnection={isAllowed}
        onDragOver={allowDrop}
        onDrop={onDrop}
        onPaneClick={clearSelection}
        deleteKeyCode={null}
        nodesDraggable={!isStale}
        nodesConnectable={!isStale}
        minZoom={0.1}
        connectionRadius={30}
        onlyRenderVisibleElements={nodes.length > 200}
        proOptions={{ hideAttribution: false }}
      >
        <Background gap={20} />
        <MiniMap pannable zoomable ariaLabel="Overview" />
        <Controls showInteractive={false} />
      </ReactFlow>
      {isStale && (
        <p className={styles.banner} role="status">
          {texts.stale}
        </p>
      )}
      {picture?.nodes.length === 0 && <p className={styles.empty}>{texts.noNodes}</p>}
    </section>
  );
}

type ConnectEnd = Parameters<NonNullable<Parameters<typeof ReactFlow>[0]["onConnectEnd"]>>[1];

function allowDrop(event: DragEvent): void {
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
}

function clearSelection(): void {
  useEditor.setState({ selected: [] });
}

function isAllowed({ source, target }: Connection | Edge): boolean {
  const nodes = useEditor.getState().picture?.nodes ?? NO_NODES;
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

/** The nodes of React Flow: those whose picture, place and selection are the same stay the same objects, so that only what changes renders. */
function useNodes(picture: Picture | undefined) {
  const layout = useEditor((state) => state.layout);
  const selected = useEditor((state) => state.selected);
  const [nodes, setNodes] = useState<StepNode[]>([]);
  const places = usePlaces(picture);
  useEffect(() => {
    setNodes((before) => {
      const known = new Map(before.map((node) => [node.id, node]));
      return (picture?.nodes ?? NO_NODES).map((node): StepNode => {
        const old = known.get(node.id);
        const position = layout[node.id] ?? places.get(node.id) ?? { x: 0, y: 0 };
        const isSelected = selected.includes(node.id);
        const data =
          old !== undefined && looksSame(old.data.node, node)
            ? old.data
            : { node, title: entryOf(node.type)?.title ?? node.type };
        if (
          old !== undefined &&
          old.data === data &&
          old.selected === isSelected &&
          old.position.x === position.x &&
          old.position.y === position.y
        )
          return old;
        return {
          ...old,
          id: node.id,
          type: "step",
          position,
          data,
          selected: isSelected,
          ariaLabel: `${node.id}, ${data.title}. ${node.summary}`,
        };
      });
    });
  }, [picture, layout, places, selected]);
  return [nodes, setNodes] as const;
}

function looksSame(a: PictureNode, b: PictureNode): boolean {
  return (
    a.type === b.type &&
    a.summary === b.summary &&
    a.errors === b.errors &&
    a.warnings === b.warnings &&
    a.hasMain === b.hasMain &&
    a.mostInputs === b.mostInputs &&
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

function useEdges(picture: Picture | undefined): Edge[] {
  const selected = useEditor((state) => state.selected);
  return useMemo(
    () =>
      (picture?.edges ?? []).map((edge) => ({
        id: edge.id,
        source: edge.source,
        sourceHandle: edge.output ?? null,
        target: edge.target,
        className: selected.includes(edge.source) || selected.includes(edge.target) ? (styles.near ?? "") : "",
        ...(edge.input !== undefined && { label: edge.input }),
        ariaLabel: `${edge.target} reads ${edge.source}${edge.output === undefined ? "" : `.${edge.output}`}`,
      })),
    [picture, selected],
  );
}
