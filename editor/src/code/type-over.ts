import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/** Text that is typed over other text is put in by CodeMirror: a browser would give it the style of the other, which the page's policy forbids. */
export const typeOver: Extension = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { data, inputType } = event;
    // Brackets and quotes go around what is selected.
    if (inputType !== "insertText" || data === null || /[()[\]{}'"]/.test(data) || view.state.selection.main.empty) return false;
    view.dispatch(view.state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
    event.preventDefault();
    return true;
  },
});
