import { X } from "lucide-react";
import { formTexts } from "../texts/form.ts";
import styles from "./form.module.css";

/** Takes an entry out. */
export function RemoveButton({ name, onRemove }: { name: string; onRemove: () => void }) {
  return (
    <button type="button" className={styles.remove} aria-label={formTexts.remove(name)} onClick={onRemove}>
      <X size={14} aria-hidden />
    </button>
  );
}
