// Memory and CPU time of a group of processes; shared pages count once.
import { readdirSync, readFileSync } from "node:fs";

const EVERY_MS = 500;

const TICKS_PER_SECOND = 100;

/** @typedef {{ parent: number, seconds: number }} Process */

/** @returns {Map<number, Process>} every process with its CPU time, that of its ended children included */
function processes() {
  const found = new Map();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
      found.set(Number(name), { parent: Number(fields[1]), seconds: ticks / TICKS_PER_SECOND });
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

/**
 * A process and all below it.
 * @param {Map<number, Process>} all
 * @param {number} root
 * @returns {number[]}
 */
function family(all, root) {
  const below = [...all].filter(([, { parent }]) => parent === root).flatMap(([pid]) => family(all, pid));
  return [root, ...below];
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
 * Watches a job and the services beside it, until stopped. `cpu` tells the CPU seconds they have used so far.
 * @param {{ services: number[], job: number }} roots
 * @returns {{ cpu(): number, stop(): { stack: number, job: number } }} `stop`: the peaks in MiB, of all and of the job with its children
 */
export function watchUsage({ services, job }) {
  const peak = { stack: 0, job: 0 };
  const look = () => {
    const all = processes();
    const total = (/** @type {number} */ root) => family(all, root).reduce((sum, pid) => sum + memoryOf(pid), 0);
    const own = total(job);
    peak.job = Math.max(peak.job, own);
    peak.stack = Math.max(peak.stack, own + services.reduce((sum, pid) => sum + total(pid), 0));
  };
  const timer = setInterval(look, EVERY_MS);
  return {
    cpu() {
      const all = processes();
      const pids = [job, ...services].flatMap((root) => family(all, root));
      return pids.reduce((sum, pid) => sum + (all.get(pid)?.seconds ?? 0), 0);
    },
    stop() {
      clearInterval(timer);
      return { stack: Math.round(peak.stack), job: Math.round(peak.job) };
    },
  };
}
