import { Save } from "lucide-react";
import type { ApiError } from "../api/client.ts";
import { useEditor } from "../state/editor.ts";
import { save } from "../state/session.ts";
import { texts } from "../texts/index.ts";
import { savedTexts } from "../texts/saved.ts";
import styles from "./dock.module.css";
import { Refusal } from "./refusal.tsx";

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

/** Why there is nothing to show. */
export function Refused({ problem }: { problem: ApiError }) {
  const hasProblems = useEditor((state) => state.diagnostics.length > 0);
  return (
    <Refusal
      refused={problem}
      note={
        problem.body.code === "api/has-errors" &&
        hasProblems && (
          <button type="button" onClick={() => useEditor.setState({ dock: "problems" })}>
            {savedTexts.showProblems}
          </button>
        )
      }
    />
  );
}
