import { formTexts } from "../../texts/form.ts";
import { useEditing } from "../editing.ts";
import { useChosen } from "../inputs.tsx";
import { shown, type WidgetProps } from "./widget-props.ts";

/** One of a few values. */
export function Choice({ schema, value: written, path, naming }: WidgetProps) {
  const { set } = useEditing();
  const [value, choose] = useChosen(written);
  const options = schema.enum ?? [];
  const isKnown = value === undefined || options.includes(value);
  const nothing = schema.default === undefined ? formTexts.choose : formTexts.defaultIs(shown(schema.default));
  return (
    <select
      {...naming}
      value={value === undefined ? "" : shown(value)}
      onChange={(event) => {
        const next = options.find((option) => shown(option) === event.target.value);
        if (set(path, next)) choose(next);
      }}
    >
      <option value="">{nothing}</option>
      {!isKnown && <option value={shown(value)}>{shown(value)}</option>}
      {options.map((option) => (
        <option key={shown(option)} value={shown(option)}>
          {wordsOf(option, schema["x-expects"])}
        </option>
      ))}
    </select>
  );
}

/** A value with what the contract says it means, as in `1 (ascending)`. */
function wordsOf(option: unknown, expects = ""): string {
  const text = option === "\t" ? formTexts.tab : shown(option);
  const [, meaning] =
    expects
      .split(/, | or /)
      .find((part) => part.startsWith(`${text} (`))
      ?.match(/\((.*)\)/) ?? [];
  return meaning === undefined ? text : `${meaning} (${text})`;
}
