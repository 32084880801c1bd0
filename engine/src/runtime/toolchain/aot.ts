import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { constants, setPriority } from "node:os";
import type { JobProcess } from "../spark-submit.ts";
import { submitJob } from "../spark-submit.ts";
import { withLock } from "./file-lock.ts";
import type { Toolchain } from "./toolchain.ts";

/** The job the AOT cache is trained with: a short, real streaming job that ends by itself. */
export interface Training {
  script: string;
  cwd: string;
  env: Record<string, string>;
  /** As later in a run. */
  memoryMb: number;
  master?: string;
  /** Takes the job's standard error. */
  logFile: string;
  /** Ends the training; what it has is thrown away. */
  signal?: AbortSignal;
}

/** True when Spark starts with an AOT cache, or never will because its Java has none. */
export function aotTrained(toolchain: Toolchain): boolean {
  return toolchain.javaMajor < 25 || existsSync(toolchain.aotCache);
}

/**
 * Runs the job once and keeps what the JVM learnt as Spark's AOT cache; takes half a minute, at low priority. Of two callers at
 * once one trains. Returns false when the job failed or the JVM wrote nothing: then starts are slower, nothing else.
 */
export async function trainAot(toolchain: Toolchain, training: Training): Promise<boolean> {
  return writeAotCache(toolchain, toolchain.aotCache, training.signal, async (output) => {
    const job = await submitJob({ toolchain, ...training, aot: "train", aotOutput: output });
    lower(job.pid);
    return followTraining(job, training.signal);
  });
}

/** Makes an AOT cache by `train`, which writes it to the path it is given and tells whether it went well. Published in one step. */
export async function writeAotCache(
  toolchain: Toolchain,
  cache: string,
  signal: AbortSignal | undefined,
  train: (output: string) => Promise<boolean>,
): Promise<boolean> {
  if (toolchain.javaMajor < 25) return false;
  return withLock({ file: cache, signal }, async () => {
    if (existsSync(cache)) return true;
    const folder = `${cache}.training`;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    const output = `${folder}/cache.aot`;
    try {
      const trained = (await train(output)) && existsSync(output);
      if (trained) await rename(output, cache);
      return trained;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** Lets everything else go first. Of no consequence where the system refuses. */
export function lower(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // A process that is gone already has no priority.
  }
}

async function followTraining(job: JobProcess, signal: AbortSignal | undefined): Promise<boolean> {
  const abort = () => job.kill("SIGKILL");
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  job.stdout.resume();
  const { code } = await job.exited;
  signal?.removeEventListener("abort", abort);
  return code === 0;
}
