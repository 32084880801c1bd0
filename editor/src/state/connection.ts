import { create } from "zustand";

/** How it stands with the server. `unknown`: it was started again, and lets this browser in only once its new address has been opened. */
interface Connection {
  problem: "lost" | "unknown" | undefined;
  /** How often the server has come back. */
  recoveries: number;
}

export const useConnection = create<Connection>(() => ({ problem: undefined, recoveries: 0 }));

/** A connection that was cut is opened again sooner than this, where there is a server. */
const LOST_AFTER_MS = 2000;
const TRY_AGAIN_AFTER_MS = 2000;

/**
 * Listens to the server for as long as the page is there. `hear` is given each stream of events; `reread` is called where some of them were missed, and
 * whenever the server is back.
 */
export function connect(hear: (source: EventSource) => void, reread: () => void): () => void {
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isEnded = false;
  const begin = () => {
    source = new EventSource("/api/events");
    source.addEventListener("open", () => {
      clearTimeout(timer);
      timer = undefined;
      if (useConnection.getState().problem === undefined) return;
      useConnection.setState(({ recoveries }) => ({ problem: undefined, recoveries: recoveries + 1 }));
      reread();
    });
    source.addEventListener("gap", reread);
    source.addEventListener("error", () => {
      // Where the answer is a refusal the browser does not try again.
      if (source.readyState === EventSource.CLOSED) void tryAgain();
      else timer ??= setTimeout(() => useConnection.setState({ problem: "lost" }), LOST_AFTER_MS);
    });
    hear(source);
  };
  const tryAgain = async () => {
    clearTimeout(timer);
    const answer = await fetch("/api/project").catch(() => undefined);
    if (isEnded) return;
    if (answer?.ok) return begin();
    useConnection.setState({ problem: answer?.status === 401 ? "unknown" : "lost" });
    timer = setTimeout(() => void tryAgain(), TRY_AGAIN_AFTER_MS);
  };
  begin();
  return () => {
    isEnded = true;
    clearTimeout(timer);
    source.close();
  };
}
