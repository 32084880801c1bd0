import { type Compilation, compile } from "../core.ts";
import { currentAddresses } from "../runtime/addresses.ts";
import { findTarget } from "../runtime/find-target.ts";
import { projectOf } from "../runtime/project.ts";
import { FileRefused, type SpecFiles } from "./spec-files.ts";

/** A saved spec and where the services of its target are now. */
export interface Running {
  compilation: Compilation;
  plan: NonNullable<Compilation["plan"]>;
  addresses: NonNullable<Awaited<ReturnType<typeof currentAddresses>>>;
}

/** Finds the services of the default target. Throws a FileRefused where the spec has errors or nothing runs. */
export async function servicesOf(files: SpecFiles, id: string): Promise<Running> {
  const { text } = await files.read(id);
  const compilation = compile(text, `${id}.yaml`);
  const { plan } = compilation;
  if (plan === undefined)
    throw new FileRefused(422, "api/has-errors", "The saved pipeline has errors, so nobody knows where its rows are.");
  const project = projectOf(files.path(id));
  const { chosen } = await findTarget(project, undefined);
  if (chosen === undefined) throw new FileRefused(422, "api/bad-targets", "targets.yaml has mistakes; `engine plan` shows them.");
  const addresses = await currentAddresses(project, chosen, plan.pipeline);
  if (addresses === undefined)
    throw new FileRefused(409, "api/no-stack", "The local stack does not run, so there is nothing to look at.", {
      hint: "press Run, or start it with `engine stack up`",
    });
  return { compilation, plan, addresses };
}
