import { create } from "zustand";
import { ApiError, api, type CaptureReply } from "../api/client.ts";
import { readSamples } from "../state/session.ts";

/** How it stands with capturing the records of a source. `exists`: it has a sample already, and the user is asked whether that may be replaced. */
export type Capture =
  | { state: "asking" }
  | { state: "exists"; records: number; message: string }
  | { state: "taken"; reply: CaptureReply }
  | { state: "refused"; refused: ApiError };

/** By spec and source. It stands here, as the answer may come when another node is looked at. */
export const useCaptures = create<Record<string, Capture | undefined>>(() => ({}));

/** Under which name a capture is kept. */
export const captureOf = (spec: string, source: string) => `${spec} ${source}`;

/** Takes the newest records of the source's topic as its sample, and makes the previews of them. Does nothing while it is asked already. */
export async function capture(spec: string, source: string, records: number, replace = false): Promise<void> {
  const key = captureOf(spec, source);
  if (useCaptures.getState()[key]?.state === "asking") return;
  const become = (capture: Capture) => useCaptures.setState({ [key]: capture });
  become({ state: "asking" });
  try {
    const reply = await api.capture(spec, source, records, replace);
    await readSamples(spec);
    become({ state: "taken", reply });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    become(
      error.body.code === "api/sample-exists"
        ? { state: "exists", records, message: error.message }
        : { state: "refused", refused: error },
    );
  }
}

/** Forgets what was said of a capture, where it is over. */
export function forget(spec: string, source: string): void {
  const key = captureOf(spec, source);
  if (useCaptures.getState()[key]?.state !== "asking") useCaptures.setState({ [key]: undefined });
}
