import { Keyboard, ListChecks, Moon, Play, Redo2, Save, Sparkles, Square, Undo2 } from "lucide-react";
import { lazy, type RefObject, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { ApiError } from "./api/client.ts";
import { add, tidy } from "./canvas/actions.ts";
import { Canvas } from "./canvas/canvas.tsx";
import { Palette } from "./canvas/palette.tsx";
import { connectionRefusal } from "./catalogue.ts";
import { ConnectionNotice } from "./connection-notice.tsx";
import { openDialog, useDialog } from "./dialogs/dialog-state.ts";
import { Dock } from "./dock/dock.tsx";
import styles from "./editor-page.module.css";
import { Outline } from "./outline.tsx";
import { follow } from "./route.ts";
import { isRunning, showNewestRun, startRun, stopRun } from "./run/follow.ts";
import { useShortcuts } from "./shortcuts.ts";
import { useConnection } from "./state/connection.ts";
import { isDirty, useEditor } from "./state/editor.ts";
import { isMissing } from "./state/gone.ts";
import { useLive } from "./state/live.ts";
import { closeSpec, openSpec, redoLast, save, undoLast } from "./state/session.ts";
import { useTarget } from "./state/target.ts";
import { texts } from "./texts/index.ts";

// What the first picture does not need comes when it is asked for.
const Dialogs = lazy(() => import("./dialogs/dialogs.tsx").then((module) => ({ default: module.Dialogs })));
const Form = lazy(() => import("./form/form.tsx").then((module) => ({ default: module.Form })));

const MissingSpec = lazy(() => import("./specs/on-disk.tsx").then((module) => ({ default: module.MissingSpec })));
const DiskNotices = lazy(() => import("./specs/on-disk.tsx").then((module) => ({ default: module.DiskNotices })));

/** One pipeline, or where there is none of that name what to do. */
export function EditorPage({ id }: { id: string }) {
  const [isNowhere, setNowhere] = useState(false);
  const onMissing = useCallback(() => setNowhere(true), []);
  const onFound = useCallback(() => setNowhere(false), []);
  return isNowhere ? <MissingSpec id={id} onFound={onFound} /> : <OpenPage id={id} onMissing={onMissing} />;
}

/** Palette and outline, canvas, form and text, and what stands below. */
function OpenPage({ id, onMissing }: { id: string; onMissing: () => void }) {
  const code = useRef<HTMLDivElement | null>(null);
  const side = useEditor((state) => state.side);
  const isDockLarge = useEditor((state) => state.isDockLarge);
  const problem = useOpenSpec(id, code, onMissing);
  const isOpen = useEditor((state) => state.id === id);
  useEffect(() => {
    if (isOpen) void showNewestRun(id);
  }, [id, isOpen]);
  useShortcuts();
  return (
    <div className={styles.page} data-dock={isDockLarge ? "large" : undefined}>
      <Header />
      <Notices problem={problem} />
      <nav className={styles.left} aria-label={texts.add}>
        <Palette onPick={addBelowSelection} />
        <Outline />
      </nav>
      <main className={styles.middle}>
        <Canvas />
      </main>
      <aside className={styles.right} aria-label={`${texts.form}, ${texts.yaml}`}>
        <div className={styles.tabs} role="tablist">
          {(["form", "yaml"] as const).map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              aria-selected={side === name}
              onClick={() => useEditor.setState({ side: name })}
            >
              {texts[name]}
            </button>
          ))}
        </div>
        <div className={styles.sideContent} hidden={side !== "form"}>
          <FormOfSelection />
        </div>
        <div className={styles.code} hidden={side !== "yaml"} ref={code} />
      </aside>
      <div className={styles.bottom}>
        <Dock />
      </div>
      <DialogWhenAsked />
    </div>
  );
}

/** Opens the spec; what went wrong comes back. */
function useOpenSpec(id: string, code: RefObject<HTMLElement | null>, onMissing: () => void): string | undefined {
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    document.title = `${id} · ${texts.appName}`;
    const parent = code.current;
    if (parent === null) return;
    const failed = (error: unknown) =>
      isMissing(error)
        ? onMissing()
        : setProblem(error instanceof ApiError && error.status !== 0 ? error.message : texts.lostServer);
    const attempt = () => openSpec(id, parent).then(() => setProblem(undefined), failed);
    void attempt();
    // What is open stays as it is when the server is back; what could not be opened is tried again.
    const ignore = useConnection.subscribe((now, before) => {
      if (now.recoveries !== before.recoveries && useEditor.getState().id !== id) void attempt();
    });
    return () => {
      ignore();
      closeSpec();
    };
  }, [id, code, onMissing]);
  return problem;
}

function FormOfSelection() {
  const isOne = useEditor((state) => state.selected.length === 1);
  const [wasOne, setOne] = useState(false);
  if (isOne && !wasOne) setOne(true);
  const nothing = <p className={styles.hint}>{texts.pickNode}</p>;
  return wasOne ? (
    <Suspense fallback={nothing}>
      <Form />
    </Suspense>
  ) : (
    nothing
  );
}

function DialogWhenAsked() {
  const isAsked = useDialog((state) => state.ask !== undefined);
  const [wasAsked, setAsked] = useState(false);
  if (isAsked && !wasAsked) setAsked(true);
  return (
    wasAsked && (
      <Suspense>
        <Dialogs />
      </Suspense>
    )
  );
}

/** A new node reads the selected one where it can. */
function addBelowSelection(type: string): void {
  const { selected, picture } = useEditor.getState();
  const node = selected.length === 1 ? picture?.nodes.find(({ id }) => id === selected[0]) : undefined;
  const canRead = node !== undefined && connectionRefusal(node.type, type) === undefined;
  add(type, canRead ? { node: node.id } : undefined);
}

function Header() {
  const id = useEditor((state) => state.id);
  const dirty = useEditor(isDirty);
  const { canUndo, canRedo, isSaving, diagnostics } = useEditor();
  const runState = useLive((state) => state.state);
  const elsewhere = useTarget((state) => state.elsewhere);
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  return (
    <header className={styles.header}>
      <a href="/" onClick={follow}>
        {texts.appName}
      </a>
      <h1>
        {id}
        {dirty && <span title={texts.unsaved}> •</span>}
      </h1>
      <span className={errors > 0 ? styles.bad : styles.good} role="status">
        {diagnostics.length === 0 ? `✓ ${texts.valid}` : texts.problemCount(errors, diagnostics.length - errors)}
      </span>
      <span className={styles.gap} />
      <button type="button" onClick={undoLast} disabled={!canUndo} aria-label={texts.undo}>
        <Undo2 size={16} aria-hidden />
      </button>
      <button type="button" onClick={redoLast} disabled={!canRedo} aria-label={texts.redo}>
        <Redo2 size={16} aria-hidden />
      </button>
      <button type="button" onClick={tidy} aria-label={texts.tidy}>
        <Sparkles size={16} aria-hidden />
      </button>
      <button type="button" onClick={switchTheme} aria-label={texts.theme}>
        <Moon size={16} aria-hidden />
      </button>
      <button type="button" onClick={() => openDialog({ kind: "shortcuts" })} aria-label={texts.shortcuts}>
        <Keyboard size={16} aria-hidden />
      </button>
      <button type="button" onClick={() => void save()} disabled={!dirty || isSaving}>
        <Save size={16} aria-hidden /> {isSaving ? texts.saving : texts.save}
      </button>
      <button type="button" onClick={() => useEditor.setState({ dock: "plan" })}>
        <ListChecks size={16} aria-hidden /> {texts.plan}
      </button>
      {isRunning(runState) ? (
        <button type="button" className={styles.stop} onClick={() => void stopRun()}>
          <Square size={16} aria-hidden /> {texts.stop}
        </button>
      ) : (
        <button type="button" className={styles.run} title={elsewhere} onClick={() => void startRun()} disabled={errors > 0}>
          <Play size={16} aria-hidden /> {texts.run}
        </button>
      )}
    </header>
  );
}

function Notices({ problem }: { problem: string | undefined }) {
  const notice = useEditor((state) => state.notice);
  const isOnDiskOtherwise = useEditor(({ conflict, isGone }) => conflict !== undefined || isGone);
  return (
    <div className={styles.notices}>
      <ConnectionNotice />
      {problem !== undefined && problem !== texts.lostServer && <p role="alert">{problem}</p>}
      {isOnDiskOtherwise && (
        <Suspense>
          <DiskNotices />
        </Suspense>
      )}
      {notice !== undefined && (
        <div role="alert">
          <strong>{notice.title}.</strong> {notice.text}{" "}
          <button type="button" onClick={() => useEditor.setState({ notice: undefined })}>
            {texts.dismiss}
          </button>
        </div>
      )}
    </div>
  );
}

function switchTheme(): void {
  const root = document.documentElement;
  const isDark =
    root.dataset.theme === "dark" || (root.dataset.theme === undefined && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = isDark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
}
