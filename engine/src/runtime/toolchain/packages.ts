import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dropRecords, recordProcess, stopOrphans } from "../orphans.ts";
import { type Command, run } from "./command.ts";
import { withLock } from "./file-lock.ts";
import { LOCK_DIR, parseRequirements } from "./lock.ts";
import { pip, temporaryDir } from "./pip.ts";
import { type Report, step } from "./progress.ts";
import type { Toolchain } from "./toolchain.ts";

/** How packages are asked for. */
export interface PackagesRequest {
  report?: Report;
  signal?: AbortSignal | undefined;
}

/**
 * Installs the Python packages that some steps need beside the toolchain's own, each set by its lock in `engine/toolchain/packages/NAME.txt` and only where a
 * pipeline uses it. Returns the folders that hold them, in the order of the names. Throws an EnvironmentProblem.
 */
export async function ensurePackages(
  toolchain: Toolchain,
  names: readonly string[],
  request: PackagesRequest = {},
): Promise<string[]> {
  const folders: string[] = [];
  for (const name of names) folders.push(await ensureSet(toolchain, name, request));
  return folders;
}

/** The folders of the sets, or undefined where one is not installed. Starts nothing. */
export function installedPackages(toolchain: Toolchain, names: readonly string[]): string[] | undefined {
  const folders = names.map((name) => setOf(toolchain, name).dir);
  return folders.every((dir) => existsSync(dir)) ? folders : undefined;
}

function setOf({ dir }: Toolchain, name: string): { dir: string; text: string } {
  const text = readFileSync(join(LOCK_DIR, "packages", `${name}.txt`), "utf8");
  // Named by its lock: another version stands beside it, and who runs with the old one keeps it.
  return { text, dir: join(dir, "packages", `${name}-${createHash("sha256").update(text).digest("hex").slice(0, 12)}`) };
}

/** Where in such a folder the packages stand: what goes on Python's path. */
export function siteOf(folder: string): string {
  return join(folder, "site");
}

async function ensureSet(toolchain: Toolchain, name: string, { report = () => {}, signal }: PackagesRequest): Promise<string> {
  const { dir, text } = setOf(toolchain, name);
  if (existsSync(dir)) return dir;
  await mkdir(join(toolchain.dir, "packages"), { recursive: true });
  await withLock({ file: dir, waiting: () => {}, signal }, async () => {
    if (existsSync(dir)) return;
    const partial = `${dir}.partial`;
    await stopOrphans(partial);
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    const requirements = parseRequirements(text);
    const label = `Python packages: ${requirements.map((one) => one.name).join(", ")}`;
    const start = (command: Command) => run({ ...command, signal, launched: (pid) => recordProcess(partial, command.file, pid) });
    await step(report, { step: `packages-${name}`, label, done: 0, total: 0, unit: "bytes" }, (told) =>
      pip({
        python: toolchain.python,
        run: start,
        dir: partial,
        name: "requirements",
        requirements,
        args: ["install", "--target", join(partial, "site"), "--only-binary", ":all:", "--no-compile", "--progress-bar", "raw"],
        report: told,
      }),
    );
    await rm(temporaryDir(partial), { recursive: true, force: true });
    dropRecords(partial);
    await writeFile(join(partial, "requirements.txt"), text);
    await rename(partial, dir);
  });
  return dir;
}
