import { ApiError, api } from "../api/client.ts";
import { connect } from "../state/connection.ts";
import { useEditor } from "../state/editor.ts";
import { initialLive, type Told, useLive } from "../state/live.ts";
import { news } from "../state/news.ts";
import { onFileChanged, reread, save, tell } from "../state/session.ts";

/** Listens to the server: what becomes of runs, and of files. */
export function listen(): () => void {
  return connect(hear, () => {
    const { id } = useEditor.getState();
    void reread();
    news.dispatchEvent(new Event("specs"));
    if (id !== "") void showNewestRun(id);
  });
}

function hear(source: EventSource): void {
  source.addEventListener("run", ({ data }) => {
    const { run, spec, ...told } = JSON.parse(data as string) as Told & { run: string; spec: string };
    if (spec === useEditor.getState().id) void import("./live-run.ts").then(({ take }) => take(run, told));
    if (told.event.event === "state" || told.event.event === "exit") news.dispatchEvent(new Event("specs"));
  });
  source.addEventListener("file", ({ data }) => {
    const { spec } = JSON.parse(data as string) as { spec: string };
    void onFileChanged(spec);
    news.dispatchEvent(new Event("specs"));
  });
}

/** Shows the newest run of a pipeline. What a run tells is taken by a module that comes when the picture stands. */
export async function showNewestRun(spec: string): Promise<void> {
  const { showNewestRun: show } = await import("./live-run.ts");
  await show(spec);
}

/** Saves, and runs what is saved. */
export async function startRun(): Promise<void> {
  if (!(await save())) return;
  const { id, etag } = useEditor.getState();
  useEditor.setState({ dock: "run" });
  useLive.setState({ ...initialLive, state: "STARTING" });
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
