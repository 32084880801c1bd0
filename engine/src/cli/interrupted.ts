/** Runs `work` with a signal that SIGINT and SIGTERM abort, so that it can undo what it has begun. */
export async function untilInterrupted(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const interrupted = new AbortController();
  const abort = () => interrupted.abort(new DOMException("interrupted", "AbortError"));
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const name of signals) process.on(name, abort);
  try {
    await work(interrupted.signal);
  } finally {
    for (const name of signals) process.off(name, abort);
  }
}
