import { texts } from "../texts/index.ts";
import type { Answer, Ask } from "./worker.ts";

/** The core, at work beside the page so that typing never waits for it. */
export interface Compiler {
  ask(ask: Ask): Promise<Answer>;
}

/** How long a question may take, milliseconds: a thousand nodes take less than one second, a pattern that backtracks takes for ever. */
const LONGEST = 10_000;

/** Starts the worker; one that dies, or does not come back from a question, is started again with the next one. */
export function startCompiler(): Compiler {
  let worker: Worker | undefined;
  let last = 0;
  const waiting = new Map<number, (answer: Answer) => void>();
  let watch: ReturnType<typeof setTimeout> | undefined;
  const stop = (why: string) => {
    clearTimeout(watch);
    worker?.terminate();
    worker = undefined;
    for (const answer of waiting.values()) answer({ failed: why });
    waiting.clear();
  };
  const watchNext = () => {
    clearTimeout(watch);
    if (waiting.size > 0) watch = setTimeout(() => stop(texts.tooLong), LONGEST);
  };
  const start = () => {
    const made = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    made.onmessage = ({ data: { number, answer } }: MessageEvent<{ number: number; answer: Answer }>) => {
      waiting.get(number)?.(answer);
      waiting.delete(number);
      watchNext();
    };
    made.onerror = () => stop(texts.compilerStopped);
    return made;
  };
  return {
    ask(ask) {
      worker ??= start();
      last += 1;
      const number = last;
      const answer = new Promise<Answer>((resolve) => waiting.set(number, resolve));
      if (waiting.size === 1) watchNext();
      worker.postMessage({ ...ask, number });
      return answer;
    },
  };
}
