import { execFile } from "node:child_process";
import { basename, dirname } from "node:path";

const MOST_BYTES = 1024 * 1024;

/** The text of a file at git's HEAD. `outside`: there is no repository, or no git; `new`: HEAD does not know the file, or there is no HEAD yet. */
export type Head = { text: string } | { text: null; why: "outside" | "new" };

/** Asks git for the text of a file at HEAD. */
export async function headOf(path: string): Promise<Head> {
  const text = await git(dirname(path), "show", "--no-textconv", `HEAD:./${basename(path)}`, "--");
  if (text !== undefined) return { text };
  const isInside = (await git(dirname(path), "rev-parse", "--is-inside-work-tree"))?.trim() === "true";
  return { text: null, why: isInside ? "new" : "outside" };
}

/** What git says; undefined where it refuses. It runs no hook and takes no lock. */
function git(cwd: string, ...args: readonly string[]): Promise<string | undefined> {
  const still = ["--no-pager", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"];
  const options = { cwd, maxBuffer: MOST_BYTES, env: { ...process.env, GIT_OPTIONAL_LOCKS: "0", GIT_PAGER: "" } };
  return new Promise((resolve) => {
    execFile("git", [...still, ...args], options, (error, stdout) => resolve(error === null ? stdout : undefined));
  });
}
