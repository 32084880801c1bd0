import { createHash } from "node:crypto";
import { type Compilation, compile } from "../core.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { filesBeside } from "./files-beside.ts";
import { type Project, projectOf } from "./project.ts";
import { type LoadedTable, loadTables } from "./tables.ts";

/** Names a text; two texts have the same name only if they are the same. */
export function textVersion(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/** The variable by which the editor tells a command of the engine which text it has checked: a process reads the file once more. */
export const EXPECTED_VERSION = "ENGINE_SPEC_VERSION";

/** A spec that lies on disk, compiled together with the files that it names. */
export interface CompiledSpec {
  path: string;
  text: string;
  project: Project;
  /** With the mistakes of the tables among its own. */
  compilation: Compilation;
  /** The tables that it names. */
  tables: LoadedTable[];
  /** Each file with what was found in it. */
  checked: { text: string; diagnostics: readonly Diagnostic[] }[];
}

/** Compiles the text of the spec at `path`, and reads the files beside it that it names. `shown`: how messages call it. */
export function compileSpec(path: string, text: string, shown: string): CompiledSpec {
  const compilation = compile(text, shown, filesBeside(path));
  const tables = compilation.typed === undefined ? [] : loadTables(compilation.typed, path);
  const checked = [{ text, diagnostics: compilation.diagnostics }, ...tables.filter(({ diagnostics }) => diagnostics.length > 0)];
  const diagnostics = checked.flatMap((file) => file.diagnostics);
  return { path, text, project: projectOf(path), compilation: { ...compilation, diagnostics }, tables, checked };
}
