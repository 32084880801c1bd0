import { execFile } from "node:child_process";
import { basename, dirname } from "node:path";

const MOST_BYTES = 1024 * 1024;

/** The text of a file at git's HEAD; null outside of a repository, where HEAD does not know the file, or where there is no git. */
export function textAtHead(path: string): Promise<string | null> {
  const args = [
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsmonitor=false",
    "show",
    "--no-textconv",
    `HEAD:./${basename(path)}`,
  ];
  const options = { cwd: dirname(path), maxBuffer: MOST_BYTES, env: { ...process.env, GIT_OPTIONAL_LOCKS: "0", GIT_PAGER: "" } };
  return new Promise((resolve) => {
    execFile("git", ["--no-pager", ...args, "--"], options, (error, stdout) => resolve(error === null ? stdout : null));
  });
}
