import { Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { formTexts } from "../../texts/form.ts";
import { Field } from "../field.tsx";
import styles from "../form.module.css";
import { asRecord, type WidgetProps } from "./widget-props.ts";

/** Settings within a setting. */
export function ObjectWidget(props: WidgetProps) {
  return (
    <WhenSetUp {...props}>
      <Properties {...props} />
    </WhenSetUp>
  );
}

/** What need not be there is shown once it is, or once it is asked for. */
export function WhenSetUp({ schema, value, label, children }: WidgetProps & { children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  const isOptional = [schema.type].flat().includes("null") || schema.default !== undefined;
  if (!isOptional || isOpen || (value !== undefined && value !== null)) return children;
  return (
    <button type="button" className={styles.open} onClick={() => setOpen(true)}>
      <Plus size={14} aria-hidden /> {formTexts.setUp(label)}
    </button>
  );
}

/** The settings of an object, one below the other. `only` leaves out the others. */
export function Properties({ schema, value, path, only }: WidgetProps & { only?: readonly string[] }) {
  const isThere = value !== undefined && value !== null;
  return (
    <div className={styles.nested}>
      {Object.entries(schema.properties ?? {})
        .filter(([name]) => only?.includes(name) ?? true)
        .map(([name, property]) => (
          <Field
            key={name}
            name={name}
            schema={property}
            value={asRecord(value)[name]}
            isRequired={isThere && (schema.required?.includes(name) ?? false)}
            path={[...path, name]}
          />
        ))}
    </div>
  );
}
