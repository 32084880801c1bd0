import { ApiError, api } from "../api/client.ts";
import { connect } from "../state/connection.ts";
import { useEditor } from "../state/editor.ts";
import { initialLive, type Live, type Told, useLive } from "../state/live.ts";
import { liveAfter } from "../state/live-after.ts";
import { news } from "../state/news.ts";
import { onFileChanged, reread, save, tell } from "../state/session.ts";

/** Listens to the server: what becomes of runs, and of files. */
export function listen(): () => void {
  return connect(hear, () => {
    const { id } = useEditor.getState();
    void reread();
    if (id !== "") void showNewestRun(id);
  });
}

function hear(source: EventSource): void {
  source.addEventListener("run", ({ data }) => {
    const { run, spec, ...told } = JSON.parse(data as string) as Told & { run: string; spec: string };
    if (spec === useEditor.getState().id) take(run, told);
    if (told.event.event === "state" || told.event.event === "exit") news.dispatchEvent(new Event("specs"));
  });
  source.addEventListener("file", ({ data }) => {
    const { spec } = JSON.parse(data as string) as { spec: string };
    void onFileChanged(spec);
    news.dispatchEvent(new Event("specs"));
  });
}

/** The number of the newest event that was heard of, of the run that is shown. */
let heard = 0;
let isFilling = false;

const begun = (run: string): Live => ({ ...initialLive, run, state: "STARTING" });

/** Takes the event that follows the last one; where others are missing between, all are asked for. */
function take(run: string, told: Told): void {
  if (useLive.getState().run !== run) show(begun(run));
  heard = Math.max(heard, told.number);
  const live = useLive.getState();
  if (told.number === live.number + 1) useLive.setState(liveAfter(live, told));
  else if (told.number > live.number) void fill(run);
}

function show(live: Live): void {
  heard = 0;
  useLive.setState(live);
}

/** Takes a run as the server knows it, from its beginning. */
async function fill(run: string): Promise<void> {
  if (isFilling) return;
  isFilling = true;
  // Of what comes meanwhile, the last may be missing in the answer.
  do {
    const told = await api.runEvents(run).catch(() => []);
    if (useLive.getState().run !== run || told.length === 0) break;
    useLive.setState(told.reduce(liveAfter, begun(run)));
  } while (useLive.getState().number < heard);
  isFilling = false;
}

/** Shows the newest run of a pipeline, where there has been one. */
export async function showNewestRun(spec: string): Promise<void> {
  show(initialLive);
  const runs = await api.runs().catch(() => []);
  const newest = runs.find((run) => run.spec === spec);
  if (newest === undefined || useEditor.getState().id !== spec || useLive.getState() !== initialLive) return;
  useLive.setState({ run: newest.run, state: newest.state });
  await fill(newest.run);
}

/** Saves, and runs what is saved. */
export async function startRun(): Promise<void> {
  if (!(await save())) return;
  const { id, etag } = useEditor.getState();
  useEditor.setState({ dock: "run" });
  show({ ...initialLive, state: "STARTING" });
  try {
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

/** A run is going on. */
export function isRunning(state: string): boolean {
  return state !== "" && state !== "STOPPED";
}
