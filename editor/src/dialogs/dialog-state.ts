import { create } from "zustand";
import type { Connection } from "../document/index.ts";
import type { Position } from "../state/layout-field.ts";

/** A question to the user. */
export type Ask =
  /** `at`: where on the canvas the node shall stand. */
  | { kind: "add"; from?: Connection; at?: Position }
  | { kind: "rename"; id: string }
  | { kind: "connect"; id: string }
  | { kind: "find" }
  | { kind: "shortcuts" };

export const useDialog = create<{ ask: Ask | undefined }>(() => ({ ask: undefined }));

export function openDialog(ask: Ask): void {
  useDialog.setState({ ask });
}

export function closeDialog(): void {
  useDialog.setState({ ask: undefined });
}
