import { readdirSync, readFileSync, readlinkSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isAlive, type ProcessIdentity, thisProcess } from "../process-identity.ts";

/*
 * A lock is a row of files `<file>.lock.<n>`; the highest number counts. Who finds it free, or its holder dead, creates the next
 * number, which only one can. Thus nobody ever removes a lock that another may have just taken, and a holder that is suspended
 * (Ctrl-Z, a closed lid) is not robbed, as it would be if only the age of a file counted.
 */

/** How a lock is asked for. */
export interface LockRequest {
  /** What is locked; need not exist. The lock stands beside it. */
  file: string;
  /** Told every half second who holds it, such as `process 4711`. */
  waiting?: (holder: string) => void;
  signal?: AbortSignal | undefined;
  /** How long to wait between two looks at it; 100 ms by default. */
  retryMs?: number;
}

interface Holder {
  process: ProcessIdentity;
  /** The space in which the process's number means something. */
  where: string;
}

const RETRY_MS = 100;
const RETRIES_PER_NEWS = 5;
const BEAT_MS = 2_000;
const FOREIGN_STALE_MS = 10_000;
// A listing that runs while locks are taken may miss one file that comes and one that goes, but not so many.
const KEPT = 3;

/** Runs `work` while no other process holds the lock; waits for it as long as it takes. The lock of a dead process is free at once. */
export async function withLock<T>(request: LockRequest, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(request.file), { recursive: true });
  const held = await acquire(request);
  // Another machine, or another container, cannot see whether this process lives; the file's age tells it.
  const beat = setInterval(() => touch(held, new Date()), BEAT_MS).unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    // Needs no space, so that a full disk leaves no lock behind.
    touch(held, new Date(0));
  }
}

async function acquire({ file, waiting, signal, retryMs = RETRY_MS }: LockRequest): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted();
    const top = numbers(file).at(-1) ?? 0;
    const holder = top === 0 ? undefined : holderOf(`${file}.lock.${top}`);
    if (holder === undefined) {
      const held = take(file, top + 1);
      if (held !== undefined) return held;
    } else if (attempt % RETRIES_PER_NEWS === 0) waiting?.(holder);
    await pause(retryMs, undefined, signal ? { signal } : {});
  }
}

function numbers(file: string): number[] {
  const prefix = `${basename(file)}.lock.`;
  return readdirSync(dirname(file))
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length)))
    .filter(Number.isSafeInteger)
    .sort((a, b) => a - b);
}

function take(file: string, number: number): string | undefined {
  const held = `${file}.lock.${number}`;
  const me: Holder = { process: thisProcess(), where: thisPlace() };
  try {
    writeFileSync(held, JSON.stringify(me), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    rmSync(held, { force: true });
    throw error;
  }
  const all = numbers(file);
  if (all.some((other) => other > number)) {
    rmSync(held, { force: true });
    return undefined;
  }
  for (const old of all.filter((other) => other <= number - KEPT)) rmSync(`${file}.lock.${old}`, { force: true });
  return held;
}

/** Who holds the lock of this file, in words; undefined when it is free or its holder dead. */
function holderOf(lock: string): string | undefined {
  try {
    const touched = statSync(lock).mtimeMs;
    if (touched === 0) return undefined;
    const holder = parse(readFileSync(lock, "utf8"));
    if (holder?.where === thisPlace()) return isAlive(holder.process) ? `process ${holder.process.pid}` : undefined;
    return Date.now() - touched < FOREIGN_STALE_MS ? "another process" : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Undefined for a file whose writer has not come to the end, or never will. */
function parse(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

function thisPlace(): string {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")} ${thisProcess().boot}`;
  } catch {
    return hostname();
  }
}

function touch(file: string, time: Date): void {
  try {
    utimesSync(file, time, time);
  } catch {
    // The folder may be gone together with what it held.
  }
}
