import { useEffect, useRef, useState } from "react";
import { typing } from "../state/typing.ts";
import type { Naming } from "./naming.ts";

const COMMIT_AFTER_MS = 600;

/** A text while it is typed. */
export interface Typed {
  text: string;
  /** `isHalf`: it is no value yet and not to be written. */
  type: (text: string, isHalf?: boolean) => void;
  /** Writes at once what was typed. */
  commit: (text?: string) => void;
}

/**
 * A text that is written into the spec when the user pauses, leaves it or presses Enter: one step of the history for a word, not for a letter.
 * `written`: what `value` is a part of. `isName`: half a name is none, so a pause writes nothing.
 */
export function useTyped(
  value: string,
  onCommit: (text: string) => void,
  { written = value, isName = false }: { written?: unknown; isName?: boolean } = {},
): Typed {
  const [text, setText] = useState(value);
  const isTyping = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: typed as `90s`, the `90` that is left may be what it was.
  useEffect(() => {
    if (!isTyping.current) setText(value);
  }, [value, written]);
  // What happens later belongs to the value as it is then.
  const latest = useRef({ value, onCommit });
  latest.current = { value, onCommit };
  const field = useRef({}).current;
  const commit = (now = text) => {
    clearTimeout(timer.current);
    typing.delete(field);
    isTyping.current = false;
    setText(now);
    if (now !== latest.current.value) latest.current.onCommit(now);
  };
  const type = (now: string, isHalf = false) => {
    setText(now);
    isTyping.current = true;
    clearTimeout(timer.current);
    typing.delete(field);
    if (isHalf) return;
    typing.set(field, () => commit(now));
    if (!isName) timer.current = setTimeout(() => commit(now), COMMIT_AFTER_MS);
  };
  return { text, type, commit };
}

/** A value as it was chosen, until what is written of it is known. */
export function useChosen<T>(written: T): [T, (chosen: T) => void] {
  const [chosen, setChosen] = useState(written);
  useEffect(() => setChosen(written), [written]);
  return [chosen, setChosen];
}

interface TextInputProps {
  value: string;
  onCommit: (value: string) => void;
  naming: Naming;
  placeholder?: string | undefined;
  type?: "text" | "number";
  min?: number | undefined;
  max?: number | undefined;
  mono?: boolean;
  lines?: number;
  isName?: boolean;
}

/** One line of text, a number, or several lines. What is no number yet is not written, and dropped where the user leaves it. */
export function TextInput({
  value,
  onCommit,
  naming,
  type = "text",
  mono = false,
  lines = 1,
  isName = false,
  ...more
}: TextInputProps) {
  const typed = useTyped(value, onCommit, { isName });
  const commit = (target: HTMLInputElement | HTMLTextAreaElement) => {
    if (target.validity.badInput) target.value = value;
    typed.commit(target.value);
  };
  const shared = {
    ...naming,
    value: typed.text,
    placeholder: more.placeholder,
    spellCheck: false,
    autoComplete: "off",
    className: mono ? "mono" : "",
    onChange: ({ target }: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      typed.type(target.value, target.validity.badInput),
    onBlur: ({ target }: React.FocusEvent<HTMLInputElement | HTMLTextAreaElement>) => commit(target),
  };
  if (lines > 1) return <textarea rows={lines} {...shared} />;
  return (
    <input
      type={type}
      step={type === "number" ? "any" : undefined}
      min={more.min}
      max={more.max}
      {...shared}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        // What takes the focus hereupon must not take the key too.
        event.preventDefault();
        commit(event.currentTarget);
      }}
    />
  );
}
