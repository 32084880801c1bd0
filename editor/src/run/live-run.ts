import { ApiError, api } from "../api/client.ts";
import { useEditor } from "../state/editor.ts";
import { initialLive, type Live, type Told, useLive } from "../state/live.ts";
import { liveAfter } from "../state/live-after.ts";
import { save, tell } from "../state/session.ts";
import { knowTarget, readTargets } from "../target/targets.ts";

/** The newest event that was heard of, and its run. */
let heard = { run: "", number: 0 };
let isFilling = false;

const begun = (run: string): Live => ({ ...initialLive, run, state: "STARTING" });

/** Takes the event that follows the last one; where others are missing between, all are asked for. */
export function take(run: string, told: Told): void {
  if (useLive.getState().run !== run) useLive.setState(begun(run));
  heard = { run, number: Math.max(told.number, heard.run === run ? heard.number : 0) };
  const live = useLive.getState();
  if (told.number === live.number + 1) useLive.setState(liveAfter(live, told));
  else if (told.number > live.number) void fill(run);
}

/** Takes a run as the server knows it, from its beginning. */
async function fill(run: string): Promise<void> {
  if (isFilling) return;
  isFilling = true;
  let isBehind = true;
  while (isBehind) {
    const before = useLive.getState().number;
    const told = await api.runEvents(run).catch(() => []);
    if (useLive.getState().run !== run || told.length === 0) break;
    useLive.setState(told.reduce(liveAfter, begun(run)));
    const { number } = useLive.getState();
    // Of what comes meanwhile, the last may be missing in the answer.
    isBehind = number > before && heard.run === run && number < heard.number;
  }
  isFilling = false;
}

/** Shows the newest run of a pipeline, where there has been one, and where the next one will run. */
export async function showNewestRun(spec: string): Promise<void> {
  void readTargets();
  useLive.setState(initialLive);
  const runs = await api.runs().catch(() => []);
  const newest = runs.find((run) => run.spec === spec);
  const { run, state } = useLive.getState();
  if (newest === undefined || useEditor.getState().id !== spec || run !== undefined || state !== "") return;
  useLive.setState({ run: newest.run, state: newest.state });
  await fill(newest.run);
}

/** Saves, and runs what is saved on the chosen target. */
export async function startRun(): Promise<void> {
  if (!(await save())) return;
  const { id, etag } = useEditor.getState();
  useEditor.setState({ dock: "run" });
  useLive.setState({ ...initialLive, state: "STARTING" });
  try {
    await knowTarget();
    const { run } = await api.start(id, etag);
    if (useLive.getState().run === undefined) useLive.setState({ run });
  } catch (error) {
    useLive.setState({ state: "" });
    tell(error);
  }
}

/** Asks the run to drain; a second time it ends at once. */
export async function stopRun(): Promise<void> {
  const { run } = useLive.getState();
  if (run === undefined) return;
  await api.stop(run).catch((error: unknown) => {
    if (error instanceof ApiError) tell(error);
  });
}
