import { useId, useState } from "react";
import { formTexts } from "../../texts/form.ts";
import { useEditing } from "../editing.ts";
import styles from "../form.module.css";
import { TextInput } from "../inputs.tsx";
import { refusing } from "../naming.ts";
import { Refusal } from "../problems-at.tsx";
import { asText, placeholderOf, type WidgetProps } from "./widget-props.ts";

const REFERENCE = /^\$\{(?:env:([^}:]*)(?::-([^}]*))?|file:([^}]*))\}$/;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

type Kind = "value" | "env" | "file";
interface Parts {
  kind: Kind;
  text: string;
  byDefault?: string;
}

/** A value, or where it comes from when the pipeline runs: an environment variable or a file. A secret is never a value, and a default of one neither. */
export function Reference({ schema, value, path, label, naming }: WidgetProps) {
  const { set } = useEditing();
  const [picked, setPicked] = useState<Kind>();
  const [refused, setRefused] = useState<string>();
  const refusal = useId();
  const isSecret = schema["x-secret"] === true;
  const written = partsOf(asText(value));
  const isLiteralSecret = isSecret && value !== undefined && written.kind === "value";
  const isWritten = value !== undefined && value !== null;
  const kind = picked ?? (isWritten && !isLiteralSecret ? written.kind : isSecret ? "env" : "value");
  const parts: Parts = kind === written.kind ? written : { kind, text: "" };
  const write = (next: Parts) => {
    const text = textOf(next);
    const why = text === "" ? undefined : whyNot(next);
    setRefused(why);
    if (why !== undefined) return;
    setPicked(undefined);
    set(path, text === "" ? undefined : text);
  };
  const commit = (text: string) => {
    const given = partsOf(text);
    // A whole reference may be pasted.
    if (given.kind !== "value") write(isSecret ? { kind: given.kind, text: given.text } : given);
    else write({ ...parts, kind, text });
  };
  return (
    <>
      <div className={styles.reference}>
        <select
          aria-label={formTexts.kindOf(label)}
          value={kind}
          onChange={(event) => {
            setRefused(undefined);
            setPicked(event.target.value as Kind);
          }}
        >
          {!isSecret && <option value="value">{formTexts.referenceKinds.value}</option>}
          <option value="env">{formTexts.referenceKinds.env}</option>
          <option value="file">{formTexts.referenceKinds.file}</option>
        </select>
        <TextInput
          key={kind}
          mono
          naming={refusing(naming, refusal, refused)}
          value={isLiteralSecret ? "" : parts.text}
          placeholder={kind === "value" ? placeholderOf(schema) : formTexts.referenceExamples[kind]}
          onCommit={commit}
        />
      </div>
      {kind === "env" && !isSecret && (
        <div className={styles.inline}>
          <span aria-hidden>{formTexts.unlessSet}</span>
          <TextInput
            mono
            naming={{ "aria-label": formTexts.defaultOf(label) }}
            value={parts.byDefault ?? ""}
            placeholder={formTexts.noDefault}
            onCommit={(byDefault) => write({ kind: "env", text: parts.text, ...(byDefault !== "" && { byDefault }) })}
          />
        </div>
      )}
      {isSecret && <small className={styles.about}>{isLiteralSecret ? formTexts.secretWritten : formTexts.secret}</small>}
      <Refusal id={refusal} text={refused} />
    </>
  );
}

function partsOf(text: string): Parts {
  const [all, env, byDefault, file] = REFERENCE.exec(text) ?? [];
  if (all === undefined) return { kind: "value", text };
  if (file !== undefined) return { kind: "file", text: file };
  return { kind: "env", text: env ?? "", ...(byDefault !== undefined && { byDefault }) };
}

function textOf({ kind, text, byDefault }: Parts): string {
  if (kind === "value" || text === "") return text;
  return kind === "file" ? `\${file:${text}}` : `\${env:${text}${byDefault === undefined ? "" : `:-${byDefault}`}}`;
}

/** Why a reference cannot be written so. Never quotes what was typed: it may be the secret itself. */
function whyNot({ kind, text, byDefault = "" }: Parts): string | undefined {
  if (kind === "env" && !NAME.test(text)) return formTexts.noVariable;
  if (kind !== "value" && /[}]/.test(text + byDefault)) return formTexts.noBrace;
  return undefined;
}
