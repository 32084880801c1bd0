import { useEffect, useRef, useState } from "react";
import { formTexts } from "../../texts/form.ts";
import { useEditing } from "../editing.ts";
import { Part } from "../field.tsx";
import { focusIn } from "../focus.ts";
import styles from "../form.module.css";
import { AddName, NameInput } from "../name-input.tsx";
import { RemoveButton } from "../remove-button.tsx";
import { widgetOf } from "../widget-of.ts";
import { asRecord, type WidgetProps } from "./widget-props.ts";

/** A map of names to values, each with the widget that its schema asks for. A new name is written with its value. */
export function MapWidget({ schema, value, path, label, naming }: WidgetProps) {
  const { set, rename } = useEditing();
  const [drafts, setDrafts] = useState<readonly string[]>([]);
  const entries = asRecord(value);
  const names = Object.keys(entries);
  const open = drafts.filter((name) => !(name in entries));
  const inner = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
  const isWide = widgetOf(inner) === "object";
  const renameTo = (name: string, to: string) => {
    if (name in entries) return rename([...path, name], to);
    setDrafts(open.map((one) => (one === name ? to : one)));
    return undefined;
  };
  return (
    <fieldset className={styles.entries} {...naming}>
      {[...names, ...open].map((name, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an entry stays the same one when it is renamed.
        <Entry key={at} isWide={isWide} isNew={at >= names.length}>
          <NameInput
            schema={schema.propertyNames}
            value={name}
            label={formTexts.nameOf(label, name)}
            path={path}
            onName={(to) => (to === name ? undefined : renameTo(name, to))}
          />
          <Part schema={inner} value={entries[name]} path={[...path, name]} label={`${label}: ${name}`} />
          <RemoveButton
            name={name}
            onRemove={() => (name in entries ? set([...path, name], undefined) : setDrafts(open.filter((one) => one !== name)))}
          />
        </Entry>
      ))}
      <AddName
        schema={schema.propertyNames}
        label={formTexts.add(label)}
        placeholder={formTexts.addName}
        path={path}
        onName={(name) => {
          if (name in entries || open.includes(name)) return formTexts.isThere(name);
          setDrafts([...open, name]);
          return undefined;
        }}
      />
    </fieldset>
  );
}

/** The cursor goes to the value of a new entry. */
function Entry({ isWide, isNew, children }: { isWide: boolean; isNew: boolean; children: React.ReactNode }) {
  const row = useRef<HTMLDivElement | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when it comes.
  useEffect(() => {
    const part = row.current?.querySelector<HTMLElement>("[data-part]");
    if (isNew && part) focusIn(part);
  }, []);
  return (
    <div ref={row} className={isWide ? styles.wideEntry : styles.entry}>
      {children}
    </div>
  );
}
