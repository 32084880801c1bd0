import { useEditing } from "../editing.ts";
import { useChosen } from "../inputs.tsx";
import type { WidgetProps } from "./widget-props.ts";

/** Yes or no. */
export function Switch({ schema, value, path, naming }: WidgetProps) {
  const { set } = useEditing();
  const [isOn, choose] = useChosen(Boolean(value ?? schema.default));
  return (
    <input
      type="checkbox"
      {...naming}
      checked={isOn}
      onChange={(event) => set(path, event.target.checked) && choose(event.target.checked)}
    />
  );
}
