import { renderedFile } from "../nodes/files.ts";
import type { Plan } from "../plan/plan.ts";
import { type LineOf, renderJob } from "./job.ts";
import { renderReadme } from "./readme.ts";

/** A file in memory, its path relative to the folder it is written to, with `/`. */
export interface Artefact {
  path: string;
  text: string | Uint8Array;
}

/** The texts of `spark-templates/` by path relative to it, tests left out. */
export type Templates = Record<string, string>;

/**
 * Everything a plan becomes on disk, in the order of the paths: the job, its library, and what has to exist before it runs.
 * The same plan, templates and files give the same bytes. `files`: what those beside the spec hold, by their paths.
 */
export function renderArtefacts(
  plan: Plan,
  templates: Templates,
  file: string,
  lineOf: LineOf,
  files: ReadonlyMap<string, Uint8Array> = new Map(),
): Artefact[] {
  const template = templates["job.py.tmpl"];
  if (template === undefined) throw new Error("spark-templates/job.py.tmpl is missing");
  const library = Object.entries(templates)
    .filter(([path]) => path !== "job.py.tmpl")
    .map(([path, text]) => ({ path: `stream_job/${path}`, text }));
  return [
    { path: "job.py", text: renderJob(template, plan, file, lineOf) },
    { path: "topics.json", text: json(plan.topics) },
    { path: "collections.json", text: json(plan.collections) },
    { path: "README.md", text: renderReadme(plan, file) },
    ...Array.from(files, ([path, text]) => ({ path: renderedFile(path), text })),
    ...library,
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
