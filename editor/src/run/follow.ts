import { ApiError, api } from "../api/client.ts";
import { connect } from "../state/connection.ts";
import { useEditor } from "../state/editor.ts";
import { initialLive, type LiveNode, useLive } from "../state/live.ts";
import { onFileChanged, reread, save, tell } from "../state/session.ts";

type RunEvent = { event: string } & Record<string, unknown>;

const MOST_LOG = 500;
const MOST_HISTORY = 600;

/** Listens to the server: what becomes of runs, and of files. */
export function listen(): () => void {
  return connect(hear, () => void reread());
}

function hear(source: EventSource): void {
  source.addEventListener("run", ({ data }) => {
    const { run, spec, event } = JSON.parse(data as string) as { run: string; spec: string; event: RunEvent };
    if (spec !== useEditor.getState().id) return;
    if (useLive.getState().run !== run) useLive.setState({ ...initialLive, run });
    take(event);
  });
  source.addEventListener("file", ({ data }) => {
    const { spec } = JSON.parse(data as string) as { spec: string };
    void onFileChanged(spec);
  });
}

/** Takes one event of the run that is shown. Nodes that it says nothing of stay the same objects. */
export function take(event: RunEvent): void {
  const { setState: set } = useLive;
  switch (event.event) {
    case "state":
      set({ state: String(event.state), reason: event.reason as string | undefined });
      note(`${event.state}${event.reason === undefined ? "" : `: ${event.reason}`}`);
      return;
    case "service":
      note(`${event.service} ${event.state}${event.message === undefined ? "" : `: ${event.message}`}`);
      return;
    case "ingest":
      change(String(event.node), (node) => ({ ...node, written: Number(event.produced), dead: Number(event.deadLettered) }));
      return;
    case "batch":
      takeBatch(event);
      return;
    case "warning":
      note(`${event.code}: ${event.message}`);
      return;
    case "query":
      if (event.message !== undefined) note(`${event.query} ${event.state}: ${event.message}`);
      return;
    case "summary":
      set({ summary: event, state: "STOPPED" });
      return;
    case "exit":
      set({ state: "STOPPED" });
      note(`ended with ${event.code}`);
      return;
  }
}

function takeBatch(event: RunEvent): void {
  const query = String(event.query);
  const seconds = Math.max(0.001, Number(event.ms) / 1000);
  const rate = Number(event.rows) / seconds;
  change(query, (node) => ({
    ...node,
    rate,
    batchMs: Number(event.ms),
    written: (node.written ?? 0) + Number(event.written),
    lag: lagOf(event),
  }));
  for (const [node, codes] of Object.entries(event.dead as Record<string, Record<string, number>>)) {
    const count = Object.values(codes).reduce((sum, each) => sum + each, 0);
    if (count > 0) change(node, (one) => ({ ...one, dead: (one.dead ?? 0) + count }));
  }
  for (const [node, count] of Object.entries(event.late as Record<string, number>))
    if (count > 0) change(node, (one) => ({ ...one, late: (one.late ?? 0) + count }));
  const { history } = useLive.getState();
  const now = Math.floor(Date.now() / 1000);
  const last = history.at(-1);
  const point = last?.at === now ? { at: now, rates: { ...last.rates, [query]: rate } } : { at: now, rates: { [query]: rate } };
  useLive.setState({ history: [...(last?.at === now ? history.slice(0, -1) : history), point].slice(-MOST_HISTORY) });
}

function lagOf({ offsets, latest }: RunEvent): number {
  const [read, ends] = [offsets, latest] as [Record<string, Record<string, number>>, Record<string, Record<string, number>>];
  return Object.entries(ends ?? {}).reduce(
    (sum, [topic, partitions]) =>
      sum +
      Object.entries(partitions).reduce(
        (inner, [partition, end]) => inner + Math.max(0, end - (read?.[topic]?.[partition] ?? 0)),
        0,
      ),
    0,
  );
}

function change(id: string, to: (node: LiveNode) => LiveNode): void {
  const { nodes } = useLive.getState();
  useLive.setState({ nodes: { ...nodes, [id]: to(nodes[id] ?? {}) } });
}

function note(text: string): void {
  const { log } = useLive.getState();
  useLive.setState({ log: [...log, { at: new Date().toISOString().slice(11, 19), text }].slice(-MOST_LOG) });
}

/** Saves, and runs what is saved. */
export async function startRun(): Promise<void> {
  if (!(await save())) return;
  const { id, etag } = useEditor.getState();
  useEditor.setState({ dock: "run" });
  useLive.setState({ ...initialLive, state: "STARTING" });
  try {
    const { run } = await api.start(id, etag);
    useLive.setState({ run });
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
