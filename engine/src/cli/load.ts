import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { type Artefact, renderArtefacts } from "../artefacts/index.ts";
import type { Compilation } from "../core.ts";
import { hasErrors } from "../diagnostic.ts";
import type { Plan } from "../plan/plan.ts";
import { type CompiledSpec, compileSpec, EXPECTED_VERSION, textVersion } from "../runtime/compiled-spec.ts";
import { specName } from "../runtime/project.ts";
import { jobTable, tablePath } from "../runtime/tables.ts";
import { loadTemplates } from "../runtime/templates.ts";
import { UserMistake } from "../runtime/user-mistake.ts";
import type { Output } from "./output.ts";
import { isTests } from "./test-files.ts";

/** A spec from disk, compiled. */
export type LoadedSpec = CompiledSpec;

/** Reads and compiles a spec, and reads the tables that it names; what is wrong is printed. */
export async function loadSpec(path: string, output: Output): Promise<LoadedSpec> {
  const text = await readText(path);
  requireExpected(path, text);
  const spec = compileSpec(path, text, shownPath(path));
  for (const file of spec.checked) output.diagnostics(file.diagnostics, file.text);
  return spec;
}

function requireExpected(path: string, text: string): void {
  const expected = process.env[EXPECTED_VERSION];
  if (expected === undefined || expected === textVersion(text)) return;
  throw new UserMistake(
    "spec/changed",
    `${shownPath(path)} has changed since it was checked.`,
    "look at what has changed, then do it again",
  );
}

const WHY: Record<string, string> = {
  ENOENT: "does not exist",
  EISDIR: "is a folder",
  EACCES: "may not be read by this user",
};

/** A path as a user would write it here. */
export const shownPath = (path: string): string => relative(process.cwd(), path) || path;

/** Reads a YAML file. Throws a UserMistake where it cannot be read, or is no text. */
export async function readText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const why = WHY[error.code ?? ""] ?? `cannot be read (${error.code ?? error.message})`;
    throw new UserMistake(
      "spec/unreadable",
      `${isTests(path) ? "The file of tests" : "The spec"} ${path} ${why}.`,
      "name a YAML file, for example `pipelines/retail.yaml`",
    );
  });
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UserMistake("spec/not-text", `${path} is not UTF-8 text.`, "name a YAML file, saved as UTF-8");
  }
}

/** The plan and files of a spec without errors, undefined where there are errors. */
export async function renderSpec({
  path,
  compilation,
  tables,
}: LoadedSpec): Promise<{ plan: Plan; artefacts: Artefact[] } | undefined> {
  const { plan, document, diagnostics } = compilation;
  if (plan === undefined || hasErrors(diagnostics)) return undefined;
  const lines = new Map(compilation.typed?.nodes.map(({ node }) => [node.id, document.locate(node.pointer).line]));
  const job = renderArtefacts(plan, await loadTemplates(), specName(path), (node) => lines.get(node) ?? 1, filesOf(compilation));
  const artefacts = [...job, ...tables.map((table) => ({ path: tablePath(table.node), text: jobTable(table) }))];
  return { plan, artefacts };
}

/** What the files hold that the job is given, by their paths. */
function filesOf({ typed }: Compilation): Map<string, Uint8Array> {
  const files = typed?.nodes.flatMap(({ part }) => (part.kind === "step" ? (part.files ?? []) : [])) ?? [];
  return new Map(files.map(({ path, bytes }) => [path, bytes]));
}
