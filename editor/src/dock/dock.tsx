import { Maximize2, Minimize2 } from "lucide-react";
import { Suspense, useEffect } from "react";
import { type Dock as DockName, useEditor } from "../state/editor.ts";
import { texts } from "../texts/index.ts";
import styles from "./dock.module.css";
import { isPanel, PANELS } from "./panels.tsx";

const NAMES = Object.keys(PANELS) as DockName[];

/** What stands below the canvas: rows, problems, the run. */
export function Dock() {
  const dock = useEditor((state) => state.dock);
  const isLarge = useEditor((state) => state.isDockLarge);
  const count = useEditor((state) => state.diagnostics.length);
  const label = (name: DockName) => (name === "problems" ? `${PANELS[name].label} (${count})` : PANELS[name].label);
  useEffect(() => {
    const asked = new URLSearchParams(location.search).get("panel");
    if (isPanel(asked)) useEditor.setState({ dock: asked });
  }, []);
  const { Panel } = PANELS[dock];
  const Size = isLarge ? Minimize2 : Maximize2;
  return (
    <section className={styles.dock} aria-label={label(dock)}>
      <div className={styles.bar}>
        <div className={styles.tabs} role="tablist">
          {NAMES.map((name) => (
            <button key={name} type="button" role="tab" aria-selected={dock === name} onClick={() => showPanel(name)}>
              {label(name)}
            </button>
          ))}
        </div>
        <button
          type="button"
          className={styles.size}
          aria-pressed={isLarge}
          aria-label={texts.enlarge}
          onClick={() => useEditor.setState({ isDockLarge: !isLarge })}
        >
          <Size size={14} aria-hidden />
        </button>
      </div>
      <div className={styles.content} role="tabpanel">
        <Suspense>
          <Panel />
        </Suspense>
      </div>
    </section>
  );
}

/** Shows a panel, and says so in the page's address, so that a link can lead to it. */
function showPanel(name: DockName): void {
  useEditor.setState({ dock: name });
  history.replaceState(null, "", `?panel=${name}`);
}
