import { useEditing } from "../editing.ts";
import type { WidgetProps } from "./widget-props.ts";

/** Yes or no. */
export function Switch({ schema, value, path, naming }: WidgetProps) {
  const { set } = useEditing();
  return (
    <input
      type="checkbox"
      {...naming}
      checked={Boolean(value ?? schema.default)}
      onChange={(event) => set(path, event.target.checked)}
    />
  );
}
