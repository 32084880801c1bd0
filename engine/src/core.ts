/** The browser-safe door to the core: text in, plan and artefacts out, no effects. */
import { buildDag } from "./dag.ts";
import { type Diagnostic, type Finding, hasErrors } from "./diagnostic.ts";
import { type Document, readDocument } from "./document.ts";
import { planPipeline } from "./plan/index.ts";
import type { Plan } from "./plan/plan.ts";
import { whereItStands } from "./pointer.ts";
import { type TypedDag, typeDag } from "./types.ts";
import { validate } from "./validate/index.ts";

/** What the core makes of one spec: everything it got to, and every diagnostic, in the order of the text. */
export interface Compilation {
  document: Document;
  typed?: TypedDag;
  plan?: Plan;
  diagnostics: Diagnostic[];
}

/** Compiles the text of a spec. Never throws for a user's mistake. */
export function compile(text: string, file: string): Compilation {
  const document = readDocument(text, file);
  if (document.findings.length > 0) return { document, diagnostics: placed(document, document.findings) };
  const checked = validate(document);
  // Mistakes are told all at once: what is right is looked at further although something else is not.
  const spec = checked.value ?? checked.partial?.spec;
  const dag = spec && buildDag(spec, checked.partial?.broken);
  const typed = dag && typeDag(dag.value);
  const later = [dag, typed].flatMap((stage) => stage?.findings ?? []);
  const findings = [
    ...checked.findings,
    ...later.map((finding) => ({ ...finding, pointer: whereItStands(finding.pointer, checked.moved) })),
  ];
  if (typed?.value === undefined || hasErrors(findings)) return { document, diagnostics: placed(document, findings) };
  const plan = planPipeline(typed.value);
  const diagnostics = placed(document, [...findings, ...plan.findings]);
  return { document, typed: typed.value, ...(plan.value && { plan: plan.value }), diagnostics };
}

/** In the order of the text; at one place by code, so that the order is the same everywhere. */
function placed(document: Document, findings: Finding[]): Diagnostic[] {
  return findings
    .map((finding) => document.place(finding))
    .sort((a, b) => a.at.from - b.at.from || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
}

export type { Diagnostic } from "./diagnostic.ts";
export type { Plan } from "./plan/plan.ts";
