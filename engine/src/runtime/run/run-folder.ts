import { readdir, rename, rm, symlink } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Artefact } from "../../artefacts/index.ts";
import { writeArtefacts } from "../job-process.ts";

const KEPT_RUNS = 10;
const LATEST = "latest";

/** The folder of one run. */
export interface RunFolder {
  dir: string;
  /** The generated job. */
  script: string;
  /** What Spark logs. */
  log: string;
}

/** Makes the folder of a run below `runs`, named after the moment and this process, with the job in it. */
export async function makeRunFolder(runs: string, artefacts: Artefact[]): Promise<RunFolder> {
  const moment = new Date().toISOString().replaceAll(":", "-");
  const dir = join(runs, `${moment}-${process.pid}`);
  return { dir, script: await writeArtefacts(join(dir, "job"), artefacts), log: join(dir, "spark.log") };
}

/** Lets `latest` name this run and removes the oldest ones. Only for an engine that holds the pipeline's lease. */
export async function keepAsLatest(runs: string, { dir }: RunFolder): Promise<void> {
  const link = join(runs, `${LATEST}.${process.pid}`);
  await rm(link, { force: true });
  await symlink(basename(dir), link);
  await rename(link, join(runs, LATEST));
  const before = (await readdir(runs)).filter((name) => /^\d{4}-/.test(name)).sort();
  const old = before.slice(0, Math.max(0, before.length - KEPT_RUNS));
  await Promise.all(old.map((name) => rm(join(runs, name), { recursive: true, force: true })));
}

/** Removes the folder of a run that was never allowed to begin. */
export async function dropRunFolder({ dir }: RunFolder): Promise<void> {
  await rm(dir, { recursive: true, force: true });
}
