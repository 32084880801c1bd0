import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** How a command ended, with the last lines of what it said. */
export interface CommandEnd {
  /** The exit code, or the signal's name. */
  code: number | string;
  /** The last 60 lines of stdout and stderr, oldest first. */
  tail: string[];
}

/** What to run. */
export interface Command {
  file: string;
  args: readonly string[];
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Ends the command and all it has started; `run` then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Told the process's number as soon as it has one; what it returns is called when the process has ended. */
  launched?: ((pid: number) => () => void) | undefined;
  /** Each line of stdout and stderr as it comes. */
  onLine?: (line: string) => void;
}

const TAIL_LINES = 60;
const GRACE_MS = 5_000;

/** Runs a command to its end, in a process group of its own: Ctrl-C in the terminal reaches only the engine. Rejects only when it could not be started (ENOENT …) or was aborted, not for its exit code. */
export function run(command: Command): Promise<CommandEnd> {
  return new Promise((resolve, reject) => {
    command.signal?.throwIfAborted();
    const child = spawn(command.file, command.args, {
      cwd: command.cwd,
      env: command.env ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const ended = child.pid === undefined ? undefined : command.launched?.(child.pid);
    const tail: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) => {
        tail.push(line);
        if (tail.length > TAIL_LINES) tail.shift();
        command.onLine?.(line);
      });
    }
    let patience: NodeJS.Timeout | undefined;
    const abort = () => {
      kill(child.pid, "SIGTERM");
      patience = setTimeout(() => kill(child.pid, "SIGKILL"), GRACE_MS);
    };
    command.signal?.addEventListener("abort", abort, { once: true });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      command.signal?.removeEventListener("abort", abort);
      clearTimeout(patience);
      ended?.();
      if (command.signal?.aborted) reject(command.signal.reason);
      else resolve({ code: code ?? signal ?? "unknown", tail });
    });
  });
}

/** The group ends before its number is free: `close` comes only when nobody holds the pipes any more. */
function kill(group: number | undefined, signal: NodeJS.Signals): void {
  if (group === undefined) return;
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
