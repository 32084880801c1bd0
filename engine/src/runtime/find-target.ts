import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Target, Targets } from "@pipeline-engine/schemas/types";
import { type Diagnostic, didYouMean, hasErrors } from "../diagnostic.ts";
import { readDocument } from "../document.ts";
import { validateTargets } from "../validate/targets.ts";
import { EnvironmentProblem } from "./environment-problem.ts";
import type { Project } from "./project.ts";
import { resolvedSettings } from "./references.ts";
import { withStartAdvice } from "./target-answers.ts";
import { UserMistake } from "./user-mistake.ts";

/** A target of the project, its references resolved. */
export interface ChosenTarget {
  name: string;
  target: Target;
}

/** What is wrong with a `targets.yaml`, and its text. */
interface TargetMistakes {
  targets?: undefined;
  text: string;
  diagnostics: Diagnostic[];
}

/** The targets of a project as `targets.yaml` has them, else the local stack alone; the mistakes of that file where it has any. */
export async function readTargets(project: Project): Promise<{ targets: Targets } | TargetMistakes> {
  const path = join(project.root, "targets.yaml");
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "version: 1\ntargets: { local: { kind: local } }\n";
    throw new UserMistake("target/unreadable", `${path} cannot be read (${error.code}).`, "it must be a YAML file");
  });
  const document = readDocument(text, relative(process.cwd(), path));
  const checked = document.findings.length > 0 ? { findings: document.findings } : validateTargets(document);
  if (hasErrors(checked.findings) || checked.value === undefined)
    return { text, diagnostics: checked.findings.map((finding) => document.place(finding)) };
  return { targets: checked.value };
}

/** The target that is `wanted`, else the default one; the mistakes of `targets.yaml` where it has any. */
export async function findTarget(
  project: Project,
  wanted: string | undefined,
): Promise<{ chosen: ChosenTarget } | ({ chosen?: undefined } & TargetMistakes)> {
  const read = await readTargets(project);
  if (read.targets === undefined) return read;
  const { targets, default: preset } = read.targets;
  const name = wanted ?? preset;
  const target = targets[name];
  if (target === undefined) {
    const known = Object.keys(targets);
    throw new UserMistake(
      "target/unknown",
      `There is no target \`${name}\`.`,
      didYouMean(name, known) ?? `targets.yaml has ${known.join(", ")}`,
    );
  }
  return { chosen: { name, target: await resolvedTarget(name, target, project) } };
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
