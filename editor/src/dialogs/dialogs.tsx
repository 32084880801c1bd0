import { Dialog } from "@base-ui/react/dialog";
import { type FormEvent, useRef, useState } from "react";
import { add, connectNodes, rename } from "../canvas/actions.ts";
import { Palette } from "../canvas/palette.tsx";
import { texts } from "../texts/index.ts";
import { possibleEdges, typesBelow } from "./choices.ts";
import { type Ask, closeDialog, useDialog } from "./dialog-state.ts";
import styles from "./dialogs.module.css";
import { Find } from "./find.tsx";
import { Shortcuts } from "./shortcuts.tsx";

const TITLES = { add: texts.add, rename: texts.rename, connect: texts.connectTo, find: texts.find, shortcuts: texts.shortcuts };

/** The dialog that is open, if any. */
export function Dialogs() {
  const ask = useDialog((state) => state.ask);
  const first = useRef<HTMLInputElement | null>(null);
  return (
    <Dialog.Root open={ask !== undefined} onOpenChange={(open) => !open && closeDialog()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup
          className={styles.popup}
          initialFocus={ask?.kind === "connect" || ask?.kind === "shortcuts" ? undefined : first}
        >
          {ask !== undefined && (
            <>
              <Dialog.Title className={styles.title}>{TITLES[ask.kind]}</Dialog.Title>
              <Content ask={ask} first={first} />
            </>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Content({ ask, first }: { ask: Ask; first: React.RefObject<HTMLInputElement | null> }) {
  switch (ask.kind) {
    case "add":
      return (
        <Palette
          search={first}
          fits={typesBelow(ask.from)}
          onPick={(type) => {
            closeDialog();
            add(type, ask.from, ask.at);
          }}
        />
      );
    case "rename":
      return <Rename id={ask.id} first={first} />;
    case "connect":
      return <ConnectTo id={ask.id} />;
    case "find":
      return <Find first={first} />;
    case "shortcuts":
      return <Shortcuts />;
  }
}

function Rename({ id, first }: { id: string; first: React.RefObject<HTMLInputElement | null> }) {
  const [name, setName] = useState(id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    closeDialog();
    if (name !== id) rename(id, name);
  };
  return (
    <form onSubmit={submit} className={styles.row}>
      <input ref={first} aria-label={texts.id} value={name} onChange={(event) => setName(event.target.value)} />
      <button type="submit">{texts.rename}</button>
    </form>
  );
}

function ConnectTo({ id }: { id: string }) {
  const edges = possibleEdges(id);
  if (edges.length === 0) return <p>{texts.connectNone}</p>;
  return (
    <ul className={styles.choices}>
      {edges.map(({ from, to, title }) => (
        <li key={`${from.output ?? ""} ${to}`}>
          <button
            type="button"
            onClick={() => {
              closeDialog();
              connectNodes(from, to);
            }}
          >
            {from.output !== undefined && `${from.output} → `}
            {to} <small>{title}</small>
          </button>
        </li>
      ))}
    </ul>
  );
}
