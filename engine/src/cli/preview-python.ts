import { dirname } from "node:path";
import { EnvironmentProblem } from "../runtime/environment-problem.ts";
import { type OpenPython, openPreviewPython } from "../runtime/preview-python.ts";
import { ensurePackages, installedToolchain } from "../runtime/toolchain/index.ts";
import type { LoadedSpec } from "./load.ts";
import type { Output } from "./output.ts";
import { paperOf, printProblem } from "./print.ts";
import { setupProgress } from "./progress.ts";

/**
 * The Python that a preview runs steps in. Packages that a step needs are fetched where they are missing; where that fails it is said, and the steps go without
 * a preview. Undefined where nothing is set up yet.
 */
export async function preparePython(spec: LoadedSpec, output: Output): Promise<OpenPython | undefined> {
  const packages = spec.compilation.plan?.packages ?? [];
  const toolchain = installedToolchain();
  if (toolchain === undefined) return undefined;
  const progress = setupProgress(process.stderr);
  try {
    await ensurePackages(toolchain, packages, { report: (step) => progress.show({ event: "setup", ...step }) });
  } catch (error) {
    if (!(error instanceof EnvironmentProblem)) throw error;
    process.stderr.write(printProblem(error, paperOf(process.stderr)));
    output.event({ event: "problem", code: error.code, message: error.message, hint: error.hint });
  } finally {
    progress.stop();
  }
  return openPreviewPython(packages, dirname(spec.path));
}
