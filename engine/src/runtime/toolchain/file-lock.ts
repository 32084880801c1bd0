import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { lock } from "proper-lockfile";

/** How a lock is asked for. */
export interface LockRequest {
  /** What is locked; need not exist. The lock stands beside it as `<file>.lock`. */
  file: string;
  /** Told every half second who holds it, such as `process 4711`. */
  waiting?: (holder: string) => void;
  signal?: AbortSignal | undefined;
}

const STALE_MS = 5_000;
const RETRY_MS = 100;
const RETRIES_PER_NEWS = 5;

/** Runs `work` while no other process holds the lock; waits for it as long as it takes. A dead holder's lock is free after five seconds. */
export async function withLock<T>(request: LockRequest, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(request.file), { recursive: true });
  const release = await acquire(request);
  try {
    await writeFile(holderFile(request.file), String(process.pid));
    return await work();
  } finally {
    await rm(holderFile(request.file), { force: true });
    await release().catch(() => {});
  }
}

const holderFile = (file: string) => `${file}.holder`;

async function acquire(request: LockRequest): Promise<() => Promise<void>> {
  for (let attempt = 0; ; attempt++) {
    request.signal?.throwIfAborted();
    try {
      // A lock that is lost because this process was suspended too long must not tear the process down.
      return await lock(request.file, { realpath: false, stale: STALE_MS, update: 1_000, onCompromised: () => {} });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
    }
    if (attempt % RETRIES_PER_NEWS === 0) {
      const pid = await readFile(holderFile(request.file), "utf8").catch(() => "");
      request.waiting?.(pid === "" ? "another process" : `process ${pid}`);
    }
    await pause(RETRY_MS, undefined, request.signal ? { signal: request.signal } : {});
  }
}
