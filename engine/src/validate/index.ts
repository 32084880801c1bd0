import type { NodeConfigs, NodeType, SourceHttpConfig } from "@pipeline-engine/schemas/types";
import { parseColumns } from "../columns-notation.ts";
import { type Checked, type Finding, hasErrors } from "../diagnostic.ts";
import type { Document } from "../document.ts";
import { joinPointer } from "../pointer.ts";
import type { Spec, SpecNode } from "../spec.ts";
import { configMarks, configValidators, envelope, nodeFrame } from "./catalogue.gen.ts";
import { readFrom } from "./from.ts";
import * as messages from "./messages.ts";
import { literalPasswords, referenceFindings, withoutSecretValues } from "./secrets.ts";
import { copied, record, shape } from "./shape.ts";

/** The result of validation. */
export interface Validation extends Checked<Spec> {
  /** What can still be looked at when there are errors: the nodes that are right, and the ids of those that are not. */
  partial?: { spec: Spec; broken: string[] };
}

/** Checks the shape of a document, every node by the contract of its type, and fills in defaults. Reports all mistakes at once. */
export function validate(document: Document): Validation {
  const head = shape(document, document.value, "", envelope);
  const findings = [...head.findings];
  const raw = Array.isArray(record(head.value).nodes) ? (record(head.value).nodes as unknown[]) : [];
  const nodes: SpecNode[] = [];
  const broken: string[] = [];
  const lines = new Map<string, number>();
  raw.forEach((value, i) => {
    const pointer = joinPointer("/nodes", i);
    const checked = validateNode(document, value, pointer);
    const id = record(value).id;
    if (typeof id === "string") checked.findings.push(...idFindings(document, id, pointer, lines));
    findings.push(...checked.findings);
    if (checked.value !== undefined && !hasErrors(checked.findings)) nodes.push(checked.value);
    else if (typeof id === "string") broken.push(id);
  });
  findings.push(
    ...literalPasswords(document.value).filter(
      (secret) => !findings.some((f) => f.code === secret.code && f.pointer === secret.pointer),
    ),
  );
  const { name, description } = record(head.value);
  const spec: Spec = {
    version: 1,
    name: String(name),
    ...(typeof description === "string" && description !== "" && { description }),
    nodes,
  };
  return hasErrors(findings) ? { findings, partial: { spec, broken } } : { value: spec, findings };
}

function validateNode(document: Document, value: unknown, pointer: string): Checked<SpecNode> {
  const frame = shape(document, value, pointer, nodeFrame);
  const findings = frame.findings;
  const { id, type, from, description, onError, config } = record(frame.value);
  const inputs = readFrom(document, record(value).from === undefined ? undefined : from, joinPointer(pointer, "from"), findings);
  if (typeof type !== "string") return { findings };
  if (!isNodeType(type)) {
    const known = Object.keys(configValidators);
    const without = findings.filter((finding) => finding.pointer !== pointer || !finding.message.startsWith("`config`"));
    return { findings: [...without, { ...messages.unknownNodeType(type, known), pointer: joinPointer(pointer, "type") }] };
  }
  if (typeof config !== "object" || config === null || Array.isArray(config)) return { findings };
  const checked = validateConfig(document, type, config, joinPointer(pointer, "config"));
  findings.push(...checked.findings);
  if (checked.value === undefined || hasErrors(findings)) return { findings };
  const node = {
    id,
    type,
    from: inputs,
    config: checked.value,
    ...(description !== "" && { description }),
    onError,
    pointer,
  };
  // The validators have just established what the type says.
  return { value: node as SpecNode, findings };
}

function validateConfig(document: Document, type: NodeType, config: object, pointer: string): Checked<NodeConfigs[NodeType]> {
  const references = referenceFindings(config, pointer, configMarks[type]);
  const refused = new Set(
    references.filter((finding) => finding.code === "reference/not-here").map((finding) => finding.pointer),
  );
  const shaped = shape(document, config, pointer, configValidators[type]);
  const shapeFindings = withoutSecretValues(shaped.findings, pointer, configMarks[type]);
  const findings = [...shapeFindings.filter((finding) => !refused.has(finding.pointer)), ...references];
  if (type === "source.http" && "columns" in config) {
    findings.push(...parseColumns((config as SourceHttpConfig).columns, joinPointer(pointer, "columns")).findings);
  }
  if (hasErrors(findings)) return { findings };
  return { value: copied(shaped.value, configMarks[type]) as NodeConfigs[NodeType], findings };
}

function idFindings(document: Document, id: string, pointer: string, lines: Map<string, number>): Finding[] {
  const at = joinPointer(pointer, "id");
  const taken = lines.get(id);
  if (taken !== undefined) return [{ ...messages.duplicateId(id, taken), pointer: at }];
  lines.set(id, document.locate(at).line);
  return [];
}

function isNodeType(type: string): type is NodeType {
  return Object.hasOwn(configValidators, type);
}
