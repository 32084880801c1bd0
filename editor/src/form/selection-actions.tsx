import { CopyPlus, Trash2 } from "lucide-react";
import { removeSelected } from "../canvas/actions.ts";
import { duplicateSelected } from "../canvas/clipboard.ts";
import { formTexts } from "../texts/form.ts";

/** What can be done with what is selected, one node or several. */
export function SelectionActions() {
  return (
    <>
      <button type="button" onClick={duplicateSelected}>
        <CopyPlus size={14} aria-hidden /> {formTexts.duplicate}
      </button>
      <button type="button" onClick={removeSelected}>
        <Trash2 size={14} aria-hidden /> {formTexts.delete}
      </button>
    </>
  );
}
