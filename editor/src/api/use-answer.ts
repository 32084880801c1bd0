import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError } from "./client.ts";

const SOONEST_MS = 3000;

/** An answer of the server as it was last, when it came (epoch milliseconds), and why there is no newer one. */
export interface Answered<T> {
  answer: T | undefined;
  at: number;
  refused: ApiError | undefined;
  isAsking: boolean;
  refresh(): void;
}

/**
 * Asks the server, anew for each `key`, and again, no more often than every three seconds, when `news` is another. An answer that came stays where a later question is
 * refused.
 */
export function useAnswer<T>(key: string, ask: (() => Promise<T>) | undefined, news: unknown): Answered<T> {
  const [state, setState] = useState<{ key: string } & Omit<Answered<T>, "refresh">>();
  const latest = useRef({ key, ask, news });
  latest.current = { key, ask, news };
  const asked = useRef({ at: 0, news });
  const refresh = useCallback(() => {
    const { key: mine, ask: question } = latest.current;
    if (question === undefined) return;
    asked.current = { at: Date.now(), news: latest.current.news };
    setState((old) => ({
      answer: undefined,
      at: 0,
      refused: undefined,
      ...(old?.key === mine && old),
      key: mine,
      isAsking: true,
    }));
    const taken = (more: Partial<Answered<T>>) =>
      setState((old) => (old?.key === mine ? { ...old, ...more, isAsking: false } : old));
    question().then(
      (answer) => taken({ answer, at: Date.now(), refused: undefined }),
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        taken({ refused: error });
      },
    );
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another key is another question.
  useEffect(refresh, [key]);
  useEffect(() => {
    if (news === asked.current.news) return;
    const timer = setTimeout(refresh, Math.max(0, asked.current.at + SOONEST_MS - Date.now()));
    return () => clearTimeout(timer);
  }, [news, refresh]);
  const { key: of, ...shown } = state ?? { key: "" };
  const nothing = { answer: undefined, at: 0, refused: undefined, isAsking: true };
  return { ...nothing, ...(of === key && shown), refresh };
}
