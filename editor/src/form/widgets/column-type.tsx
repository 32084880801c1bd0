import { formTexts } from "../../texts/form.ts";
import { type Path, pointerTo, useEditing } from "../editing.ts";
import styles from "../form.module.css";
import { TextInput, useChosen } from "../inputs.tsx";
import { Problems, useProblems } from "../problems-at.tsx";
import { ColumnRows } from "./columns.tsx";

/** A type in the notation of a spec, such as `decimal(10,2)!`, taken apart. */
interface Notation {
  kind: string;
  parameter: string;
  isRequired: boolean;
}

const KINDS = ["string", "int", "long", "double", "decimal", "boolean", "timestamp", "date", "binary", "map", "fields", "list"];
/** What stands in the brackets of a type that needs something there. */
const PARAMETERS: Record<string, string> = { decimal: "10,2", map: "string" };
const TIMESTAMP_UNITS = ["", "s", "ms", "us"];

interface TypePickerProps {
  value: unknown;
  path: Path;
  label: string;
  canRequire?: boolean;
}

/** The type of a column, and what is in it: the fields of a struct, the items of a list. */
export function TypePicker({ value: written, path, label, canRequire = false }: TypePickerProps) {
  const { node, set } = useEditing();
  const [value, choose] = useChosen(written);
  const problems = useProblems(pointerTo(node, path), true);
  const notation = readNotation(value);
  const { kind, isRequired } = notation;
  const writeValue = (next: unknown) => {
    if (set(path, next)) choose(next);
  };
  const write = (next: Partial<Notation>) => writeValue(notationText({ ...notation, ...next }));
  const pick = (next: string) => {
    if (next === "fields") writeValue({ [formTexts.firstField]: "string" });
    else if (next === "list") writeValue([typeof value === "string" ? value.replace("!", "") : value]);
    else write({ kind: next, parameter: PARAMETERS[next] ?? "" });
  };
  return (
    <>
      <div className={styles.type}>
        <select aria-label={formTexts.typeOf(label)} value={kind} onChange={(event) => pick(event.target.value)}>
          {!KINDS.includes(kind) && <option value={kind}>{kind}</option>}
          {KINDS.map((one) => (
            <option key={one} value={one}>
              {formTexts.typeNames[one] ?? one}
            </option>
          ))}
        </select>
        {canRequire && kind !== "fields" && kind !== "list" && (
          <label className={styles.required} title={formTexts.requiredAbout}>
            <input
              type="checkbox"
              aria-label={formTexts.requiredOf(label)}
              checked={isRequired}
              onChange={(event) => write({ isRequired: event.target.checked })}
            />
            {formTexts.required}
          </label>
        )}
        {kind === "timestamp" && (
          <select
            aria-label={formTexts.unitOf(label)}
            value={notation.parameter}
            onChange={(event) => write({ parameter: event.target.value })}
          >
            {TIMESTAMP_UNITS.map((unit) => (
              <option key={unit} value={unit}>
                {formTexts.timestampUnits[unit]}
              </option>
            ))}
          </select>
        )}
        {kind in PARAMETERS && (
          <TextInput
            mono
            isName
            naming={{ "aria-label": formTexts.parameterOf(kind, label) }}
            value={notation.parameter}
            onCommit={(parameter) => write({ parameter: parameter || (PARAMETERS[kind] ?? "") })}
          />
        )}
      </div>
      <div className={styles.full}>
        <Problems problems={problems} />
      </div>
      {kind === "fields" && (
        <div className={styles.inner}>
          <ColumnRows value={value} path={path} label={label} />
        </div>
      )}
      {kind === "list" && (
        <div className={styles.inner}>
          <small className={styles.about}>{formTexts.eachItem}</small>
          <TypePicker value={(value as unknown[])[0]} path={[...path, 0]} label={formTexts.itemOf(label)} />
        </div>
      )}
    </>
  );
}

function readNotation(value: unknown): Notation {
  if (Array.isArray(value)) return { kind: "list", parameter: "", isRequired: false };
  if (typeof value === "object" && value !== null) return { kind: "fields", parameter: "", isRequired: false };
  const text = String(value ?? "");
  const [, kind = text, parameter = "", required] = /^(\w+)(?:\((.*)\))?(!)?$/.exec(text) ?? [];
  return { kind, parameter, isRequired: required !== undefined };
}

function notationText({ kind, parameter, isRequired }: Notation): string {
  return `${kind}${parameter === "" ? "" : `(${parameter})`}${isRequired ? "!" : ""}`;
}
