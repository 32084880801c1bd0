import { connectionRefusal, entryOf } from "../catalogue.ts";
import type { Connection } from "../document/index.ts";
import { useEditor } from "../state/editor.ts";
import { texts } from "../texts/index.ts";

/** The types that may read a node, or all of them. */
export function typesBelow(from: Connection | undefined): (type: string) => boolean {
  const source = useEditor.getState().picture?.nodes.find(({ id }) => id === from?.node);
  return (type) => source === undefined || connectionRefusal(source.type, type) === undefined;
}

/** The edges that may begin at a node and are not there yet: for each of its outputs those to every node that may read it. */
export function possibleEdges(id: string): { from: Connection; to: string; title: string }[] {
  const { nodes = [], edges = [] } = useEditor.getState().picture ?? {};
  const source = nodes.find((node) => node.id === id);
  if (source === undefined) return [];
  const readers = nodes.filter((node) => node.id !== id && connectionRefusal(source.type, node.type) === undefined);
  const outputs = [...(source.hasMain ? [undefined] : []), ...source.side];
  return outputs.flatMap((output) => {
    const reads = new Set(edges.filter((edge) => edge.source === id && edge.output === output).map(({ target }) => target));
    const from = { node: id, ...(output !== undefined && { output }) };
    return readers
      .filter((reader) => !reads.has(reader.id))
      .map((reader) => ({ from, to: reader.id, title: entryOf(reader.type)?.title ?? texts.typeUnknown(reader.type) }));
  });
}
