import { useEffect, useId, useRef, useState } from "react";

const COMMIT_AFTER_MS = 600;

interface TextInputProps {
  value: string;
  onCommit: (value: string) => void;
  placeholder?: string;
  options?: readonly string[];
  type?: "text" | "number";
  mono?: boolean;
  lines?: number;
  label?: string;
}

/** A text that is written into the spec when the user pauses, leaves it or presses Enter: one step of the history for a word, not for a letter. */
export function TextInput({
  value,
  onCommit,
  placeholder,
  options,
  type = "text",
  mono = false,
  lines = 1,
  label,
}: TextInputProps) {
  const [text, setText] = useState(value);
  const isTyping = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const list = useId();
  useEffect(() => {
    if (!isTyping.current) setText(value);
  }, [value]);
  const commit = (now: string) => {
    clearTimeout(timer.current);
    isTyping.current = false;
    if (now !== value) onCommit(now);
  };
  const shared = {
    value: text,
    placeholder,
    spellCheck: false,
    className: mono ? "mono" : "",
    ...(label !== undefined && { "aria-label": label }),
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      const now = event.target.value;
      setText(now);
      isTyping.current = true;
      clearTimeout(timer.current);
      timer.current = setTimeout(() => commit(now), COMMIT_AFTER_MS);
    },
    onBlur: () => commit(text),
    onKeyDown: (event: React.KeyboardEvent) => {
      if (event.key === "Enter" && lines === 1) commit(text);
    },
  };
  if (lines > 1) return <textarea rows={lines} {...shared} />;
  return (
    <>
      <input type={type} {...shared} {...(options && { list })} />
      {options && (
        <datalist id={list}>
          {options.map((option) => (
            <option key={option} value={option} />
          ))}
        </datalist>
      )}
    </>
  );
}
