import { BezierEdge, type EdgeProps } from "@xyflow/react";
import { lazy, Suspense } from "react";
import { useLive } from "../state/live.ts";

const EdgeRate = lazy(() => import("./edge-rate.tsx").then((module) => ({ default: module.EdgeRate })));

/** An edge that says, while a pipeline runs, how many rows go along it. */
export function RatedEdge(edge: EdgeProps) {
  const isLive = useLive(({ run }) => run !== undefined);
  return (
    <>
      <BezierEdge {...edge} />
      {isLive && (
        <Suspense>
          <EdgeRate {...edge} />
        </Suspense>
      )}
    </>
  );
}
