import { connectionRefusal } from "../catalogue.ts";
import {
  addNode,
  type Connection,
  connect,
  disconnect,
  type Edit,
  insertOnEdge,
  removeNodes,
  renameNode,
} from "../document/index.ts";
import { useEditor } from "../state/editor.ts";
import { type Position, renamed, setLayout, without } from "../state/layout-field.ts";
import { setRenames } from "../state/renames.ts";
import { apply, move } from "../state/session.ts";
import { placeBeside } from "./place.ts";

const text = () => useEditor.getState().text;
const nodeOf = (id: string) => useEditor.getState().picture?.nodes.find((node) => node.id === id);
const edgesOf = () => useEditor.getState().picture?.edges ?? [];

/** Adds a node of a type; where `from` is given it reads that, and where `at` is given it stands there, else beside what somebody has moved. */
export function add(type: string, from?: Connection, at?: Position): boolean {
  const edit = addNode(text(), { type, ...(from && { from: existingOutput(from) }) });
  return applyAt(edit, at ?? beside({ reads: from?.node }));
}

/** A node without an output of its own is read by its first side output, where none is named. */
function existingOutput(from: Connection): Connection {
  const source = nodeOf(from.node);
  const [first] = source?.hasMain === false ? source.side : [];
  return first === undefined ? from : { output: first, ...from };
}

/** Makes an edit; the node that it selects stands at a place, undefined for where all are laid out. */
function applyAt(edit: Edit, at: Position | undefined): boolean {
  const { layout } = useEditor.getState();
  const id = "refused" in edit ? undefined : edit.select;
  if (id === undefined || at === undefined) return apply(edit);
  return apply(edit, [setLayout.of({ ...layout, [id]: { x: Math.round(at.x), y: Math.round(at.y) } })]);
}

function beside(neighbours: { reads?: string | undefined; readBy?: string }): Position | undefined {
  const { layout, picture } = useEditor.getState();
  return picture && placeBeside(picture, layout, neighbours);
}

/** Puts a node of a type into an edge of the picture. */
export function insertInto(edgeId: string, type: string): boolean {
  const edge = edgesOf().find(({ id }) => id === edgeId);
  if (edge === undefined) return false;
  const from = { node: edge.source, ...(edge.output !== undefined && { output: edge.output }) };
  const [source, target] = [nodeOf(edge.source), nodeOf(edge.target)];
  const refusal = connectionRefusal(source?.type ?? "", type) ?? connectionRefusal(type, target?.type ?? "");
  if (refusal !== undefined) return apply({ refused: refusal });
  const edit = insertOnEdge(text(), { from, to: edge.target }, { type });
  return applyAt(edit, beside({ reads: edge.source, readBy: edge.target }));
}

/** Lets one node read another, or says why it cannot. Where inputs have names and none is given, it is the first that is free. */
export function connectNodes(from: Connection, to: string, input?: string): boolean {
  const target = nodeOf(to);
  if (nodeOf(from.node) === undefined || target === undefined) return false;
  const taken = edgesOf().filter((edge) => edge.target === to);
  const name = input ?? target.inputNames.find((one) => !taken.some((edge) => edge.input === one));
  return apply(connect(text(), { from, to, ...(name !== undefined && { input: name }) }));
}

export function disconnectNodes(from: Connection, to: string): boolean {
  return apply(disconnect(text(), { from, to }));
}

/** Takes an edge of the picture out of the text. */
export function removeEdge(edgeId: string): void {
  const edge = edgesOf().find(({ id }) => id === edgeId);
  if (edge === undefined) return;
  disconnectNodes({ node: edge.source, ...(edge.output !== undefined && { output: edge.output }) }, edge.target);
}

/** Removes what is selected; what read it reads on from what it read. */
export function removeSelected(): void {
  const { selected, layout } = useEditor.getState();
  const places = setLayout.of(without(layout, selected));
  if (selected.length > 0 && apply(removeNodes(text(), selected), [places])) useEditor.setState({ selected: [] });
}

/** Gives a node another id, wherever it stands: here, in the layout, and once it is saved in the tests. */
export function rename(from: string, to: string): boolean {
  const { layout, renames } = useEditor.getState();
  const follow = [setLayout.of(renamed(layout, from, to)), setRenames.of([...renames, { from, to }])];
  if (!apply(renameNode(text(), from, to), follow)) return false;
  useEditor.setState({ selected: [to] });
  return true;
}

/** Forgets where nodes were moved to, so that all are laid out anew. */
export function tidy(): void {
  if (Object.keys(useEditor.getState().layout).length > 0) move({});
}
