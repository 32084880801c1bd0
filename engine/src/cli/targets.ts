import { type ChosenTarget, findTarget } from "../runtime/find-target.ts";
import type { Project } from "../runtime/project.ts";
import type { Output } from "./output.ts";

/** The target that `--target` names, else the default of `targets.yaml`, else the local stack. Undefined where the file has mistakes, which are printed. */
export async function chooseTarget(
  project: Project,
  wanted: string | undefined,
  output: Output,
): Promise<ChosenTarget | undefined> {
  const found = await findTarget(project, wanted);
  if (found.chosen === undefined) output.diagnostics(found.diagnostics, found.text);
  return found.chosen;
}
