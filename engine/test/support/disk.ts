import { execFile, execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../bin/engine.js", import.meta.url));

/** True where a process may mount something for itself, as root of a space of its own. */
export function mayMount(): boolean {
  try {
    execFileSync("unshare", ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** How an engine is started on a disk of its own. */
export interface OnDisk {
  cwd: string;
  env: Record<string, string>;
  /** A shell command that is run before it, on the disk. */
  before?: string;
  /** The engine's PATH. */
  path?: string;
}

/** Runs the engine where a disk with these options of tmpfs, seen by it alone, is mounted at a folder. */
export function onSmallDisk(options: string, at: string, args: string[], { cwd, env, before = "true", path }: OnDisk) {
  const script = `mount -t tmpfs -o ${options} none ${at} && { ${before}; } && PATH=\${ENGINE_PATH:-$PATH} exec "$@"`;
  const command = ["-rm", "sh", "-c", script, "sh", process.execPath, bin, ...args];
  const all = { ...process.env, ENGINE_AOT: "off", ...env, ENGINE_PATH: path ?? "" };
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = execFile("unshare", command, { cwd, env: all }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}
