import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { type Mask, maskSaid } from "../runtime/masking/mask-told.ts";
import { BIN, withText } from "./command.ts";
import type { EventHub } from "./events.ts";
import { type Event, HeldBatches, RunEvents, type ToldEvent } from "./run-events.ts";
import { type LogLine, RunLog } from "./run-log.ts";

/** A run as the client sees it. */
export interface RunEntry {
  run: string;
  spec: string;
  /** Absent where none was named: it runs on the default one. */
  target?: string;
  state: string;
  startedAt: string;
  endedAt?: string;
  exit?: number | null;
  summary?: unknown;
}

/** How a run is started: by these arguments of `engine run`, which name its target where `target` does. */
export interface Start {
  args: readonly string[];
  target?: string | undefined;
}

interface Run extends RunEntry {
  child: ChildProcess;
  told: RunEvents;
  held: HeldBatches;
  log: RunLog;
  ended: Promise<void>;
}

/** The runs that were started here, each a process of its own: `engine run … --format json`. */
export class Runs {
  readonly #runs = new Map<string, Run>();
  readonly #hub: EventHub;
  readonly #root: string;

  readonly #mask: Mask;

  /** `root` is the project's folder, in which the processes work. What they say is kept and told masked. */
  constructor(root: string, hub: EventHub, mask: Mask) {
    this.#root = root;
    this.#hub = hub;
    this.#mask = maskSaid(mask);
  }

  list(): RunEntry[] {
    return [...this.#runs.values()].map(entryOf).reverse();
  }

  entry(id: string): RunEntry | undefined {
    const run = this.#runs.get(id);
    return run && entryOf(run);
  }

  log(id: string, after: number): LogLine[] | undefined {
    return this.#runs.get(id)?.log.after(after);
  }

  /** What a run has told so far, the same as its listeners were told. */
  events(id: string): readonly ToldEvent[] | undefined {
    return this.#runs.get(id)?.told.list();
  }

  /** The run of a spec that goes on, if there is one. */
  running(spec: string): RunEntry | undefined {
    return this.list().find((run) => run.spec === spec && run.endedAt === undefined);
  }

  /** Starts a run of a saved spec. `path` is that of its file and `text` what stands there. */
  start(spec: string, { path, text }: { path: string; text: string }, { args, target }: Start): RunEntry {
    const id = `${spec}-${randomBytes(4).toString("hex")}`;
    const child = spawn(process.execPath, [BIN, "run", path, ...args, "--format", "json"], {
      cwd: this.#root,
      env: withText(text),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const run: Run = {
      ...{
        run: id,
        spec,
        ...(target !== undefined && { target }),
        state: "STARTING",
        startedAt: new Date().toISOString(),
        child,
        told: new RunEvents(),
        held: new HeldBatches(),
        log: new RunLog(this.#mask),
      },
      ended: new Promise((resolve) => {
        child.once("close", () => resolve());
        child.once("error", () => resolve());
      }),
    };
    this.#runs.set(id, run);
    this.#follow(run);
    return entryOf(run);
  }

  /** Asks a run to drain and end; asked again it ends at once. False where there is none. */
  stop(id: string): boolean {
    const run = this.#runs.get(id);
    if (run === undefined || run.endedAt !== undefined) return false;
    return run.child.kill("SIGINT");
  }

  /** Ends all runs at once, where they have been asked to drain before. */
  hurry(): void {
    for (const { child, endedAt } of this.#runs.values()) if (endedAt === undefined) child.kill("SIGINT");
  }

  /** Ends all runs, draining them, and waits for them. */
  async close(): Promise<void> {
    const going = [...this.#runs.values()].filter(({ endedAt }) => endedAt === undefined);
    for (const { child } of going) child.kill("SIGINT");
    await Promise.all(going.map(({ ended }) => ended));
  }

  #follow(run: Run): void {
    const { stdout, stderr } = run.child;
    if (stdout === null || stderr === null) return;
    createInterface({ input: stdout }).on("line", (line) => {
      const event = this.#mask(parsed(line));
      if (event === undefined) return;
      if (event.event === "state") run.state = String(event.state);
      if (event.event === "summary") run.summary = event;
      const passed = run.held.pass(event, performance.now());
      if (passed !== undefined) this.#tell(run, passed);
    });
    run.log.follow(stderr);
    const end = (code: number | null) => {
      if (run.endedAt !== undefined) return;
      run.state = "STOPPED";
      run.exit = code;
      run.endedAt = new Date().toISOString();
      for (const event of run.held.rest()) this.#tell(run, event);
      this.#tell(run, { event: "exit", code });
    };
    run.child.once("close", end);
    run.child.once("error", (error) => {
      this.#tell(run, {
        event: "warning",
        code: "api/run-not-started",
        message: `The run could not be started: ${error.message}`,
      });
      end(null);
    });
  }

  #tell(run: Run, event: Event): void {
    this.#hub.send("run", { run: run.run, spec: run.spec, ...run.told.add(event) });
  }
}

function parsed(line: string): Event | undefined {
  try {
    return JSON.parse(line) as Event;
  } catch {
    return undefined;
  }
}

function entryOf({ run, spec, target, state, startedAt, endedAt, exit, summary }: Run): RunEntry {
  return {
    ...{ run, spec, state, startedAt },
    ...(target !== undefined && { target }),
    ...(endedAt !== undefined && { endedAt }),
    ...(exit !== undefined && { exit }),
    ...(summary !== undefined && { summary }),
  };
}
