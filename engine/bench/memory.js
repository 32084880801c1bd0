// Memory of a group of processes, with shared pages counted once.
import { readdirSync, readFileSync } from "node:fs";

const EVERY_MS = 500;

/** @returns {Map<number, number[]>} parent → children */
function families() {
  const children = new Map();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It has ended meanwhile.
    }
  }
  return children;
}

/**
 * The proportional share of memory in MiB; what is resident where the share cannot be read.
 * @param {number} pid
 */
function memoryOf(pid) {
  for (const [file, pattern] of /** @type {const} */ ([
    ["smaps_rollup", /^Pss:\s+(\d+) kB/m],
    ["status", /^VmRSS:\s+(\d+) kB/m],
  ])) {
    try {
      const found = pattern.exec(readFileSync(`/proc/${pid}/${file}`, "utf8"));
      if (found) return Number(found[1]) / 1024;
    } catch {
      // Another user's process, or one that has ended.
    }
  }
  return 0;
}

/**
 * Watches a job and the services below it, until stopped.
 * @param {{ services: number[], job: number }} roots
 * @returns {{ stop(): { stack: number, job: number } }} the peaks in MiB: of all together, and of the job with its children
 */
export function watchMemory({ services, job }) {
  const peak = { stack: 0, job: 0 };
  const look = () => {
    const children = families();
    /** @type {(pid: number) => number} */
    const total = (pid) => memoryOf(pid) + (children.get(pid) ?? []).reduce((sum, child) => sum + total(child), 0);
    const own = total(job);
    peak.job = Math.max(peak.job, own);
    peak.stack = Math.max(peak.stack, own + services.reduce((sum, pid) => sum + total(pid), 0));
  };
  const timer = setInterval(look, EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return { stack: Math.round(peak.stack), job: Math.round(peak.job) };
    },
  };
}
