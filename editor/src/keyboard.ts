import { useDialog } from "./dialogs/dialog-state.ts";

/** A key as the list of keys names it, such as `Mod-Shift-z`: letters are small, whatever Shift and CapsLock make of them, and other signs stand for themselves. */
export function keyName({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): string {
  const small = key.toLowerCase();
  const isSign = key.length === 1 && small === key.toUpperCase();
  const held = [(ctrlKey || metaKey) && "Mod-", altKey && "Alt-", shiftKey && !isSign && "Shift-"];
  return held.filter(Boolean).join("") + (key.length === 1 ? small : key);
}

/** True where a key is a letter of a text, or belongs to a dialog, even one that is still to come. */
export function isTyping(event: Event): boolean {
  return (
    useDialog.getState().ask !== undefined || isWithin(event, "input, textarea, select, [contenteditable=true], [role=dialog]")
  );
}

/** True where a key means the nodes and edges that are selected: on the canvas, in the outline, and where nothing has the focus. */
export function isOnSelection(event: Event): boolean {
  return event.target === document.body || isWithin(event, ".react-flow, [role=tree]");
}

function isWithin({ target }: Event, selector: string): boolean {
  return target instanceof Element && target.closest(selector) !== null;
}
