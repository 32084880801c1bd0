import type { FileProblem, NodeContext } from "./node-kind.ts";

/** Where a rendered job has the file, beside its script. */
export function renderedFile(path: string): string {
  return `files/${path}`;
}

/** The file that a setting names; reports one that cannot be had. Undefined as well where nobody can look, as in a browser. */
export function fileAt({ file, report }: Pick<NodeContext<unknown>, "file" | "report">, setting: string, path: string) {
  const found = file?.(path);
  if (found === undefined) return undefined;
  if ("bytes" in found) return found;
  report([setting], fileMistake(found.problem, path));
  return undefined;
}

/** What is said of a file that cannot be had. */
export function fileMistake(problem: FileProblem, path: string): { code: string; message: string; hint: string } {
  return SAID[problem](path);
}

const SAID: Record<FileProblem, (path: string) => { code: string; message: string; hint: string }> = {
  missing: (path) => ({
    code: "files/missing",
    message: `There is no file \`${path}\` in the folder of this pipeline.`,
    hint: "the path is taken from the folder that the pipeline's file is in",
  }),
  outside: (path) => ({
    code: "files/outside",
    message: `\`${path}\` is a link that leads out of the folder of this pipeline.`,
    hint: "copy the file to where the link is",
  }),
  unreadable: (path) => ({
    code: "files/unreadable",
    message: `\`${path}\` cannot be read as a file.`,
    hint: "name a file that this user may read",
  }),
  "too-large": (path) => ({
    code: "files/too-large",
    message: `\`${path}\` is larger than 64 MiB, and it travels to every worker.`,
    hint: "make it smaller; a model can be quantized",
  }),
};
