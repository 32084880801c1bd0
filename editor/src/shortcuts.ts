import { useEffect } from "react";
import { removeSelected } from "./canvas/actions.ts";
import { openDialog, useDialog } from "./dialogs/dialog-state.ts";
import { goToNextProblem } from "./dock/go-to-problem.ts";
import { isOnSelection, isTyping, keyName } from "./keyboard.ts";
import { isRunning, startRun, stopRun } from "./run/follow.ts";
import { useEditor } from "./state/editor.ts";
import { useLive } from "./state/live.ts";
import { redoLast, save, undoLast } from "./state/session.ts";

/** What keys do, for the selected node where it is one alone. */
type Keys = Record<string, (only?: string) => unknown>;

/** Keys of the whole page. Single letters only where nobody types. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const name = keyName(event);
      // The canvas may have taken it for an edge.
      const isForSelection = !event.defaultPrevented && isOnSelection(event);
      const act = ANYWHERE[name] ?? (!isTyping(event) && (ON_PAGE[name] ?? (isForSelection && ON_SELECTION[name])));
      if (!act) return;
      event.preventDefault();
      const { selected } = useEditor.getState();
      act(selected.length === 1 ? selected[0] : undefined);
    };
    window.addEventListener("keydown", onKey);
    // Before the text takes the keys for a new line.
    window.addEventListener("keydown", onRunKey, { capture: true });
    return () => {
      window.removeEventListener("keydown", onKey);
      window.removeEventListener("keydown", onRunKey, { capture: true });
    };
  }, []);
}

const ANYWHERE: Keys = {
  "Mod-s": save,
  F8: () => goToNextProblem(1),
  "Shift-F8": () => goToNextProblem(-1),
};

const ON_PAGE: Keys = {
  "?": () => openDialog({ kind: "shortcuts" }),
  "Mod-z": undoLast,
  "Mod-Shift-z": redoLast,
  "Mod-y": redoLast,
  n: (id) => openDialog({ kind: "add", ...(id !== undefined && hasOutput(id) && { from: { node: id } }) }),
  F2: (id) => id !== undefined && openDialog({ kind: "rename", id }),
  c: (id) => id !== undefined && openDialog({ kind: "connect", id }),
};

const ON_SELECTION: Keys = { Delete: removeSelected, Backspace: removeSelected };

function hasOutput(id: string): boolean {
  return useEditor.getState().picture?.nodes.find((node) => node.id === id)?.role !== "sink";
}

/** Runs the pipeline, or stops its run, wherever the keys are pressed. */
function onRunKey(event: KeyboardEvent): void {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || useDialog.getState().ask !== undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const isGoing = isRunning(useLive.getState().state);
  if (event.shiftKey) {
    if (isGoing) void stopRun();
  } else if (useEditor.getState().diagnostics.some(({ severity }) => severity === "error"))
    useEditor.setState({ dock: "problems" });
  else if (!isGoing && !event.repeat) void startRun();
}
