import { Link, Pencil } from "lucide-react";
import { disconnectNodes } from "../canvas/actions.ts";
import type { PictureNode } from "../compile/picture.ts";
import { openDialog } from "../dialogs/dialog-state.ts";
import { useEditor } from "../state/editor.ts";
import { formTexts } from "../texts/form.ts";
import { texts } from "../texts/index.ts";
import styles from "./form.module.css";
import { SelectionActions } from "./selection-actions.tsx";

/** What can be done with a node, and what it reads. */
export function NodeBar({ node }: { node: PictureNode }) {
  const edges = useEditor((state) => state.picture?.edges);
  const inputs = edges?.filter((edge) => edge.target === node.id) ?? [];
  return (
    <>
      <div className={styles.bar}>
        <strong>{node.id}</strong>
        <button type="button" onClick={() => openDialog({ kind: "rename", id: node.id })}>
          <Pencil size={14} aria-hidden /> {texts.rename}
        </button>
        {node.role !== "sink" && (
          <button type="button" onClick={() => openDialog({ kind: "connect", id: node.id })}>
            <Link size={14} aria-hidden /> {texts.connectTo}
          </button>
        )}
        <SelectionActions />
      </div>
      {inputs.length > 0 && (
        <p className={styles.reads}>
          {formTexts.reads}:{" "}
          {inputs.map((edge) => (
            <span key={edge.id} className={styles.chip}>
              <button type="button" onClick={() => useEditor.setState({ selected: [edge.source] })}>
                {edge.source}
                {edge.output !== undefined && `.${edge.output}`}
              </button>
              <button
                type="button"
                aria-label={formTexts.remove(edge.source)}
                onClick={() =>
                  disconnectNodes({ node: edge.source, ...(edge.output !== undefined && { output: edge.output }) }, node.id)
                }
              >
                ×
              </button>
            </span>
          ))}
        </p>
      )}
    </>
  );
}
