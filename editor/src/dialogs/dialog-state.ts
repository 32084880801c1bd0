import { create } from "zustand";
import type { Connection } from "../document/index.ts";

/** A question to the user. */
export type Ask = { kind: "add"; from?: Connection } | { kind: "rename"; id: string } | { kind: "connect"; id: string };

export const useDialog = create<{ ask: Ask | undefined }>(() => ({ ask: undefined }));

export function openDialog(ask: Ask): void {
  useDialog.setState({ ask });
}

export function closeDialog(): void {
  useDialog.setState({ ask: undefined });
}
