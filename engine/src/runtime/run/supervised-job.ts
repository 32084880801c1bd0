import { setTimeout as delay } from "node:timers/promises";
import { EnvironmentProblem } from "../environment-problem.ts";
import { followJob, type JobEvent } from "../job-process.ts";
import type { JobProcess } from "../spark-submit.ts";

const MAX_RESTARTS = 5;
const HEALTHY_MS = 60_000;

/** The Spark job of a run, started again a bounded number of times when it dies. */
export interface SupervisedJob {
  /** Asks for a stop after the running batch and waits until the process is gone. */
  stop(): Promise<void>;
  /** Says that nothing more will come: queries that have a batch every so often take what there is at once. */
  drain(): void;
  /** Ends the process at once; what it was writing is written again by the next run. */
  kill(): void;
  /** Resolves when the job ended as asked, rejects when it failed for good. */
  ended: Promise<void>;
}

/** A job that will not come up again: quotes what it said last. */
function jobLost(times: number, why: string): EnvironmentProblem {
  const hint = "see `spark.log` below `.engine/runs`, then run again: nothing acknowledged is lost";
  return new EnvironmentProblem("job/failed", `The Spark job ended ${times} times in a row. The last time: ${why}`, hint);
}

/** How a job is started. */
export interface JobStart {
  start: () => Promise<JobProcess>;
  /** The first process, started ahead of time. */
  first: Promise<JobProcess>;
  /** The line that every process is given first. */
  settings: string;
}

/** Keeps the job running until it is stopped. `onDeath` hears of every end that was not asked for, before the next start. */
export function superviseJob(
  how: JobStart,
  onEvent: (event: JobEvent) => void,
  onDeath: (message: string) => void,
): SupervisedJob {
  const wish: Wish = { draining: false, stopping: false, killed: false };
  const ended = keepRunning(how, wish, onEvent, onDeath);
  ended.catch(() => {});
  return {
    ended,
    async stop() {
      wish.stopping = true;
      wish.process?.stdin.write("stop\n", () => wish.process?.stdin.end());
      await ended.catch(() => {});
    },
    drain() {
      wish.draining = true;
      wish.process?.stdin.write("drain\n");
    },
    kill() {
      wish.stopping = true;
      wish.killed = true;
      wish.process?.kill("SIGKILL");
    },
  };
}

/** What has been asked of the job, and the process that it is asked of. */
interface Wish {
  draining: boolean;
  stopping: boolean;
  killed: boolean;
  process?: JobProcess;
}

async function keepRunning(
  { start, first, settings }: JobStart,
  wish: Wish,
  onEvent: (event: JobEvent) => void,
  onDeath: (message: string) => void,
): Promise<void> {
  let restarts = 0;
  for (let next = first; ; next = start()) {
    const startedAt = performance.now();
    wish.process = await next;
    const why = await runToEnd(wish.process, settings, wish, onEvent);
    // A job that ends well without having been asked, as after a signal of somebody else's, is missed like one that died.
    if (wish.stopping) return;
    if (performance.now() - startedAt > HEALTHY_MS) restarts = 0;
    restarts++;
    if (restarts > MAX_RESTARTS) throw jobLost(restarts, why);
    onDeath(`ended (${why}); starting it again, ${restarts} of ${MAX_RESTARTS}`);
    await delay(Math.min(10_000, 500 * 2 ** (restarts - 1)));
    // Asked in the meantime: a process started now would be nobody's.
    if (wish.stopping) return;
  }
}

/** Follows one process until it is gone, and says what it ended of. */
async function runToEnd(process: JobProcess, settings: string, wish: Wish, onEvent: (event: JobEvent) => void): Promise<string> {
  let failure: string | undefined;
  process.stdin.write(`${settings}\n${wish.draining ? "drain\n" : ""}`);
  if (wish.killed) process.kill("SIGKILL");
  else if (wish.stopping) process.stdin.end();
  const { code, signal } = await followJob(process, (event) => {
    if (event.event === "failed") failure = `${event.query}: ${event.error.message}`;
    // A job that stops by itself ends only when nobody can speak to it any more.
    if (event.event === "stopped" && !wish.stopping) process.stdin.end();
    onEvent(event);
  });
  return failure ?? (signal === null ? `exit code ${code}` : `signal ${signal}`);
}
