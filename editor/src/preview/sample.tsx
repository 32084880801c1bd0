import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { Unsaved } from "../dock/of-saved-text.tsx";
import { Refusal } from "../dock/refusal.tsx";
import { useEditor } from "../state/editor.ts";
import { texts } from "../texts/preview.ts";
import { type Capture, capture, captureOf, forget, useCaptures } from "./capture.ts";
import styles from "./preview.module.css";

const USUAL_RECORDS = 100;
/** The server takes no more at once. */
const MOST_RECORDS = 1000;

/** Where the rows of a source come from, or why there are none, and a way to take them from its topic. */
export function Sample({ source }: { source: string }) {
  const count = useEditor(({ samples }) => samples[source]?.length);
  const file = useEditor(({ sampleFiles }) => sampleFiles[source]);
  const missing = useEditor(({ missingSamples }) => missingSamples[source]);
  const isUnsaved = useEditor(({ text, savedText }) => text !== savedText);
  const isUnknown = count === undefined && missing === undefined;
  return (
    <section className={styles.sample} aria-label={texts.sampleOf(source)} data-missing={missing !== undefined}>
      {isUnknown && isUnsaved ? (
        <Unsaved sentence={texts.notSaved(source)} />
      ) : (
        <>
          <span>
            {count === undefined
              ? missing
              : file === undefined
                ? texts.simulated(source, count)
                : texts.ofFile(source, count, file)}
          </span>
          <CaptureForm source={source} note={isUnsaved ? texts.savedTopic : ""} />
        </>
      )}
    </section>
  );
}

function CaptureForm({ source, note }: { source: string; note: string }) {
  const spec = useEditor(({ id }) => id);
  const now = useCaptures((captures) => captures[captureOf(spec, source)]);
  const [text, setText] = useState(String(USUAL_RECORDS));
  const button = useRef<HTMLButtonElement>(null);
  const said = useId();
  useEffect(() => () => forget(spec, source), [spec, source]);
  const records = Number(text);
  const isCount = Number.isInteger(records) && records >= 1 && records <= MOST_RECORDS;
  const isAsking = now?.state === "asking";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isCount) void capture(spec, source, records);
  };
  const decide = (act: () => void) => {
    // The button that was pressed goes away.
    button.current?.focus();
    act();
  };
  return (
    <form className={styles.capture} noValidate onSubmit={submit}>
      <label>
        {texts.records}
        <input
          type="number"
          min={1}
          max={MOST_RECORDS}
          value={text}
          aria-invalid={!isCount}
          aria-describedby={said}
          onChange={({ target }) => setText(target.value)}
        />
      </label>
      {/* One that is disabled would lose the focus. */}
      <button ref={button} type="submit" aria-disabled={isAsking || !isCount}>
        {isCount ? texts.capture(records) : texts.captureSome}
      </button>
      <span id={said} role="status">
        {isCount ? (saidOf(now) ?? note) : texts.bounds(MOST_RECORDS)}
      </span>
      {now?.state === "exists" && (
        <Choice
          question={said}
          onReplace={() => decide(() => void capture(spec, source, now.records, true))}
          onKeep={() => decide(() => forget(spec, source))}
        />
      )}
      {now?.state === "refused" && <Refusal refused={now.refused} />}
    </form>
  );
}

function saidOf(now: Capture | undefined): string | undefined {
  if (now?.state === "asking") return texts.asking;
  if (now?.state === "exists") return now.message;
  return now?.state === "taken" ? texts.taken(now.reply.records, now.reply.file, now.reply.left) : undefined;
}

interface ChoiceProps {
  /** The id of what says what is asked. */
  question: string;
  onReplace: () => void;
  onKeep: () => void;
}

/** Asks whether a sample may be replaced; Escape keeps it. */
function Choice({ question, onReplace, onKeep }: ChoiceProps) {
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // Whoever has gone on elsewhere meanwhile stays there.
    if (keep.current?.closest("form")?.contains(document.activeElement)) keep.current.focus();
  }, []);
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    onKeep();
  };
  return (
    <fieldset className={styles.choice} aria-labelledby={question} onKeyDown={onKey}>
      <button type="button" onClick={onReplace}>
        {texts.replace}
      </button>
      <button ref={keep} type="button" onClick={onKeep}>
        {texts.keep}
      </button>
    </fieldset>
  );
}
