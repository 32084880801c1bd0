import { EdgeLabelRenderer, type EdgeProps, getBezierPath } from "@xyflow/react";
import type { Picture } from "../compile/picture.ts";
import { shortNumber } from "../short-number.ts";
import { useEditor } from "../state/editor.ts";
import { useLive } from "../state/live.ts";
import { texts } from "../texts/index.ts";
import styles from "./edge-rate.module.css";
import { measuredEdges } from "./measured-edges.ts";

/** All edges of a picture ask for the same. */
const known = new WeakMap<Picture, ReturnType<typeof measuredEdges>>();

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
  const edges = known.get(picture) ?? measuredEdges(picture);
  known.set(picture, edges);
  return edges.get(edge);
}
