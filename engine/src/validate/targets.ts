import type { Target, Targets } from "@pipeline-engine/schemas/types";
import { type Checked, didYouMean, hasErrors } from "../diagnostic.ts";
import type { Document } from "../document.ts";
import { joinPointer, whereItStands } from "../pointer.ts";
import { targetMarks, targetsFrame, targetValidators } from "./catalogue.gen.ts";
import { literalPasswords, referenceFindings, withoutSecretValues } from "./secrets.ts";
import { copied, record, shape } from "./shape.ts";

/** Checks a targets.yaml, every target by the contract of its kind, and fills in defaults. References stay unresolved. */
export function validateTargets(document: Document): Checked<Targets> {
  const head = shape(document, document.value, "", targetsFrame);
  const findings = head.findings.map((finding) => ({ ...finding, pointer: whereItStands(finding.pointer, head.moved) }));
  const frame = record(head.value);
  const targets: Record<string, Target> = Object.create(null);
  for (const [name, value] of Object.entries(record(frame.targets))) {
    const checked = validateTarget(document, value, joinPointer(whereItStands("/targets", head.moved), name));
    findings.push(...checked.findings);
    if (checked.value !== undefined) targets[name] = checked.value;
  }
  const names = Object.keys(record(frame.targets));
  const preset = String(frame.default);
  if (names.length > 0 && !names.includes(preset)) {
    const hint = didYouMean(preset, names) ?? `there are ${names.join(", ")}`;
    findings.push({
      code: "target/unknown",
      pointer: whereItStands("/default", head.moved),
      message: `The default target \`${preset}\` does not exist.`,
      hint,
    });
  }
  findings.push(
    ...literalPasswords(document.value).filter(
      (secret) => !findings.some((f) => f.code === secret.code && f.pointer === secret.pointer),
    ),
  );
  return hasErrors(findings) ? { findings } : { value: { version: 1, default: preset, targets }, findings };
}

function validateTarget(document: Document, value: unknown, pointer: string): Checked<Target> {
  const kind = record(value).kind === "services" ? "services" : "local";
  const known = record(value).kind;
  if (typeof known === "string" && !Object.hasOwn(targetValidators, known)) {
    const hint = didYouMean(known, ["local", "services"]) ?? "the kinds are local and services";
    return {
      findings: [
        {
          code: "target/unknown-kind",
          pointer: joinPointer(pointer, "kind"),
          message: `There is no kind of target \`${known}\`.`,
          hint,
        },
      ],
    };
  }
  const shaped = shape(document, value, pointer, targetValidators[kind]);
  const findings = [
    ...withoutSecretValues(shaped.findings, pointer, targetMarks[kind]),
    ...referenceFindings(shaped.given, pointer, targetMarks[kind]),
  ].map((finding) => ({ ...finding, pointer: whereItStands(finding.pointer, shaped.moved) }));
  return hasErrors(findings) ? { findings } : { value: copied(shaped.value, targetMarks[kind]) as Target, findings };
}
