import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endProcess, identityOf, isAlive, type ProcessIdentity, thisProcess } from "../process-identity.ts";
import { withLock } from "../toolchain/file-lock.ts";

interface Recorded {
  name: string;
  process: ProcessIdentity;
  owner: ProcessIdentity;
}

const GRACE_MS = 10_000;
const recordFile = (dir: string) => join(dir, "processes.json");

function read(dir: string): Recorded[] {
  try {
    return (JSON.parse(readFileSync(recordFile(dir), "utf8")) as Recorded[]).filter((entry) => isAlive(entry.process));
  } catch {
    return [];
  }
}

function write(dir: string, entries: Recorded[]): void {
  mkdirSync(dir, { recursive: true });
  const temporary = `${recordFile(dir)}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(entries, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, recordFile(dir));
}

/** Remembers a process this engine started, such as the Spark JVM, so that the next engine can end it if this one crashes. */
export async function recordProcess(dir: string, name: string, pid: number): Promise<void> {
  const identity = identityOf(pid);
  if (identity === undefined) return;
  await withLock({ file: recordFile(dir) }, async () =>
    write(dir, [...read(dir), { name, process: identity, owner: thisProcess() }]),
  );
}

/** Ends the recorded processes whose engine no longer runs; returns their names. Those of a running engine are left alone. */
export async function stopOrphans(dir: string): Promise<string[]> {
  return withLock({ file: recordFile(dir) }, async () => {
    const entries = read(dir);
    const orphans = entries.filter((entry) => !isAlive(entry.owner));
    await Promise.all(orphans.map((entry) => endProcess(entry.process, GRACE_MS)));
    write(
      dir,
      entries.filter((entry) => !orphans.includes(entry)),
    );
    return orphans.map((entry) => entry.name);
  });
}
