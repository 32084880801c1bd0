import { connect } from "../state/connection.ts";
import { useEditor } from "../state/editor.ts";
import type { Told } from "../state/live.ts";
import { news } from "../state/news.ts";
import { onFileChanged, reread } from "../state/session.ts";

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
    if (spec === useEditor.getState().id) void liveRun().then(({ take }) => take(run, told));
    if (told.event.event === "state" || told.event.event === "exit") news.dispatchEvent(new Event("specs"));
  });
  source.addEventListener("file", ({ data }) => {
    const { spec } = JSON.parse(data as string) as { spec: string };
    void onFileChanged(spec);
    news.dispatchEvent(new Event("specs"));
  });
}

/** What a run needs is a module that comes when the picture stands. */
const liveRun = () => import("./live-run.ts");

/** Shows the newest run of a pipeline, and where the next one will run. */
export async function showNewestRun(spec: string): Promise<void> {
  await (await liveRun()).showNewestRun(spec);
}

/** Saves, and runs what is saved on the chosen target. */
export async function startRun(): Promise<void> {
  await (await liveRun()).startRun();
}

/** Asks the run to drain; a second time it ends at once. */
export async function stopRun(): Promise<void> {
  await (await liveRun()).stopRun();
}

/** A run is going on. */
export function isRunning(state: string): boolean {
  return state !== "" && state !== "STOPPED";
}
