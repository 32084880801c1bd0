import { readdir, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Templates } from "../artefacts/index.ts";

/** `ENGINE_TEMPLATES` names another folder, for trying out a change of the library. */
const FOLDER = process.env.ENGINE_TEMPLATES ?? fileURLToPath(new URL("../../../spark-templates", import.meta.url));

const NOT_OF_A_JOB =
  /(^|[\\/])(.*_test|conftest|run_tests|run_pipeline_tests|testing|preview_functions)\.py$|^pipeline_tests[\\/]/;

/** Reads `spark-templates/`, what no job needs left out. */
export async function loadTemplates(): Promise<Templates> {
  const names = await readdir(FOLDER, { recursive: true });
  const wanted = names.filter((name) => (name.endsWith(".py") && !NOT_OF_A_JOB.test(name)) || name.endsWith(".py.tmpl"));
  const pairs = await Promise.all(
    wanted.sort().map(async (name) => [name.replaceAll(sep, "/"), await readFile(join(FOLDER, name), "utf8")] as const),
  );
  return Object.fromEntries(pairs);
}
