import type { Diagnostic } from "../diagnostic.ts";
import { readTargets } from "../runtime/find-target.ts";
import { maskSaid } from "../runtime/masking/mask-told.ts";
import { projectOf } from "../runtime/project.ts";
import { UserMistake } from "../runtime/user-mistake.ts";
import { refusalOf } from "./command.ts";

import { FileRefused } from "./spec-files.ts";

/** The targets of a project and the one that is meant where none is named; none, and why, where `targets.yaml` is of no use. Tells neither addresses nor secrets. */
export async function targetsOf(root: string) {
  try {
    const read = await readTargets(projectOf(root));
    if (read.targets === undefined) throw badTargets(read.diagnostics);
    const { targets, default: preset } = read.targets;
    return { targets: Object.entries(targets).map(([name, { kind }]) => ({ name, kind })), default: preset };
  } catch (error) {
    if (!(error instanceof FileRefused || error instanceof UserMistake)) throw error;
    const { hint } = error instanceof FileRefused ? error.more : error;
    const problem = { code: error.code, message: error.message, ...(hint !== undefined && { hint }) };
    return { targets: [], problem: maskSaid((told) => told)(problem) };
  }
}

/** Why a `targets.yaml` with mistakes is of no use, by the first of them. */
export function badTargets(mistakes: readonly Diagnostic[]): FileRefused {
  return refusalOf(mistakes, "targets.yaml has mistakes.", "api/bad-targets");
}
