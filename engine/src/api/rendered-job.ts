import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { refusalIn, runCommand } from "./command.ts";

const MOST_BYTES = 512 * 1024;

/** Lines of `job.py` that belong to a node, from 1, `to` included. */
export interface NodeLines {
  node: string;
  from: number;
  to: number;
}

/** The files that `engine render` writes for a spec, and which lines of the job are about which node. Files above 512 KiB are left out, with the reason. */
export async function renderedJob(root: string, path: string, text: string) {
  const dir = await mkdtemp(join(tmpdir(), "engine-job-"));
  try {
    const told = await runCommand(root, ["render", path, "--out", join(dir, "job"), "--format", "json"], text);
    if (!told.some(({ event }) => event === "rendered")) throw refusalIn(told, "There is no job.");
    const files: Record<string, string> = {};
    const left: Record<string, string> = {};
    for (const entry of await readdir(join(dir, "job"), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      const name = file
        .slice(join(dir, "job").length + 1)
        .split(sep)
        .join("/");
      const bytes = await readFile(file);
      if (bytes.length > MOST_BYTES) left[name] = "It is larger than 512 KiB.";
      else files[name] = bytes.toString();
    }
    return { files, left, lines: nodeLines(files["job.py"] ?? "") };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Reads the marks that the job's generator sets above the lines of a node: `# retail.yaml:23 stream (kafka.topic)`. */
export function nodeLines(job: string): NodeLines[] {
  const found: NodeLines[] = [];
  let current: NodeLines | undefined;
  for (const [at, line] of job.split("\n").entries()) {
    const node = /^# \S+:\d+ (\S+) \(\S+\)$/.exec(line)?.[1];
    if (node !== undefined) {
      current = { node, from: at + 1, to: at + 1 };
      found.push(current);
    } else if (line.startsWith("job.") || line.startsWith("# ")) current = undefined;
    else if (current !== undefined && line !== "") current.to = at + 1;
  }
  return found;
}
