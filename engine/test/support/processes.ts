import { readdirSync, readFileSync } from "node:fs";

interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** Every process of this machine that can be read (Linux: /proc). */
function processes(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
        return [{ pid: Number(name), parent, command: readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ") }];
      } catch {
        return [];
      }
    });
}

/** All processes below a process, at any depth. */
export function descendants(pid: number): Process[] {
  const all = processes();
  const below = (parent: number): Process[] =>
    all.filter((process) => process.parent === parent).flatMap((process) => [process, ...below(process.pid)]);
  return below(pid);
}

/** The processes whose command line holds a text, such as a folder. */
export function commandsWith(text: string): string[] {
  return processes()
    .filter(({ pid, command }) => pid !== process.pid && command.includes(text) && exists(pid))
    .map(({ pid, command }) => `${pid} ${command}`);
}

/** Whether a process exists and is no zombie. */
export function exists(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** The command line of a process, empty for one that has gone. */
export function commandOf(pid: number): string {
  return processes().find((process) => process.pid === pid)?.command ?? "";
}

/** Resident memory of one process in MiB. */
export function residentMiB(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
  return (pages * 4096) / 1_048_576;
}

/** Looks at a process's memory until it is asked. */
export function watchMemory(pid: number): { /** The most that it grew since the watch began, in MiB. */ growth(): number } {
  const base = residentMiB(pid);
  let peak = base;
  const timer = setInterval(() => {
    try {
      peak = Math.max(peak, residentMiB(pid));
    } catch {
      // It has ended.
      clearInterval(timer);
    }
  }, 20);
  return {
    growth() {
      clearInterval(timer);
      return peak - base;
    },
  };
}
