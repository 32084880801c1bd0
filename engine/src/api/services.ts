import type { Compilation } from "../core.ts";
import { hasErrors } from "../diagnostic.ts";
import { currentAddresses } from "../runtime/addresses.ts";
import { findTarget } from "../runtime/find-target.ts";
import { FileRefused, type SpecFiles } from "./spec-files.ts";
import { badTargets } from "./targets.ts";

/** A saved spec and where the services of its target are now. */
export interface Running {
  compilation: Compilation;
  plan: NonNullable<Compilation["plan"]>;
  addresses: NonNullable<Awaited<ReturnType<typeof currentAddresses>>>;
}

/** Finds the services of a target, without a name of the default one. Throws a FileRefused where the spec has errors or nothing runs. */
export async function servicesOf(files: SpecFiles, id: string, target: string | undefined): Promise<Running> {
  const { compilation, project } = await files.compiled(id);
  const { plan } = compilation;
  if (plan === undefined || hasErrors(compilation.diagnostics))
    throw new FileRefused(422, "api/has-errors", "The saved pipeline has errors, so nobody knows where its rows are.", {
      hint: "mend its problems and save it",
    });
  const found = await findTarget(project, target);
  if (found.chosen === undefined) throw badTargets(found.diagnostics);
  const addresses = await currentAddresses(project, found.chosen, plan.pipeline);
  if (addresses === undefined)
    throw new FileRefused(409, "api/no-stack", "The local stack does not run, so there is nothing to look at.", {
      hint: "press Run, or start it with `engine stack up`",
    });
  return { compilation, plan, addresses };
}
