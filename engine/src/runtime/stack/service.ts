import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { EnvironmentProblem } from "../environment-problem.ts";
import { endProcess, identityOf, isAlive, type ProcessIdentity } from "../process-identity.ts";

/** The services of the local stack. */
export type ServiceName = "kafka" | "mongodb";

/** What people call them. */
export const NAMES: Record<ServiceName, string> = { kafka: "Kafka", mongodb: "MongoDB" };

/** What happens to a service, for the display. */
export interface ServiceNews {
  service: ServiceName;
  state: "starting" | "ready" | "degraded" | "stopped";
  message?: string;
}

/** A service that answers. */
export interface RunningService {
  identity: ProcessIdentity;
  port: number;
}

/** How a service's process is started. */
export interface ServiceStart {
  service: ServiceName;
  file: string;
  args: readonly string[];
  logFile: string;
  /** The process that is there already: then it is only waited for. */
  running?: ProcessIdentity | undefined;
  /** Told as soon as the process is there, before it answers: an engine that dies in between must find it again. */
  launched: (identity: ProcessIdentity) => void;
  /** True once it answers; called again and again, so quick to fail. */
  ready: (alive: () => boolean) => Promise<boolean>;
  /** Why it failed, from the text of its log. */
  reason: (log: string) => string;
  signal: AbortSignal | undefined;
}

const READY_WITHIN_MS = 60_000;
const POLL_MS = 20;
const GRACE_MS = 10_000;

/**
 * Starts a service in a process group of its own (Ctrl-C in the terminal must not reach it: the engine decides the order of
 * ending) and waits until it answers. Throws an EnvironmentProblem that quotes its log; then nothing is left running.
 */
export async function startService(start: ServiceStart): Promise<void> {
  const identity = start.running ?? (await launch(start));
  try {
    start.launched(identity);
    await untilReady(start, identity);
  } catch (error) {
    if (start.running === undefined) await endProcess(identity, GRACE_MS);
    throw error;
  }
}

async function launch(start: ServiceStart): Promise<ProcessIdentity> {
  start.signal?.throwIfAborted();
  const log = openLog(start.logFile);
  try {
    const child = spawn(start.file, start.args, { detached: true, stdio: ["ignore", log, log], cwd: dirname(start.logFile) });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (error) => reject(startProblem(start, error.message)));
    });
    child.unref();
    const identity = child.pid === undefined ? undefined : identityOf(child.pid);
    if (identity === undefined) throw startProblem(start, start.reason(readLog(start.logFile)));
    return identity;
  } finally {
    closeSync(log);
  }
}

/** The log of the last start stands beside the new one, for a look after a crash. */
function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  try {
    renameSync(file, `${file}.1`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return openSync(file, "a", 0o600);
}

async function untilReady(start: ServiceStart, identity: ProcessIdentity): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  const alive = () => isAlive(identity) && !start.signal?.aborted && performance.now() < deadline;
  while (!(await start.ready(alive))) {
    start.signal?.throwIfAborted();
    if (!isAlive(identity)) throw startProblem(start, start.reason(readLog(start.logFile)));
    if (performance.now() > deadline) throw startProblem(start, `no answer within ${READY_WITHIN_MS / 1000} s`);
    await pause(POLL_MS);
  }
}

function readLog(file: string): string {
  try {
    return readFileSync(file, "utf8").slice(-200_000);
  } catch {
    return "";
  }
}

function startProblem(start: ServiceStart, reason: string): EnvironmentProblem {
  const code = /address already in use/i.test(reason) ? "stack/port-taken" : `stack/${start.service}`;
  return new EnvironmentProblem(code, `${NAMES[start.service]} did not start: ${reason}`, startHint(start, reason));
}

function startHint({ service, logFile }: ServiceStart, reason: string): string {
  if (/no space left|disk quota/i.test(reason)) return `Free some space on the disk of ${dirname(logFile)}.`;
  if (service === "mongodb" && /shared librar|GLIBC|exec format|illegal instruction|SIGILL/i.test(reason))
    return "The bundled mongod does not run on this system: install MongoDB 6 or newer and set ENGINE_MONGOD=/path/to/mongod.";
  return `Its log is ${logFile}.`;
}

/** Ends a service: SIGTERM, SIGKILL after ten seconds. Returns when it is gone. */
export async function endService(identity: ProcessIdentity): Promise<void> {
  await endProcess(identity, GRACE_MS);
}
