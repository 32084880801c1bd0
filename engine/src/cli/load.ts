import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { type Artefact, renderArtefacts } from "../artefacts/index.ts";
import { type Compilation, compile } from "../core.ts";
import { hasErrors } from "../diagnostic.ts";
import type { Plan } from "../plan/plan.ts";
import { filesBeside } from "../runtime/files-beside.ts";
import { type Project, projectOf, specName } from "../runtime/project.ts";
import { jobTable, type LoadedTable, loadTables, tablePath } from "../runtime/tables.ts";
import { loadTemplates } from "../runtime/templates.ts";
import { UserMistake } from "../runtime/user-mistake.ts";
import type { Output } from "./output.ts";
import type { CheckedFile } from "./sarif.ts";
import { isTests } from "./test-files.ts";

/** A spec from disk, compiled. */
export interface LoadedSpec {
  path: string;
  text: string;
  project: Project;
  compilation: Compilation;
  /** The tables that it names; their mistakes are among those of the compilation. */
  tables: LoadedTable[];
  /** Each file with what was found in it. */
  checked: CheckedFile[];
}

/** Reads and compiles a spec, and reads the tables that it names; what is wrong is printed. */
export async function loadSpec(path: string, output: Output): Promise<LoadedSpec> {
  const text = await readText(path);
  const compilation = compile(text, shownPath(path), filesBeside(path));
  const tables = compilation.typed === undefined ? [] : loadTables(compilation.typed, path);
  const checked = [{ text, diagnostics: compilation.diagnostics }, ...tables.filter(({ diagnostics }) => diagnostics.length > 0)];
  for (const file of checked) output.diagnostics(file.diagnostics, file.text);
  const diagnostics = checked.flatMap((file) => file.diagnostics);
  return { path, text, project: projectOf(path), compilation: { ...compilation, diagnostics }, tables, checked };
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
