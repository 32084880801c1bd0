import type { Finding } from "../diagnostic.ts";
import { joinPointer } from "../pointer.ts";
import * as messages from "./messages.ts";
import { record } from "./shape.ts";

/** Steps as nodes: each reads the one before, and one without an id is named by what follows the dot of its type. */
export function expandSteps(steps: readonly unknown[]): { nodes: unknown[]; findings: Finding[] } {
  const findings: Finding[] = [];
  let before: unknown;
  const nodes = steps.map((step, i) => {
    if (typeof step !== "object" || step === null || Array.isArray(step)) return step;
    const { from, ...rest } = record(step);
    if (from !== undefined) findings.push({ ...messages.fromInStep(), pointer: joinPointer("/steps", i, "from"), on: "key" });
    const id = "id" in rest ? rest.id : wordOf(rest.type);
    const node = Object.assign(Object.create(null), rest, id !== undefined && { id }, before !== undefined && { from: before });
    before = id;
    return node;
  });
  return { nodes, findings };
}

function wordOf(type: unknown): string | undefined {
  return typeof type === "string" ? type.slice(type.lastIndexOf(".") + 1) : undefined;
}
