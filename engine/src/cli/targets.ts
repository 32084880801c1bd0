import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Target } from "@pipeline-engine/schemas/types";
import { didYouMean, hasErrors } from "../diagnostic.ts";
import { readDocument } from "../document.ts";
import { EnvironmentProblem } from "../runtime/environment-problem.ts";
import type { Project } from "../runtime/project.ts";
import { resolvedSettings } from "../runtime/references.ts";
import { withStartAdvice } from "../runtime/target-answers.ts";
import { UserMistake } from "../runtime/user-mistake.ts";
import { validateTargets } from "../validate/targets.ts";
import type { Output } from "./output.ts";

/** A target of the project, its references resolved. */
export interface ChosenTarget {
  name: string;
  target: Target;
}

/** The target that `--target` names, else the default of `targets.yaml`, else the local stack. Undefined where the file has mistakes, which are printed. */
export async function chooseTarget(
  project: Project,
  wanted: string | undefined,
  output: Output,
): Promise<ChosenTarget | undefined> {
  const path = join(project.root, "targets.yaml");
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "version: 1\ntargets: { local: { kind: local } }\n";
    throw new UserMistake("target/unreadable", `${path} cannot be read (${error.code}).`, "it must be a YAML file");
  });
  const document = readDocument(text, relative(process.cwd(), path));
  const checked = document.findings.length > 0 ? { findings: document.findings } : validateTargets(document);
  if (hasErrors(checked.findings) || checked.value === undefined) {
    output.diagnostics(
      checked.findings.map((finding) => document.place(finding)),
      text,
    );
    return undefined;
  }
  const { targets } = checked.value;
  const name = wanted ?? checked.value.default;
  const target = targets[name];
  if (target === undefined) {
    const known = Object.keys(targets);
    throw new UserMistake(
      "target/unknown",
      `There is no target \`${name}\`.`,
      didYouMean(name, known) ?? `targets.yaml has ${known.join(", ")}`,
    );
  }
  return { name, target: await resolvedTarget(name, target, project) };
}

async function resolvedTarget(name: string, target: Target, project: Project): Promise<Target> {
  try {
    return resolvedSettings({ ...target }, `target ${name}`, project.root) as unknown as Target;
  } catch (error) {
    // A secret that nobody has made yet: the services were never started.
    if (error instanceof EnvironmentProblem && target.kind === "services") throw await withStartAdvice(error, target.start);
    throw error;
  }
}
