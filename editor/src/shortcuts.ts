import { useEffect } from "react";
import { removeSelected } from "./canvas/actions.ts";
import { openDialog, useDialog } from "./dialogs/dialog-state.ts";
import { goToNextProblem } from "./dock/go-to-problem.ts";
import { isRunning, startRun, stopRun } from "./run/follow.ts";
import { useEditor } from "./state/editor.ts";
import { useLive } from "./state/live.ts";
import { redoLast, save, undoLast } from "./state/session.ts";

function hasOutput(id: string): boolean {
  return useEditor.getState().picture?.nodes.find((node) => node.id === id)?.role !== "sink";
}

/** Keys of the whole page. Single letters only where nobody types. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as Element;
      const isTyping = target.closest("input, textarea, select, [contenteditable=true], [role=dialog]") !== null;
      const { selected } = useEditor.getState();
      const [only] = selected.length === 1 ? selected : [];
      const command = event.ctrlKey || event.metaKey;
      const done = () => event.preventDefault();
      if (command && event.key === "s") {
        done();
        void save();
      } else if (event.key === "F8") {
        done();
        goToNextProblem(event.shiftKey ? -1 : 1);
      } else if (isTyping) return;
      else if (event.key === "?") {
        done();
        openDialog({ kind: "shortcuts" });
      } else if (command && event.key === "z") {
        done();
        if (event.shiftKey) redoLast();
        else undoLast();
      } else if (command && event.key === "y") {
        done();
        redoLast();
      } else if (command || event.altKey) return;
      else if (event.key === "n") {
        done();
        openDialog({ kind: "add", ...(only !== undefined && hasOutput(only) && { from: { node: only } }) });
      } else if (event.key === "F2" && only !== undefined) openDialog({ kind: "rename", id: only });
      else if (event.key === "c" && only !== undefined) {
        done();
        openDialog({ kind: "connect", id: only });
      } else if (event.key === "Delete" || event.key === "Backspace") removeSelected();
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
