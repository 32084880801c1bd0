import { isAbsolute, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { Diagnostic } from "../diagnostic.ts";
import { explanations } from "../explain/index.ts";

/** A file that was checked, and what was found in it. */
export interface CheckedFile {
  text: string;
  diagnostics: readonly Diagnostic[];
}

/** The diagnostics as a SARIF 2.1.0 log, which code hosts and editors show at the lines they belong to. */
export function sarifLog(files: readonly CheckedFile[], version: string) {
  const codes = [...new Set(files.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code)))].sort();
  const indexes = new Map(codes.map((code, index) => [code, index]));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "pipeline-engine", semanticVersion: version, rules: codes.map(ruleOf) } },
        invocations: [{ executionSuccessful: true }],
        columnKind: "utf16CodeUnits",
        results: files.flatMap(({ text, diagnostics }) =>
          diagnostics.map((diagnostic) => resultOf(diagnostic, text, indexes.get(diagnostic.code) ?? -1)),
        ),
      },
    ],
  };
}

function ruleOf(code: string) {
  const known = explanations[code];
  if (known === undefined) return { id: code };
  return { id: code, fullDescription: { text: known.why }, help: { text: known.mend } };
}

function resultOf({ code, severity, message, hint, at }: Diagnostic, text: string, ruleIndex: number) {
  const covered = text.slice(at.from, at.to).split("\n");
  const last = covered.at(-1) ?? "";
  const endColumn = covered.length === 1 ? at.column + last.length : last.length + 1;
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: hint === undefined ? message : `${message} (${hint})` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(at.file) },
          region: { startLine: at.line, startColumn: at.column, endLine: at.line + covered.length - 1, endColumn },
        },
      },
    ],
  };
}

/** Relative to where the command is run, as a repository's root is for a code host. */
function uriOf(file: string): string {
  return isAbsolute(file) ? pathToFileURL(file).href : file.split(sep).map(encodeURIComponent).join("/");
}
