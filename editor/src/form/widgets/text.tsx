import { useEditing } from "../editing.ts";
import { TextInput } from "../inputs.tsx";
import { asText, placeholderOf, type WidgetProps } from "./widget-props.ts";

/** Any text. */
export function Text({ schema, value, path, naming }: WidgetProps) {
  const { set } = useEditing();
  return (
    <TextInput
      naming={naming}
      value={asText(value)}
      placeholder={placeholderOf(schema)}
      onCommit={(text) => set(path, text === "" ? undefined : text)}
    />
  );
}
