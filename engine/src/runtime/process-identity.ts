import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process that cannot be confused with a later one of the same number. */
export interface ProcessIdentity {
  pid: number;
  /** When it started: clock ticks since boot on Linux, a date elsewhere. Compared, never computed with. */
  start: string;
  /** Which boot of the machine `start` belongs to; empty where `start` is a date. */
  boot: string;
}

/**
 * The start time in a line of /proc/PID/stat (field 22), undefined for a process that has ended or a malformed line. One that was killed is a
 * zombie at once, but until the last of its threads (field 20) has ended its ports and files are still held.
 */
export function startOfStat(stat: string): string | undefined {
  // The second field is the program's name in parentheses and may hold blanks and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ended = fields[0] === "X" || (fields[0] === "Z" && !(Number(fields[17]) > 1));
  return ended ? undefined : fields[19];
}

/** The identity of a running process, undefined when there is none of that number (or only what is left of one). */
export function identityOf(pid: number): ProcessIdentity | undefined {
  try {
    if (process.platform === "linux") {
      const start = startOfStat(readFileSync(`/proc/${pid}/stat`, "latin1"));
      return start === undefined
        ? undefined
        : { pid, start, boot: readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim() };
    }
    const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "latin1" }).trim();
    const start = line.replace(/^\S+\s+/, "");
    return line === "" || line.startsWith("Z") ? undefined : { pid, start, boot: "" };
  } catch {
    return undefined;
  }
}

/** The identity of this process. */
export function thisProcess(): ProcessIdentity {
  // Only a machine without /proc and ps has none; then the number must do.
  return identityOf(process.pid) ?? { pid: process.pid, start: "", boot: "" };
}

/** True when both name the same process. */
export function sameProcess(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return one.pid === other.pid && one.start === other.start && one.boot === other.boot;
}

/** True while that very process runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  const now = identityOf(identity.pid);
  return now !== undefined && sameProcess(now, identity);
}

const POLL_MS = 25;

/**
 * Ends a process: SIGTERM, SIGKILL when it still runs after `graceMs`, and waits until it is gone. Does nothing when the number
 * belongs to another process by now. Returns how it went.
 */
export async function endProcess(identity: ProcessIdentity, graceMs: number): Promise<"gone" | "ended" | "killed"> {
  if (!isAlive(identity)) return "gone";
  send(identity.pid, "SIGTERM");
  if (await untilGone(identity, graceMs)) return "ended";
  if (isAlive(identity)) send(identity.pid, "SIGKILL");
  await untilGone(identity, Number.POSITIVE_INFINITY);
  return "killed";
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

// A process of another parent gives no event when it ends.
async function untilGone(identity: ProcessIdentity, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (isAlive(identity)) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}
