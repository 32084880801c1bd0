import type { Schema } from "../../contracts.ts";
import { formTexts } from "../../texts/form.ts";
import { type Path, pointerTo, useEditing } from "../editing.ts";
import styles from "../form.module.css";
import { AddName, NameInput } from "../name-input.tsx";
import { RemoveButton } from "../remove-button.tsx";
import { TypePicker } from "./column-type.tsx";
import { asRecord, type WidgetProps } from "./widget-props.ts";

const COLUMN_NAME: Schema = { $ref: "common.schema.json#/definitions/columnName" };

/** The columns of a source: name, type, whether a row must have it, and what is in it. */
export function Columns({ value, path, label, naming }: WidgetProps) {
  return (
    <fieldset className={styles.group} {...naming}>
      <ColumnRows value={value} path={path} label={label} />
    </fieldset>
  );
}

/** Columns one below the other, and one more to add. */
export function ColumnRows({ value, path, label }: { value: unknown; path: Path; label: string }) {
  const { node, set, add, rename } = useEditing();
  const columns = Object.entries(asRecord(value));
  return (
    <div className={styles.columns}>
      {columns.map(([name, type], at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a column stays the same one when it is renamed.
        <div key={at} className={styles.column} data-part data-pointer={pointerTo(node, [...path, name])}>
          <NameInput
            schema={COLUMN_NAME}
            value={name}
            label={formTexts.nameOf(label, name)}
            path={path}
            onName={(to) => (to === name ? undefined : rename([...path, name], to))}
          />
          <TypePicker value={type} path={[...path, name]} label={name} canRequire />
          <RemoveButton name={name} onRemove={() => set([...path, name], undefined)} />
        </div>
      ))}
      <AddName
        schema={COLUMN_NAME}
        label={formTexts.add(label)}
        placeholder={formTexts.addColumn}
        path={path}
        onName={(name) => add([...path, name], "string")}
      />
    </div>
  );
}
