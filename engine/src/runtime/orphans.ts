import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endProcess, identityOf, isAlive, type ProcessIdentity, thisProcess } from "./process-identity.ts";

interface Recorded {
  name: string;
  process: ProcessIdentity;
  owner: ProcessIdentity;
}

const GRACE_MS = 10_000;
const recordDir = (dir: string) => join(dir, "processes");

/**
 * Remembers in a folder a process that this engine has started, such as the Spark JVM, so that the next engine can end it if this one
 * crashes. A file a process, so that no lock is needed. Returns what forgets it again.
 */
export function recordProcess(dir: string, name: string, pid: number): () => void {
  const identity = identityOf(pid);
  if (identity === undefined) return () => {};
  const file = join(recordDir(dir), `${pid}.json`);
  const entry: Recorded = { name, process: identity, owner: thisProcess() };
  mkdirSync(recordDir(dir), { recursive: true });
  writeFileSync(file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** Ends the recorded processes whose engine no longer runs; returns their names. Those of a running engine are left alone. */
export async function stopOrphans(dir: string): Promise<string[]> {
  const stopped = await Promise.all(
    recordFiles(dir).map(async (file) => {
      const entry = readRecord(file);
      if (entry && isAlive(entry.owner)) return [];
      const ended = entry !== undefined && (await endWithChildren(entry.process));
      rmSync(file, { force: true });
      return ended ? [entry.name] : [];
    }),
  );
  return stopped.flat();
}

/** Removes the records of a folder whose processes have all ended. */
export function dropRecords(dir: string): void {
  rmSync(recordDir(dir), { recursive: true, force: true });
}

/** Ends a process with all that is in its group, if it has one of its own, and would go on without it. Returns whether it ran. */
async function endWithChildren(identity: ProcessIdentity): Promise<boolean> {
  if (!isAlive(identity)) return false;
  signalGroup(identity.pid, "SIGTERM");
  await endProcess(identity, GRACE_MS);
  signalGroup(identity.pid, "SIGKILL");
  return true;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function recordFiles(dir: string): string[] {
  try {
    return readdirSync(recordDir(dir)).map((name) => join(recordDir(dir), name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Undefined for a record that was never written to its end: then its process lived for a moment only. */
function readRecord(file: string): Recorded | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Recorded;
  } catch {
    return undefined;
  }
}
