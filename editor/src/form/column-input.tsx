import { Autocomplete } from "@base-ui/react/autocomplete";
import type { Column } from "@pipeline-engine/engine/core";
import { type ColumnPath, pathsOf } from "./columns-of.ts";
import styles from "./form.module.css";
import { useTyped } from "./inputs.tsx";
import type { Naming } from "./naming.ts";

interface ColumnInputProps {
  value: string;
  onCommit: (value: string) => void;
  naming: Naming;
  columns: readonly Column[];
  placeholder?: string | undefined;
  isName?: boolean;
}

/** A path that is typed or chosen: the columns of the rows that come in, with their types. */
export function ColumnInput({ value, onCommit, naming, columns, placeholder, isName = false }: ColumnInputProps) {
  const typed = useTyped(value, onCommit, { isName });
  const paths = pathsOf(columns);
  return (
    <Autocomplete.Root
      items={paths}
      itemToStringValue={(item: ColumnPath) => item.path}
      value={typed.text}
      openOnInputClick
      onValueChange={(text, { reason }) => (reason === "item-press" ? typed.commit(text) : typed.type(text))}
    >
      <Autocomplete.Input
        {...naming}
        className="mono"
        placeholder={placeholder}
        spellCheck={false}
        onBlur={() => typed.commit()}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.currentTarget.hasAttribute("aria-activedescendant")) return;
          // What takes the focus hereupon must not take the key too.
          event.preventDefault();
          typed.commit();
        }}
      />
      <Autocomplete.Portal>
        <Autocomplete.Positioner sideOffset={2} align="start" className={styles.positioner}>
          <Autocomplete.Popup className={styles.options}>
            <Autocomplete.List>
              {({ path, type }: ColumnPath) => (
                <Autocomplete.Item key={path} value={{ path, type }} className={styles.option}>
                  <span>{path}</span> <small>{type}</small>
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </Autocomplete.Popup>
        </Autocomplete.Positioner>
      </Autocomplete.Portal>
    </Autocomplete.Root>
  );
}
