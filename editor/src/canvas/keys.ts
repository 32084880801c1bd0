import { useEffect } from "react";
import { openDialog, useDialog } from "../dialogs/dialog-state.ts";
import { useEditor } from "../state/editor.ts";
import type { Position } from "../state/layout-field.ts";
import { copySelected, cutSelected, duplicateSelected, paste } from "./clipboard.ts";

/** So far moves a key. */
const STEP = 20;
const ARROWS: Record<string, Position> = {
  ArrowLeft: { x: -STEP, y: 0 },
  ArrowRight: { x: STEP, y: 0 },
  ArrowUp: { x: 0, y: -STEP },
  ArrowDown: { x: 0, y: STEP },
};

/** What keys do to the canvas that only it can do. */
interface CanvasActions {
  moveSelected: (by: Position) => void;
  /** Takes selected edges out. False where there is none. */
  removeEdges: () => boolean;
}

/** Keys and clipboard of the canvas, where nobody types. */
export function useCanvasKeys({ moveSelected, removeEdges }: CanvasActions): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event.target)) return;
      const command = event.ctrlKey || event.metaKey;
      const arrow = ARROWS[event.key];
      const did = command
        ? commandKey(event.key)
        : event.altKey && arrow !== undefined
          ? moveSelected(arrow)
          : plainKey(event.key);
      if (did !== false) event.preventDefault();
    };
    const plainKey = (key: string) => {
      if (key === "Escape") useEditor.setState({ selected: [] });
      else if (key === "/") openDialog({ kind: "find" });
      else if (key !== "Delete" && key !== "Backspace") return false;
      else return removeEdges();
      return true;
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [moveSelected, removeEdges]);
  useEffect(() => {
    const onCopy = (event: ClipboardEvent) => take(event, copySelected);
    const onCut = (event: ClipboardEvent) => take(event, cutSelected);
    const onPaste = (event: ClipboardEvent) => {
      const yaml = event.clipboardData?.getData("text/plain") ?? "";
      if (isTyping(event.target) || yaml.trim() === "") return;
      event.preventDefault();
      paste(yaml);
    };
    document.addEventListener("copy", onCopy);
    document.addEventListener("cut", onCut);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("cut", onCut);
      document.removeEventListener("paste", onPaste);
    };
  }, []);
}

function commandKey(key: string): boolean {
  if (key === "a") useEditor.setState(({ picture }) => ({ selected: picture?.nodes.map(({ id }) => id) ?? [] }));
  else if (key === "d") duplicateSelected();
  else if (key === "k") openDialog({ kind: "find" });
  else return false;
  return true;
}

/** Nodes are copied where no text is marked. */
function take(event: ClipboardEvent, read: () => string): void {
  if (isTyping(event.target) || getSelection()?.isCollapsed === false) return;
  const yaml = read();
  if (yaml === "") return;
  event.clipboardData?.setData("text/plain", yaml);
  event.preventDefault();
}

function isTyping(target: EventTarget | null): boolean {
  if (useDialog.getState().ask !== undefined) return true;
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable=true]") !== null;
}
