import { existsSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** Where a spec lives and where the engine keeps what it needs for it. */
export interface Project {
  /** The nearest folder above the spec with a `targets.yaml`, else the spec's own folder. */
  root: string;
  /** `.engine` in the root: data of the local stack, runs, checkpoints. Git-ignored. */
  dir: string;
}

/** Finds the project that a file or folder belongs to. */
export function projectOf(path: string): Project {
  const start = statSync(path).isDirectory() ? resolve(path) : dirname(resolve(path));
  let root = start;
  while (!existsSync(join(root, "targets.yaml"))) {
    const parent = dirname(root);
    if (parent === root) {
      root = start;
      break;
    }
    root = parent;
  }
  return { root, dir: join(root, ".engine") };
}

/** Folders of one pipeline on one target: one of its runs, one of its checkpoints. */
export function pipelineDirs(project: Project, target: string, pipeline: string) {
  return {
    runs: join(project.dir, "runs", target, pipeline),
    checkpoints: join(project.dir, "checkpoints", target, pipeline),
  };
}

/** The name by which generated files quote a spec. */
export function specName(path: string): string {
  return basename(path);
}
