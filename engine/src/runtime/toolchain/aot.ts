import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { constants, setPriority } from "node:os";
import { withLock } from "./file-lock.ts";
import type { Toolchain } from "./toolchain.ts";

/**
 * Makes an AOT cache by `train`, which writes it to the path it is given and tells whether it went well. Published in one step; of two
 * callers at once one trains. Returns false where nothing came of it: then starts are slower, nothing else.
 */
export async function writeAotCache(
  toolchain: Toolchain,
  cache: string,
  signal: AbortSignal | undefined,
  train: (output: string, folder: string) => Promise<boolean>,
): Promise<boolean> {
  if (toolchain.javaMajor < 25) return false;
  return withLock({ file: cache, signal }, async () => {
    if (existsSync(cache)) return true;
    const folder = `${cache}.training`;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    const output = `${folder}/cache.aot`;
    try {
      const trained = (await train(output, folder)) && existsSync(output);
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
