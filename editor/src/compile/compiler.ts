import type { Answer, Ask } from "./worker.ts";

/** The core, at work beside the page so that typing never waits for it. */
export interface Compiler {
  ask(ask: Ask): Promise<Answer>;
}

/** Starts the worker; one that dies is started again with the next question. */
export function startCompiler(): Compiler {
  let worker: Worker | undefined;
  let last = 0;
  const waiting = new Map<number, (answer: Answer) => void>();
  const start = () => {
    const made = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    made.onmessage = ({ data: { number, answer } }: MessageEvent<{ number: number; answer: Answer }>) => {
      waiting.get(number)?.(answer);
      waiting.delete(number);
    };
    made.onerror = () => {
      made.terminate();
      worker = undefined;
      for (const answer of waiting.values()) answer({ failed: "The compiler stopped; the next change starts it again." });
      waiting.clear();
    };
    return made;
  };
  return {
    ask(ask) {
      worker ??= start();
      last += 1;
      const number = last;
      const answer = new Promise<Answer>((resolve) => waiting.set(number, resolve));
      worker.postMessage({ ...ask, number });
      return answer;
    },
  };
}
