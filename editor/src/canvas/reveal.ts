import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useEffect } from "react";
import { useEditor } from "../state/editor.ts";
import { NODE_HEIGHT, NODE_WIDTH } from "./place.ts";

/** A node that is selected elsewhere, in the outline, a search or the text, comes into view. */
export function useReveal(): void {
  const flow = useReactFlow();
  const store = useStoreApi();
  const only = useEditor((state) => (state.selected.length === 1 ? state.selected[0] : undefined));
  const isThere = useEditor((state) => state.picture?.nodes.some(({ id }) => id === only) ?? false);
  useEffect(() => {
    if (only === undefined || !isThere) return;
    // Its place is known once it has been drawn.
    const frame = requestAnimationFrame(() => {
      const node = flow.getNode(only);
      if (node === undefined) return;
      const { width, height, transform } = store.getState();
      const [left, top, zoom] = transform;
      const [x, y] = [node.position.x * zoom + left, node.position.y * zoom + top];
      const isInView = x >= 0 && y >= 0 && x + NODE_WIDTH * zoom <= width && y + NODE_HEIGHT * zoom <= height;
      if (!isInView) void flow.setCenter(node.position.x + NODE_WIDTH / 2, node.position.y + NODE_HEIGHT / 2, { zoom });
    });
    return () => cancelAnimationFrame(frame);
  }, [only, isThere, flow, store]);
}
