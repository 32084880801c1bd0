import type { NodeConfigs, NodeType } from "@pipeline-engine/schemas/types";
import { parseColumns } from "../columns-notation.ts";
import { type Finding, hasErrors } from "../diagnostic.ts";
import type { Document } from "../document.ts";
import { kindOf } from "../nodes/index.ts";
import { joinPointer, type Moved, valueAt, whereItStands } from "../pointer.ts";
import type { Input, Mended, SpecNode } from "../spec.ts";
import { configExamples, configMarks, configValidators, nodeFrame } from "./catalogue.gen.ts";
import { readFrom } from "./from.ts";
import { mendConfig } from "./mend.ts";
import * as messages from "./messages.ts";
import { referenceFindings, withoutSecretValues } from "./secrets.ts";
import { copied, record, type Shaped, shallow, shape, type WrongPlace } from "./shape.ts";

/** A node, mended where it had mistakes and without a value where that cannot be done, and everything found in it. */
export interface ValidatedNode {
  value?: SpecNode;
  findings: Finding[];
  moved: Moved[];
}

/** Checks one node by its frame and the contract of its type. `wrongIds` are ids that are none, but name a node all the same. */
export function validateNode(document: Document, value: unknown, pointer: string, wrongIds: ReadonlySet<string>): ValidatedNode {
  const frame = shape(document, value, pointer, nodeFrame, shallow);
  const { id, type, description, onError, config } = record(frame.value);
  const findings = [...frame.findings];
  const inputs: Finding[] = [];
  const from = readFrom(document, record(frame.given).from, joinPointer(pointer, "from"), inputs, wrongIds);
  findings.push(...inputs);
  const placed = (list: Finding[], moved: Moved[]) => list.map((f) => ({ ...f, pointer: whereItStands(f.pointer, moved) }));
  const broken = (list: Finding[]) => ({ findings: placed(list, frame.moved), moved: frame.moved });
  if (typeof type !== "string") return broken(findings);
  if (!isNodeType(type)) {
    const known = Object.keys(configValidators);
    return broken([...findings, { ...messages.unknownNodeType(type, known), pointer: joinPointer(pointer, "type") }]);
  }
  if (record(frame.given).config === undefined && !configValidators[type]({})) {
    const missing = { ...messages.missingKey("config", configExamples[type]), pointer, on: "key" as const };
    return broken([...findings, missing]);
  }
  if (typeof config !== "object" || config === null || Array.isArray(config)) return broken(findings);
  const checked = validateConfig(document, type, config, joinPointer(pointer, "config"));
  const moved = [...frame.moved, ...checked.moved];
  const mended: Mended = { places: [], otherConfigs: [], ...checked.mended, ...(inputs.length > 0 && { inputs: true }) };
  const node = {
    id,
    type,
    from: inOrder(from, type).map((input) => ({ ...input, pointer: whereItStands(input.pointer, frame.moved) })),
    config: checked.config,
    ...(typeof description === "string" && description !== "" && { description }),
    onError: frame.wrong.some((place) => place.pointer === joinPointer(pointer, "onError")) ? "dead-letter" : onError,
    pointer,
    ...((checked.mended !== undefined || inputs.length > 0) && { mended }),
  };
  // The validators have just established what the type says.
  return { value: node as SpecNode, findings: placed([...findings, ...checked.findings], moved), moved };
}

/** Inputs that a type reads by name, in the order of its names. */
function inOrder(from: Input[], type: NodeType): Input[] {
  const { names = [] } = kindOf(type).inputs;
  const place = ({ name }: Input) => (name === undefined || !names.includes(name) ? names.length : names.indexOf(name));
  return from.toSorted((a, b) => place(a) - place(b));
}

interface ValidatedConfig {
  config: NodeConfigs[NodeType];
  mended?: Pick<Mended, "places" | "otherConfigs" | "without">;
  findings: Finding[];
  moved: Moved[];
}

function validateConfig(document: Document, type: NodeType, config: object, pointer: string): ValidatedConfig {
  const marks = configMarks[type];
  const shaped = shape(document, config, pointer, configValidators[type]);
  const references = referenceFindings(shaped.given, pointer, marks);
  const refused = new Set(references.filter(({ code }) => code === "reference/not-here").map((finding) => finding.pointer));
  const shapeFindings = withoutSecretValues(shaped.findings, pointer, marks);
  const columns = columnsFindings(type, shaped.given, pointer);
  const findings = [...shapeFindings.filter((finding) => !refused.has(finding.pointer)), ...references, ...columns];
  const { moved } = shaped;
  const wrong = wrongPlaces(shaped, [...references, ...columns]);
  if (wrong.length === 0) return { config: copied(shaped.value, marks) as NodeConfigs[NodeType], findings, moved };
  const { config: mended, others, ...rest } = mendConfig(type, shaped.given, pointer, wrong);
  return { config: mended, mended: { ...rest, otherConfigs: others }, findings, moved };
}

function columnsFindings(type: NodeType, config: unknown, pointer: string): Finding[] {
  return configMarks[type].columns.flatMap((path) => {
    const value = valueAt(config, path);
    return value === undefined ? [] : parseColumns(value, joinPointer(pointer, ...path)).findings;
  });
}

function wrongPlaces({ wrong }: Shaped, found: Finding[]): WrongPlace[] {
  const more = found.filter((finding) => hasErrors([finding])).map(({ pointer, on }) => ({ pointer, drop: on === "key" }));
  return [...wrong, ...more];
}

function isNodeType(type: string): type is NodeType {
  return Object.hasOwn(configValidators, type);
}
