import { Save } from "lucide-react";
import { useEditor } from "../state/editor.ts";
import { save } from "../state/session.ts";
import { texts } from "../texts/index.ts";
import styles from "./dock.module.css";

/** Says that what is shown is of the saved text, where that is not the one in the editor. */
export function Unsaved({ sentence }: { sentence: string }) {
  const isUnsaved = useEditor((state) => state.text !== state.savedText);
  const isSaving = useEditor((state) => state.isSaving);
  if (!isUnsaved) return null;
  return (
    <p className={styles.unsaved} role="status">
      <span>● {sentence}</span>
      <button type="button" onClick={() => void save()} disabled={isSaving}>
        <Save size={14} aria-hidden /> {texts.save}
      </button>
    </p>
  );
}
