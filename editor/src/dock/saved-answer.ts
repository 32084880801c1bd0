import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError } from "../api/client.ts";
import { useEditor } from "../state/editor.ts";
import { texts } from "../texts/index.ts";

/** What the server said of the saved text. The answer before stays until the next one is there. */
export interface SavedAnswer<T> {
  answer: T | undefined;
  problem: ApiError | undefined;
  isAsking: boolean;
  askAgain: () => void;
}

/** Asks the server about the saved text, and again whenever another text is saved or `reason` changes; nothing while `ask` is undefined. `ask` must stay the same function. */
export function useSavedAnswer<T>(ask: ((id: string, etag: string) => Promise<T>) | undefined, reason = ""): SavedAnswer<T> {
  const id = useEditor((state) => state.id);
  const etag = useEditor((state) => state.etag);
  const [state, setState] = useState<Omit<SavedAnswer<T>, "askAgain">>({ answer: undefined, problem: undefined, isAsking: true });
  const newest = useRef(0);
  const askAgain = useCallback(() => {
    if (ask === undefined) return;
    newest.current += 1;
    const mine = newest.current;
    const isMine = () => mine === newest.current;
    setState((before) => ({ ...before, isAsking: true }));
    ask(id, etag).then(
      (answer) => isMine() && setState({ answer, problem: undefined, isAsking: false }),
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        if (isMine()) setState({ answer: undefined, problem: error, isAsking: false });
      },
    );
  }, [ask, id, etag]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another reason is a reason to ask again.
  useEffect(() => {
    if (id !== "") askAgain();
    return () => {
      newest.current += 1;
    };
  }, [askAgain, id, reason]);
  return { ...state, askAgain };
}

/** A refusal of the server as a sentence. */
export function sentenceOf({ status, message, hint }: ApiError): string {
  return status === 0 ? texts.lostServer : [message, hint].filter(Boolean).join(" ");
}
