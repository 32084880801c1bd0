/** Registers something to undo. */
export type Defer = (undo: () => Promise<unknown> | unknown) => void;

/** Runs `body`; afterwards, whatever happened, everything it deferred is undone, the last first. A failing undo does not hide the first error. */
export async function withCleanup<T>(body: (defer: Defer) => Promise<T>): Promise<T> {
  const undos: Parameters<Defer>[0][] = [];
  try {
    return await body((undo) => undos.push(undo));
  } finally {
    for (const undo of undos.reverse()) {
      try {
        await undo();
      } catch {
        // The services are going away anyway; what matters was committed before.
      }
    }
  }
}
