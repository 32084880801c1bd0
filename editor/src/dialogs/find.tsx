import { type RefObject, useState } from "react";
import { entryOf } from "../catalogue.ts";
import { useEditor } from "../state/editor.ts";
import { texts } from "../texts/index.ts";
import { closeDialog } from "./dialog-state.ts";
import styles from "./dialogs.module.css";

const MOST_SHOWN = 50;

/** Finds a node by its id, its type or what it does, and selects it. */
export function Find({ first }: { first: RefObject<HTMLInputElement | null> }) {
  const nodes = useEditor((state) => state.picture?.nodes) ?? [];
  const [query, setQuery] = useState("");
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = nodes.filter(({ id, type, summary, description = "" }) => {
    const text = `${id} ${type} ${entryOf(type)?.title ?? ""} ${summary} ${description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const choose = (id: string) => {
    closeDialog();
    useEditor.setState({ selected: [id] });
  };
  return (
    <>
      <input
        ref={first}
        type="search"
        aria-label={texts.findNodes}
        placeholder={texts.findNodes}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && found[0] !== undefined) choose(found[0].id);
        }}
      />
      <ul className={styles.choices}>
        {found.slice(0, MOST_SHOWN).map(({ id, type, summary }) => (
          <li key={id}>
            <button type="button" onClick={() => choose(id)}>
              {id} <small>{[entryOf(type)?.title ?? type, summary].filter(Boolean).join(" · ")}</small>
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p>{texts.foundNone(query)}</p>}
    </>
  );
}
