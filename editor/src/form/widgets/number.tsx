import { useEditing } from "../editing.ts";
import { TextInput } from "../inputs.tsx";
import { asText, placeholderOf, type WidgetProps } from "./widget-props.ts";

/** A number; the arrow keys change it. */
export function NumberWidget({ schema, value, path, naming }: WidgetProps) {
  const { set } = useEditing();
  return (
    <TextInput
      naming={naming}
      type="number"
      min={schema.minimum}
      max={schema.maximum}
      value={asText(value)}
      placeholder={placeholderOf(schema)}
      onCommit={(text) => set(path, text === "" ? undefined : Number(text))}
    />
  );
}
