import { type DragEvent, type RefObject, useState } from "react";
import { catalogue } from "../catalogue.ts";
import { texts } from "../texts/index.ts";
import styles from "./palette.module.css";

/** The kind of data that a dragged node type is. */
export const DRAGGED = "application/x-node-type";

const ROLES = ["source", "topic", "transform", "sink"] as const;

/** The node types, by role, with a search. `fits` leaves out those that cannot be used here. */
export function Palette({
  fits = () => true,
  onPick,
  search,
}: {
  fits?: (type: string) => boolean;
  onPick: (type: string) => void;
  search?: RefObject<HTMLInputElement | null>;
}) {
  const [query, setQuery] = useState("");
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const hasWords = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  const found = catalogue().filter(({ type, title, description }) => fits(type) && hasWords(`${type} ${title} ${description}`));
  // Who types a name means what is called so, and not what speaks of it.
  const first = found.find(({ type, title }) => hasWords(`${type} ${title}`)) ?? found[0];
  return (
    <div className={styles.palette}>
      <input
        ref={search}
        type="search"
        className={styles.search}
        placeholder={texts.searchNodes}
        aria-label={texts.searchNodes}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || first === undefined) return;
          event.preventDefault();
          onPick(first.type);
          setQuery("");
        }}
      />
      <div className={styles.list}>
        {ROLES.map((role) => {
          const entries = found.filter((entry) => entry.role === role);
          if (entries.length === 0) return null;
          return (
            <section key={role} aria-label={texts.roles[role]}>
              <h2 className={styles.role}>{texts.roles[role]}</h2>
              <ul className={styles.types}>
                {entries.map((entry) => (
                  <li key={entry.type}>
                    <button
                      type="button"
                      className={styles.type}
                      data-role={role}
                      draggable
                      title={entry.description}
                      data-type={entry.type}
                      onDragStart={(event: DragEvent) => {
                        event.dataTransfer.setData(DRAGGED, entry.type);
                        event.dataTransfer.effectAllowed = "copy";
                      }}
                      onClick={() => onPick(entry.type)}
                    >
                      <span>{entry.title}</span>
                      <code>{entry.type.split(".")[1]}</code>
                    </button>
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
        {found.length === 0 && <p className={styles.none}>{texts.noSuchType(query)}</p>}
      </div>
    </div>
  );
}
