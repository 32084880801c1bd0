import { useId, useState } from "react";
import { formTexts, type WindowKind } from "../../texts/form.ts";
import { useEditing } from "../editing.ts";
import styles from "../form.module.css";
import { WithCode } from "../with-code.tsx";
import { Properties, WhenSetUp } from "./object.tsx";
import { asRecord, type WidgetProps } from "./widget-props.ts";

/** The settings that only some kinds of windows have. */
const OWN: Record<WindowKind, readonly string[]> = { fixed: ["size"], sliding: ["size", "slide"], session: ["gap"] };

/** Windows of event time: their kind, what it needs, and a sentence that says what they do. */
export function Window(props: WidgetProps) {
  return (
    <WhenSetUp {...props}>
      <Builder {...props} />
    </WhenSetUp>
  );
}

function Builder(props: WidgetProps) {
  const { schema, path } = props;
  const { set } = useEditing();
  const [picked, setPicked] = useState<WindowKind>();
  const group = useId();
  const value = asRecord(props.value);
  const names = Object.keys(schema.properties ?? {});
  const kinds = (Object.keys(OWN) as WindowKind[]).filter((kind) => OWN[kind].every((name) => names.includes(name)));
  const written: WindowKind = value.gap ? "session" : value.slide ? "sliding" : "fixed";
  const kind = picked ?? written;
  const foreign = Object.values(OWN)
    .flat()
    .filter((name) => !OWN[kind].includes(name));
  const pick = (next: WindowKind) => {
    setPicked(next);
    if (Object.keys(value).length === 0) return;
    const length = value.size ?? value.gap;
    const first = OWN[next][0] ?? "";
    const own = Object.entries(value).filter(([name]) => OWN[next].includes(name) || !Object.values(OWN).flat().includes(name));
    const missing = length !== undefined && !own.some(([name]) => name === first) ? { [first]: length } : {};
    set(path, { ...Object.fromEntries(own), ...missing });
  };
  return (
    <div className={styles.window}>
      <fieldset className={styles.kinds}>
        <legend>{formTexts.windowKind}</legend>
        {kinds.map((one) => (
          <label key={one} className={styles.kind}>
            <input type="radio" name={group} checked={kind === one} onChange={() => pick(one)} />
            <span>
              {formTexts.windowKinds[one].name}
              <small>{formTexts.windowKinds[one].about}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <p className={styles.sentence} role="status">
        <WithCode text={formTexts.windowSentence(kind, value)} />
      </p>
      <Properties {...props} only={names.filter((name) => !foreign.includes(name))} />
    </div>
  );
}
