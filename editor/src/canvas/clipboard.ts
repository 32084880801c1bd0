import { copyNodes, duplicateNodes, type Edit, pasteNodes } from "../document/index.ts";
import { useEditor } from "../state/editor.ts";
import { setLayout } from "../state/layout-field.ts";
import { apply } from "../state/session.ts";
import { removeSelected } from "./actions.ts";

/** A copy stands so far beside what somebody had moved. */
const BESIDE = 40;

/** The selected nodes as YAML, comments too; empty where none is selected. */
export function copySelected(): string {
  const { text, selected } = useEditor.getState();
  return selected.length === 0 ? "" : copyNodes(text, selected);
}

/** The selected nodes as YAML; they are removed. */
export function cutSelected(): string {
  const copied = copySelected();
  if (copied !== "") removeSelected();
  return copied;
}

/** Writes the nodes of a YAML text behind the others, and selects them. */
export function paste(yaml: string): void {
  applyPasted(pasteNodes(useEditor.getState().text, yaml));
}

/** Writes the selected nodes once more, and selects the copies. */
export function duplicateSelected(): void {
  const { text, selected } = useEditor.getState();
  if (selected.length > 0) applyPasted(duplicateNodes(text, [...selected]));
}

function applyPasted(edit: Edit): void {
  if ("refused" in edit) {
    apply(edit);
    return;
  }
  const { layout } = useEditor.getState();
  const pasted = Object.entries(edit.pasted ?? {});
  const beside = pasted.flatMap(([id, copy]) => {
    const at = layout[id];
    return at === undefined ? [] : [[copy, { x: at.x + BESIDE, y: at.y + BESIDE }] as const];
  });
  if (apply(edit, beside.length === 0 ? [] : [setLayout.of({ ...layout, ...Object.fromEntries(beside) })]))
    useEditor.setState({ selected: pasted.map(([, copy]) => copy) });
}
