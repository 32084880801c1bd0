import type { RunEvent } from "./events.ts";

/** One difference between the plan and what exists. `refuse` would destroy something, or asks for what is missing and not the engine's to make: it is never performed. */
export type Change =
  | { action: "create" | "update"; kind: ChangeKind; name: string; detail: string; perform(): Promise<void> }
  | { action: "keep"; kind: ChangeKind; name: string; detail: string }
  | { action: "refuse"; kind: ChangeKind; name: string; detail: string; hint: string; isMissing?: true };

export type ChangeKind = "topic" | "collection" | "validator" | "index" | "checkpoint";

/** The change as an event. */
export function changeEvent(change: Change): Extract<RunEvent, { event: "change" }> {
  const { action, kind, name, detail } = change;
  return { event: "change", action, kind, name, detail, ...(change.action === "refuse" && { hint: change.hint }) };
}
