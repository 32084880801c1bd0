import { type Checked, type Finding, hasErrors } from "../diagnostic.ts";
import type { Document } from "../document.ts";
import { joinPointer, type Moved, whereItStands } from "../pointer.ts";
import type { BrokenNode, Mended, Spec, SpecNode } from "../spec.ts";
import { envelope } from "./catalogue.gen.ts";
import { NAME } from "./from.ts";
import * as messages from "./messages.ts";
import { validateNode } from "./node.ts";
import { literalPasswords } from "./secrets.ts";
import { record, shallow, shape } from "./shape.ts";
import { expandSteps } from "./steps.ts";

/** The result of validation. */
export interface Validation extends Checked<Spec> {
  /** What can still be looked at when there are errors: every node that could be read or mended, and those that could not. */
  partial?: { spec: Spec; broken: BrokenNode[] };
  /** What is read under another key than it stands under. */
  moved: Moved[];
}

/** Checks the shape of a document, every node by the contract of its type, and fills in defaults. Reports all mistakes at once. */
export function validate(document: Document): Validation {
  const head = shape(document, document.value, "", envelope, shallow);
  const findings = [...head.findings];
  const moved = [...head.moved];
  const { name, description } = record(head.value);
  const { raw, at, findings: unlisted } = listed(record(head.value));
  findings.push(...unlisted);
  const list = whereItStands(at, head.moved);
  const ids = idsOf(document, raw, list);
  const nodes: SpecNode[] = [];
  const broken: BrokenNode[] = [];
  raw.forEach((value, i) => {
    const pointer = joinPointer(list, i);
    const checked = validateNode(document, value, pointer, ids.wrong);
    const id = ids.of(i);
    findings.push(...checked.findings, ...id.findings);
    moved.push(...checked.moved);
    if (checked.value === undefined) broken.push({ id: id.text, pointer, ...(id.mended && { mended: { id: id.mended } }) });
    else nodes.push(id.mended === undefined ? checked.value : named(checked.value, id.text, id.mended));
  });
  const placed = findings.map((finding) => ({ ...finding, pointer: whereItStands(finding.pointer, head.moved) }));
  placed.push(
    ...literalPasswords(document.value).filter(
      (secret) => !placed.some((f) => f.code === secret.code && f.pointer === secret.pointer),
    ),
  );
  const spec: Spec = {
    version: 1,
    name: String(name),
    ...(typeof description === "string" && description !== "" && { description }),
    nodes,
  };
  const result = { findings: placed, moved };
  return hasErrors(placed) ? { ...result, partial: { spec, broken } } : { ...result, value: spec };
}

/** The nodes as they are written, under `nodes` or, each with what it reads filled in, under `steps`. */
function listed({ nodes, steps }: Record<string, unknown>): { raw: unknown[]; at: "/nodes" | "/steps"; findings: Finding[] } {
  const list = (value: unknown) => (Array.isArray(value) ? (value as unknown[]) : []);
  if (steps === undefined) {
    const findings = nodes === undefined ? [{ ...messages.missingNodes(), pointer: "", on: "key" as const }] : [];
    return { raw: list(nodes), at: "/nodes", findings };
  }
  const expanded = expandSteps(list(steps));
  if (nodes === undefined) return { raw: expanded.nodes, at: "/steps", findings: expanded.findings };
  return { raw: list(nodes), at: "/nodes", findings: [{ ...messages.nodesAndSteps(), pointer: "/steps", on: "key" }] };
}

/** What is known of the id of a node: how messages name it, and why it leaves open which node is meant. */
interface NodeId {
  text: string;
  mended?: Mended["id"];
  findings: Finding[];
}

function idsOf(document: Document, raw: readonly unknown[], base: string) {
  const lines = new Map<string, number>();
  const ids = raw.map((value, i): NodeId => {
    const id = record(value).id;
    if (typeof id !== "string") return { text: `nodes[${i}]`, mended: "missing", findings: [] };
    const pointer = joinPointer(base, i, "id");
    const taken = lines.get(id);
    if (taken !== undefined) return { text: id, mended: "taken", findings: [{ ...messages.duplicateId(id, taken), pointer }] };
    lines.set(id, document.locate(pointer).line);
    return NAME.test(id) ? { text: id, findings: [] } : { text: id, mended: "wrong", findings: [] };
  });
  const wrong = new Set(ids.filter(({ mended }) => mended === "wrong").map(({ text }) => text));
  const none: NodeId = { text: "", findings: [] };
  return { wrong, of: (i: number) => ids[i] ?? none };
}

function named(node: SpecNode, id: string, why: Mended["id"]): SpecNode {
  const mended = { places: [], otherConfigs: [], ...node.mended, ...(why && { id: why }) };
  return { ...node, id, mended } as SpecNode;
}
