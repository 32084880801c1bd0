import { Plus } from "lucide-react";
import { useState } from "react";
import { resolved, type Schema } from "../../contracts.ts";
import { formTexts } from "../../texts/form.ts";
import { type Path, pointerTo, useEditing } from "../editing.ts";
import { Part } from "../field.tsx";
import styles from "../form.module.css";
import { AddName } from "../name-input.tsx";
import { useProblems } from "../problems-at.tsx";
import { RemoveButton } from "../remove-button.tsx";
import { widgetOf } from "../widget-of.ts";
import { asList, shown, type WidgetProps } from "./widget-props.ts";

/** A list, an item for each, and one more to add. `titleOf` says what an item is, where that is more than its number. */
export function List({ titleOf, ...props }: WidgetProps & { titleOf?: (item: unknown) => string }) {
  const { schema, value, path, label, naming } = props;
  const { set } = useEditing();
  const [isAdding, setAdding] = useState(false);
  const values = asList(value);
  const items = resolved(schema.items ?? {});
  const isObject = widgetOf(items) === "object";
  // A single one may stand without a list.
  const takesOne = [schema.type].flat().includes("string");
  const place = (at: number) => (Array.isArray(value) || value === undefined || value === null ? [...path, at] : path);
  const append = (item: unknown) => {
    if (values.length === 0) set(path, takesOne ? item : [item]);
    else if (Array.isArray(value)) set([...path, values.length], item);
    else set(path, [...values, item]);
  };
  const rows = isAdding && isObject ? [...values, undefined] : values;
  const name = schema.items?.title ?? label;
  return (
    <fieldset className={styles.entries} {...naming}>
      {rows.map((item, at) => {
        const title = item === undefined ? formTexts.newOne(name) : (titleOf?.(item) ?? `${name} ${at + 1}`);
        const onRemove = () => (item === undefined ? setAdding(false) : set(place(at), undefined));
        return isObject ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: an item is known by its place alone.
          <div key={at} className={styles.cardRow}>
            <Card schema={{ ...items, default: undefined }} value={item} path={[...path, at]} label={title} />
            <RemoveButton name={title} onRemove={onRemove} />
          </div>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: an item is known by its place alone.
          <div key={at} className={styles.item}>
            <Part schema={items} value={item} path={place(at)} label={`${label} ${at + 1}`} isWhole={place(at) === path} />
            <RemoveButton name={shown(item)} onRemove={onRemove} />
          </div>
        );
      })}
      {isObject ? (
        <button type="button" className={styles.open} onClick={() => setAdding(true)} disabled={rows.length > values.length}>
          <Plus size={14} aria-hidden /> {formTexts.add(name)}
        </button>
      ) : (
        <AddName
          schema={{ ...items, pattern: undefined }}
          label={formTexts.add(label)}
          placeholder={formTexts.addItem}
          path={path}
          onName={(text) => {
            const isNumber = widgetOf(items) === "number";
            if (values.includes(text)) return formTexts.isThere(text);
            append(isNumber ? Number(text) : text);
            return undefined;
          }}
        />
      )}
    </fieldset>
  );
}

/** An item of several settings: closed it says what it is, a new one and one with problems are open. */
function Card({ schema, value, path, label }: { schema: Schema; value: unknown; path: Path; label: string }) {
  const { node } = useEditing();
  const problems = useProblems(pointerTo(node, path), false);
  const [isOpen] = useState(value === undefined || problems.length > 0);
  return (
    <details className={styles.card} open={isOpen}>
      <summary className={styles.cardTitle}>
        {label}
        {problems.length > 0 && <span className={styles.error}> ✕ {problems.length}</span>}
      </summary>
      <Part schema={schema} value={value} path={path} label={label} />
    </details>
  );
}
