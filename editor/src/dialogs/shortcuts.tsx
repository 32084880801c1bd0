import { shortcutTexts } from "../texts/shortcuts.ts";
import { closeDialog } from "./dialog-state.ts";
import styles from "./dialogs.module.css";

/** What can be done by keyboard, and by which keys. */
export function Shortcuts() {
  return (
    <>
      <button type="button" className={styles.close} onClick={closeDialog}>
        {shortcutTexts.close}
      </button>
      {shortcutTexts.groups.map(({ title, keys }) => (
        <section key={title} aria-label={title}>
          <h3 className={styles.group}>{title}</h3>
          <dl className={styles.keys}>
            {keys.map(([key, what]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </>
  );
}
