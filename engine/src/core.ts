/** The browser-safe door to the core: text in, plan and artefacts out, no effects. */
import { buildDag } from "./dag.ts";
import { type Diagnostic, type Finding, hasErrors } from "./diagnostic.ts";
import { type Document, readDocument } from "./document.ts";
import type { FilesBeside } from "./nodes/node-kind.ts";
import { planPipeline } from "./plan/index.ts";
import type { Plan } from "./plan/plan.ts";
import { type Moved, whereItStands } from "./pointer.ts";
import type { BrokenNode, Spec } from "./spec.ts";
import { type TypedDag, type TypedNode, typeDag } from "./types.ts";
import { validate } from "./validate/index.ts";

/** What the core makes of one spec: everything it got to, and every diagnostic, in the order of the text. */
export interface Compilation {
  document: Document;
  /** What could be read of the spec, where anything could; `broken` are nodes that could not. */
  read?: { spec: Spec; broken: readonly BrokenNode[]; typed: readonly TypedNode[] };
  typed?: TypedDag;
  plan?: Plan;
  diagnostics: Diagnostic[];
}

/** Compiles the text of a spec. Never throws for a user's mistake. Without `beside` nothing is said of files that it names. */
export function compile(text: string, file: string, beside?: FilesBeside): Compilation {
  const document = readDocument(text, file);
  if (document.findings.length > 0) return { document, diagnostics: inOrder(mistakesOf(document, beside)) };
  const { read, typed, findings } = check(document, beside);
  const diagnostics = findings.map((finding) => document.place(finding));
  if (typed === undefined || hasErrors(findings)) return { document, ...(read && { read }), diagnostics: inOrder(diagnostics) };
  const plan = planPipeline(typed);
  diagnostics.push(...plan.findings.map((finding) => document.place(finding)));
  return { document, ...(read && { read }), typed, ...(plan.value && { plan: plan.value }), diagnostics: inOrder(diagnostics) };
}

function check(
  document: Document,
  beside: FilesBeside | undefined,
): Pick<Compilation, "read" | "typed"> & { findings: Finding[] } {
  const checked = validate(document);
  // Mistakes are told all at once: what is right is looked at further although something else is not.
  const spec = checked.value ?? checked.partial?.spec;
  const dag = spec && buildDag(spec, checked.partial?.broken);
  const typed = dag && typeDag(dag.value, beside);
  const moves = new Map<string, Moved[]>();
  for (const move of checked.moved) moves.set(nodeOf(move.to), [...(moves.get(nodeOf(move.to)) ?? []), move]);
  const movedIn = (node: string) => moves.get(node) ?? [];
  const later = [dag, typed].flatMap((stage) => stage?.findings ?? []);
  const findings = [
    ...checked.findings,
    ...later.map((finding) => ({ ...finding, pointer: whereItStands(finding.pointer, movedIn(nodeOf(finding.pointer))) })),
  ];
  const read = spec && { spec, broken: checked.partial?.broken ?? [], typed: typed?.nodes ?? [] };
  return { ...(read && { read }), ...(typed?.value && { typed: typed.value }), findings };
}

/** The first two steps of a pointer: `/nodes/3`. */
function nodeOf(pointer: string): string {
  return pointer.split("/", 3).join("/");
}

/** What is wrong with the text itself, and with what could be read of it all the same. */
function mistakesOf(document: Document, beside: FilesBeside | undefined): Diagnostic[] {
  const own = document.findings.map((finding) => document.place(finding));
  if (document.partial === undefined) return own;
  const { value, lost } = document.partial;
  const isLost = ({ at }: Diagnostic) => lost.some(({ from, to }) => at.from >= from && at.from < to);
  const others = check({ ...document, value }, beside).findings.map((finding) => document.place(finding));
  // What seems to lead nowhere may have been read by what is lost.
  return [...own, ...others.filter((other) => other.severity === "error" && !isLost(other))];
}

/** In the order of the text; at one place by code, so that the order is the same everywhere. */
function inOrder(diagnostics: Diagnostic[]): Diagnostic[] {
  return diagnostics.sort((a, b) => a.at.from - b.at.from || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
}

export { type Column, type ColumnType, showType } from "./column-type.ts";
export { outputsOf } from "./dag/outputs.ts";
export type { Diagnostic } from "./diagnostic.ts";
export { type Document, readDocument } from "./document.ts";
export { explain } from "./explain/index.ts";
export { checkExpression, containsAggregate, FUNCTIONS, parseExpression, signatureOf, toPlain } from "./expression/index.ts";
export { maskSecrets } from "./mask.ts";
export { kindOf, nodeKinds } from "./nodes/index.ts";
export type { NodeKind, Role } from "./nodes/node-kind.ts";
export type { Plan } from "./plan/plan.ts";
export { joinPointer } from "./pointer.ts";
export { type NodePreview, type PreviewStream, previewPipeline } from "./preview/index.ts";
export type { NodeType, SpecNode } from "./spec.ts";
export { configExamples } from "./validate/catalogue.gen.ts";
export { NAME } from "./validate/from.ts";
export { minimalConfig } from "./validate/minimal-config.ts";
