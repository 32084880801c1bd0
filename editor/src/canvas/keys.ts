import { useEffect } from "react";
import { openDialog } from "../dialogs/dialog-state.ts";
import { isOnSelection, isTyping, keyName } from "../keyboard.ts";
import { useEditor } from "../state/editor.ts";
import type { Position } from "../state/layout-field.ts";
import { copySelected, cutSelected, duplicateSelected, paste } from "./clipboard.ts";

/** So far moves a key. */
const STEP = 20;
const ARROWS: Record<string, Position> = {
  "Alt-ArrowLeft": { x: -STEP, y: 0 },
  "Alt-ArrowRight": { x: STEP, y: 0 },
  "Alt-ArrowUp": { x: 0, y: -STEP },
  "Alt-ArrowDown": { x: 0, y: STEP },
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
      if (isTyping(event)) return;
      const name = keyName(event);
      const arrow = ARROWS[name];
      if (arrow !== undefined) moveSelected(arrow);
      else if (name === "Delete" || name === "Backspace") {
        if (!isOnSelection(event) || !removeEdges()) return;
      } else if (name in ACTIONS) ACTIONS[name]?.();
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [moveSelected, removeEdges]);
  useEffect(() => {
    const onCopy = (event: ClipboardEvent) => take(event, copySelected);
    const onCut = (event: ClipboardEvent) => take(event, cutSelected);
    const onPaste = (event: ClipboardEvent) => {
      const yaml = event.clipboardData?.getData("text/plain") ?? "";
      if (isTyping(event) || yaml.trim() === "") return;
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

const ACTIONS: Record<string, () => void> = {
  Escape: () => useEditor.setState({ selected: [] }),
  "/": () => openDialog({ kind: "find" }),
  "Mod-k": () => openDialog({ kind: "find" }),
  "Mod-a": () => useEditor.setState(({ picture }) => ({ selected: picture?.nodes.map(({ id }) => id) ?? [] })),
  "Mod-d": duplicateSelected,
};

/** Nodes are copied where no text is marked. */
function take(event: ClipboardEvent, read: () => string): void {
  if (isTyping(event) || getSelection()?.isCollapsed === false) return;
  const yaml = read();
  if (yaml === "") return;
  event.clipboardData?.setData("text/plain", yaml);
  event.preventDefault();
}
