import { EdgeLabelRenderer, type EdgeProps, getBezierPath } from "@xyflow/react";
import type { Picture } from "../compile/picture.ts";
import { shortNumber } from "../short-number.ts";
import { useEditor } from "../state/editor.ts";
import { useLive } from "../state/live.ts";
import { texts } from "../texts/index.ts";
import styles from "./edge-rate.module.css";
import { measuredOn } from "./measured-on.ts";

/** Edges of a picture are asked one by one, and each walks to the sinks below. */
const known = new WeakMap<Picture, Map<string, ReturnType<typeof measuredOn>>>();

/** Rows a second along an edge, where the run measures them. */
export function EdgeRate(edge: EdgeProps) {
  const picture = useEditor((state) => state.picture);
  const measured = picture && measuredOf(picture, edge.id);
  const rate = useLive(({ nodes }) => {
    const rates = (measured?.nodes ?? []).flatMap((id) => nodes[id]?.[measured?.by ?? "rate"] ?? []);
    return rates.length === 0 ? undefined : Math.max(...rates);
  });
  if (rate === undefined) return null;
  const [, x, y] = getBezierPath(edge);
  return (
    <EdgeLabelRenderer>
      <span
        className={styles.rate}
        data-edge-rate={edge.id}
        style={{ transform: `translate(-50%, -130%) translate(${x}px, ${y}px)` }}
      >
        {texts.rate(shortNumber(rate))}
      </span>
    </EdgeLabelRenderer>
  );
}

function measuredOf(picture: Picture, edge: string) {
  const edges = known.get(picture) ?? new Map<string, ReturnType<typeof measuredOn>>();
  known.set(picture, edges);
  if (!edges.has(edge)) edges.set(edge, measuredOn(picture, edge));
  return edges.get(edge);
}
