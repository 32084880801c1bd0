import type { Column } from "../column-type.ts";
import { kindOf } from "../nodes/index.ts";
import type { NodePreview } from "../preview/index.ts";

/** A stream of which something can be expected. */
export interface KnownStream {
  preview: NodePreview;
  output: string;
  columns: Column[];
}

/** Every stream that can be expected, by the name that `from` would have for it; a sink by its id. */
export function streamsOf(nodes: readonly NodePreview[]): Map<string, KnownStream> {
  const streams = new Map<string, KnownStream>();
  for (const preview of nodes.filter(({ type }) => kindOf(type).role !== "source")) {
    // A node without rows of its own may drop some.
    streams.set(preview.node, { preview, output: "main", columns: [] });
    for (const { name, columns } of preview.outputs)
      streams.set(name === "main" || name === "documents" ? preview.node : `${preview.node}.${name}`, {
        preview,
        output: name,
        columns,
      });
  }
  return streams;
}
