import { lazy } from "react";
import { useEditor } from "../state/editor.ts";
import { texts } from "../texts/index.ts";

const NodePreview = lazy(() => import("./node-preview.tsx").then((module) => ({ default: module.NodePreview })));

/** Rows of the selected node; what shows them comes with the first selection. */
export function PreviewPanel() {
  const hasNone = useEditor(({ selected, previewFailure }) => selected.length !== 1 && previewFailure === undefined);
  return hasNone ? <p>{texts.previewPick}</p> : <NodePreview />;
}
