import { ColumnInput } from "../column-input.tsx";
import { useEditing } from "../editing.ts";
import { asText, placeholderOf, type WidgetProps } from "./widget-props.ts";

/** A column of the rows that come in, or a path into one. */
export function ColumnPicker({ schema, value, path, naming }: WidgetProps) {
  const { set, columnsAt } = useEditing();
  return (
    <ColumnInput
      naming={naming}
      columns={columnsAt(path)}
      value={asText(value)}
      placeholder={placeholderOf(schema)}
      onCommit={(text) => set(path, text === "" ? undefined : text)}
    />
  );
}
