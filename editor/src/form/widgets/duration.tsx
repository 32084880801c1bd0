import { useId, useState } from "react";
import { formTexts } from "../../texts/form.ts";
import { useEditing } from "../editing.ts";
import styles from "../form.module.css";
import { useTyped } from "../inputs.tsx";
import { refusing } from "../naming.ts";
import { Refusal } from "../problems-at.tsx";
import { asText, placeholderOf, type WidgetProps } from "./widget-props.ts";

const DURATION = /^\s*(\d*)\s*(ms|s|m|h|d)?\s*$/;
const UNITS = ["ms", "s", "m", "h", "d"] as const;
type Unit = (typeof UNITS)[number];

/** A number and its unit; both can be typed into the first, as in `90s`. */
export function Duration({ schema, value, path, label, naming }: WidgetProps) {
  const { set } = useEditing();
  const [refused, setRefused] = useState<string>();
  // A unit that was chosen before there is a number.
  const [picked, setPicked] = useState<Unit>();
  const refusal = useId();
  const written = asText(value);
  const [, number, unit] = DURATION.exec(written) ?? [];
  const byDefault = UNITS.find((one) => one === DURATION.exec(asText(schema.default ?? schema.examples?.[0]))?.[2]);
  const current = (unit as Unit | undefined) ?? picked ?? byDefault ?? "s";
  const write = (text: string, inUnit: Unit) => {
    const [, digits, typedUnit] = DURATION.exec(text) ?? [];
    const next = digits === undefined ? text : digits === "" ? "" : `${Number(digits)}${typedUnit ?? inUnit}`;
    const isWrong = next !== "" && !new RegExp(schema.pattern ?? "").test(next);
    setRefused(isWrong ? formTexts.noDuration(text.trim(), schema["x-expects"] ?? "") : undefined);
    if (!isWrong && next !== written) set(path, next === "" ? undefined : next);
  };
  const typed = useTyped(number ?? written, (text) => write(text, current), { written });
  return (
    <>
      <div className={styles.duration}>
        <input
          {...refusing(naming, refusal, refused)}
          value={typed.text}
          placeholder={placeholderOf(schema)}
          autoComplete="off"
          onChange={(event) => typed.type(event.target.value)}
          onBlur={() => typed.commit()}
          onKeyDown={(event) => event.key === "Enter" && typed.commit()}
        />
        <select
          aria-label={formTexts.unitOf(label)}
          value={current}
          onChange={(event) => {
            setPicked(event.target.value as Unit);
            if (typed.text !== "") write(typed.text.replace(/[a-z]+\s*$/, ""), event.target.value as Unit);
          }}
        >
          {UNITS.map((one) => (
            <option key={one} value={one}>
              {formTexts.units[one]}
            </option>
          ))}
        </select>
      </div>
      <Refusal id={refusal} text={refused} />
    </>
  );
}
