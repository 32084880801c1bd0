import { useId } from "react";
import { resolved, type Schema } from "../contracts.ts";
import { formTexts } from "../texts/form.ts";
import { type Path, pointerTo, useEditing } from "./editing.ts";
import styles from "./form.module.css";
import type { Naming } from "./naming.ts";
import { Problems, useProblems } from "./problems-at.tsx";
import { GROUPS, widgetOf } from "./widget-of.ts";
import { WIDGETS } from "./widgets/index.ts";
import { WithCode } from "./with-code.tsx";

interface FieldProps {
  name: string;
  schema: Schema;
  /** As it is written; undefined where it is not. */
  value: unknown;
  isRequired: boolean;
  path: Path;
}

/** One setting: its title, what it is for, the widget that fits its schema, and what is wrong with it. */
export function Field({ name, schema: given, value, isRequired, path }: FieldProps) {
  const { node, set } = useEditing();
  const id = useId();
  const schema = resolved(given);
  const kind = widgetOf(schema);
  const isGroup = GROUPS.has(kind);
  const pointer = pointerTo(node, path);
  const problems = useProblems(pointer, isGroup);
  const label = schema.title ?? name;
  const hasError = problems.some(({ severity }) => severity === "error");
  const about = [schema.description !== undefined && `${id}about`, problems.length > 0 && `${id}problems`]
    .filter(Boolean)
    .join(" ");
  const naming: Naming = {
    // A label names no element that is edited as text.
    ...(!isGroup && { id }),
    ...((isGroup || kind === "expression") && { "aria-labelledby": `${id}label` }),
    ...(!isGroup && isRequired && { "aria-required": true }),
    ...(about !== "" && { "aria-describedby": about }),
    ...(hasError && !isGroup && { "aria-invalid": true }),
  };
  const hasDefault = schema.default !== undefined && schema.default !== null;
  const Widget = WIDGETS[kind];
  const widget = <Widget schema={schema} value={value} path={path} label={label} naming={naming} />;
  return (
    <div className={styles.field} data-field={name} data-pointer={pointer}>
      <div className={styles.labelRow}>
        {isGroup ? (
          <span id={`${id}label`} className={styles.label}>
            {label}
          </span>
        ) : (
          <label htmlFor={id} id={`${id}label`} className={styles.label}>
            {kind === "switch" && widget}
            {label}
          </label>
        )}
        {isRequired && <small className={styles.mark}>{formTexts.required}</small>}
        {value !== undefined && !isRequired && (
          <button
            type="button"
            className={styles.unset}
            aria-label={(hasDefault ? formTexts.unsetOf : formTexts.clearOf)(label)}
            onClick={() => set(path, undefined)}
          >
            {hasDefault ? formTexts.unset : formTexts.clear}
          </button>
        )}
      </div>
      {schema.description !== undefined && (
        <small id={`${id}about`} className={styles.about}>
          <WithCode text={schema.description} />
        </small>
      )}
      {kind !== "switch" && widget}
      <Problems id={`${id}problems`} problems={problems} />
    </div>
  );
}

interface PartProps extends Pick<FieldProps, "schema" | "value" | "path"> {
  label: string;
  /** It is all there is: what is wrong with it is told at the field. */
  isWhole?: boolean;
}

/** A value in a map or a list: the widget that fits its schema, and what is wrong with it. */
export function Part({ schema: given, value, path, label, isWhole = false }: PartProps) {
  const { node } = useEditing();
  const id = useId();
  const schema = resolved(given);
  const kind = widgetOf(schema);
  const pointer = pointerTo(node, path);
  const problems = useProblems(pointer, GROUPS.has(kind));
  const naming: Naming = {
    "aria-label": label,
    ...(problems.length > 0 && !isWhole && { "aria-describedby": id }),
    ...(problems.some(({ severity }) => severity === "error") && { "aria-invalid": true }),
  };
  const Widget = WIDGETS[kind];
  return (
    <div className={styles.part} data-part data-pointer={pointer}>
      <Widget schema={schema} value={value} path={path} label={label} naming={naming} />
      {!isWhole && <Problems id={id} problems={problems} />}
    </div>
  );
}
