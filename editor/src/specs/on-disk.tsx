import { useEffect } from "react";
import { api } from "../api/client.ts";
import { follow } from "../route.ts";
import { useEditor } from "../state/editor.ts";
import { news } from "../state/news.ts";
import { rawText } from "../state/raw-text.ts";
import { resolveConflict, save, tell } from "../state/session.ts";
import { texts } from "../texts/on-disk.ts";
import styles from "./specs.module.css";

/** Says where the file of the open pipeline has become another, or is gone, and what can be done about it. */
export function DiskNotices() {
  const id = useEditor((state) => state.id);
  const conflict = useEditor((state) => state.conflict);
  const isGone = useEditor((state) => state.isGone);
  return (
    <>
      {isGone && (
        <div role="alert">
          <strong>{texts.gone(id)}</strong> {texts.goneText}{" "}
          <button type="button" onClick={() => void createAgain()}>
            {texts.createAgain}
          </button>
        </div>
      )}
      {conflict !== undefined && !isGone && (
        <div role="alert">
          <strong>{texts.conflict}</strong> {texts.conflictText}{" "}
          <button type="button" onClick={() => useEditor.setState({ dock: "diff" })}>
            {texts.compare}
          </button>{" "}
          <button type="button" onClick={() => void resolveConflict("mine")}>
            {texts.keepMine}
          </button>{" "}
          <button type="button" onClick={() => void resolveConflict("theirs")}>
            {texts.takeTheirs}
          </button>
        </div>
      )}
    </>
  );
}

/** Makes the file anew with the text as it is here, and writes what belongs to it. */
async function createAgain(): Promise<void> {
  const { id, text, form } = useEditor.getState();
  try {
    const { etag } = await api.create(id, rawText(text, form));
    useEditor.setState({ etag, savedLayout: {}, isGone: false });
  } catch (error) {
    return tell(error);
  }
  await save();
}

/** In place of a pipeline that does not exist. `onFound` is called once it does. */
export function MissingSpec({ id, onFound }: { id: string; onFound: () => void }) {
  useEffect(() => {
    const look = () => void api.spec(id).then(onFound, () => {});
    news.addEventListener("specs", look);
    return () => news.removeEventListener("specs", look);
  }, [id, onFound]);
  return (
    <main className={styles.page}>
      <h1>{texts.missing(id)}</h1>
      <p>{texts.missingText(id)}</p>
      <a href="/" onClick={follow}>
        {texts.toList}
      </a>
    </main>
  );
}
