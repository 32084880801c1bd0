import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { BIN, withText } from "./command.ts";
import type { EventHub } from "./events.ts";
import { type Mask, maskSaid } from "./masking.ts";
import { type Event, RunEvents, summed, type ToldEvent } from "./run-events.ts";

const MOST_LINES = 2000;
/** A query tells of its batches no more often than this. */
const BATCH_EVERY_MS = 500;

/** A run as the client sees it. */
export interface RunEntry {
  run: string;
  spec: string;
  state: string;
  startedAt: string;
  endedAt?: string;
  exit?: number | null;
  summary?: unknown;
}

/** A line that the command of a run printed for people. `at` is in epoch milliseconds. */
export interface LogLine {
  number: number;
  at: number;
  text: string;
}

interface Run extends RunEntry {
  child: ChildProcess;
  told: RunEvents;
  log: LogLine[];
  lines: number;
  ended: Promise<void>;
}

/** The runs that were started here, each a process of its own: `engine run … --format json`. */
export class Runs {
  readonly #runs = new Map<string, Run>();
  readonly #hub: EventHub;
  readonly #root: string;

  /** `root` is the project's folder, in which the processes work. */
  constructor(root: string, hub: EventHub) {
    this.#root = root;
    this.#hub = hub;
  }

  list(): RunEntry[] {
    return [...this.#runs.values()].map(entryOf).reverse();
  }

  entry(id: string): RunEntry | undefined {
    const run = this.#runs.get(id);
    return run && entryOf(run);
  }

  log(id: string, after: number): LogLine[] | undefined {
    return this.#runs.get(id)?.log.filter(({ number }) => number > after);
  }

  /** What a run has told so far, the same as its listeners were told. */
  events(id: string): readonly ToldEvent[] | undefined {
    return this.#runs.get(id)?.told.list();
  }

  /** The run of a spec that goes on, if there is one. */
  running(spec: string): RunEntry | undefined {
    return this.list().find((run) => run.spec === spec && run.endedAt === undefined);
  }

  /** Starts a run of a saved spec. `path` is that of its file and `text` what stands there; what the run says is kept and told masked. */
  start(spec: string, { path, text }: { path: string; text: string }, args: readonly string[], mask: Mask): RunEntry {
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
        state: "STARTING",
        startedAt: new Date().toISOString(),
        child,
        told: new RunEvents(),
        log: [],
        lines: 0,
      },
      ended: new Promise((resolve) => {
        child.once("close", () => resolve());
        child.once("error", () => resolve());
      }),
    };
    this.#runs.set(id, run);
    this.#follow(run, maskSaid(mask));
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

  #follow(run: Run, mask: Mask): void {
    const told = new Map<string, number>();
    const { stdout, stderr } = run.child;
    if (stdout === null || stderr === null) return;
    createInterface({ input: stdout }).on("line", (line) => {
      const event = mask(parsed(line));
      if (event === undefined) return;
      if (event.event === "state") run.state = String(event.state);
      if (event.event === "summary") run.summary = event;
      if (event.event === "batch") {
        const query = String(event.query);
        const now = performance.now();
        if (now - (told.get(query) ?? Number.NEGATIVE_INFINITY) < BATCH_EVERY_MS && Number(event.rows) > 0) {
          // Counts are sums, so what is left out is added to the next.
          return this.#hold(run, query, event);
        }
        told.set(query, now);
        return this.#tell(run, this.#withHeld(run, query, event));
      }
      this.#tell(run, event);
    });
    createInterface({ input: stderr }).on("line", (text) => {
      run.lines += 1;
      run.log.push({ number: run.lines, at: Date.now(), text: mask(text).slice(0, 2000) });
      if (run.log.length > MOST_LINES) run.log.shift();
    });
    const end = (code: number | null) => {
      if (run.endedAt !== undefined) return;
      run.state = "STOPPED";
      run.exit = code;
      run.endedAt = new Date().toISOString();
      this.#flush(run);
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

  readonly #held = new Map<string, Event>();

  #hold(run: Run, query: string, event: Event): void {
    this.#held.set(`${run.run} ${query}`, this.#withHeld(run, query, event));
  }

  #withHeld(run: Run, query: string, event: Event): Event {
    const key = `${run.run} ${query}`;
    const held = this.#held.get(key);
    this.#held.delete(key);
    return held === undefined ? event : summed(held, event);
  }

  #flush(run: Run): void {
    for (const [key, event] of this.#held)
      if (key.startsWith(`${run.run} `)) {
        this.#held.delete(key);
        this.#tell(run, event);
      }
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

function entryOf({ run, spec, state, startedAt, endedAt, exit, summary }: Run): RunEntry {
  return {
    ...{ run, spec, state, startedAt },
    ...(endedAt !== undefined && { endedAt }),
    ...(exit !== undefined && { exit }),
    ...(summary !== undefined && { summary }),
  };
}
