import { existsSync, readdirSync, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { EnvironmentProblem } from "../environment-problem.ts";

const NEEDED_BYTES = 2.5e9;
// pip needs its tools' and Ivy's room even when nearly all is there.
const LEAST_BYTES = 0.3e9;
const ELSEWHERE = "put the toolchain on another disk: export ENGINE_TOOLCHAIN=/path/to/folder.";

/** The problem of a full disk. */
export function diskFull(message: string): EnvironmentProblem {
  return new EnvironmentProblem("environment/disk-full", message, `Free some space, or ${ELSEWHERE}`);
}

/** Whether a program's last words say that the disk, or the user's share of it, is full. */
export function isDiskFull(text: string): boolean {
  return /No space left|ENOSPC|Disk quota exceeded|EDQUOT/i.test(text);
}

/** Throws unless a whole set-up fits into `root`; what a broken-off attempt holds already need not be free again. */
export async function requireSpace(root: string, partial: string): Promise<void> {
  const disk = await statfs(root);
  const free = disk.bavail * disk.bsize;
  if (free >= NEEDED_BYTES) return;
  if (free >= Math.max(LEAST_BYTES, NEEDED_BYTES - bytesBelow(partial))) return;
  throw diskFull(`The toolchain needs ${gigabytes(NEEDED_BYTES)} in ${root}, where ${gigabytes(free)} are free.`);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function bytesBelow(dir: string): number {
  if (!existsSync(dir)) return 0;
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

const UNUSABLE = new Set(["EACCES", "EPERM", "EROFS", "ENOTDIR", "ENOENT", "EEXIST"]);

/** What failed in the folder of toolchains, as something the user can mend; any other error as it is. */
export function folderProblem(error: unknown, root: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || error instanceof EnvironmentProblem || code === undefined) return error;
  if (isDiskFull(code)) return diskFull(`The disk of ${root} is full.`);
  if (!UNUSABLE.has(code)) return error;
  return new EnvironmentProblem(
    "environment/cache-folder",
    `The toolchain cannot be kept in ${root}: ${message.replace(/^E\w+: /, "")}`,
    `Make the folder writable (sudo chown -R "$USER" ${root}), or ${ELSEWHERE}`,
  );
}
