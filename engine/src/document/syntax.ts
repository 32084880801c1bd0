import type { YAMLError } from "yaml";
import type { Finding } from "../diagnostic.ts";
import { lineOf } from "./lines.ts";

const MOST = 5;
/** Hints are guessed from so much of a line; a longer one was not written by hand. */
const LONGEST_LINE = 500;

/** What yaml says about the text, one finding a line: after the first mistake of a line the rest are mostly its consequences. */
export function syntaxFindings(
  text: string,
  lines: readonly number[],
  errors: readonly YAMLError[],
  before: readonly Finding[],
): Finding[] {
  const taken = new Set(before.map((finding) => lineOf(lines, finding.inner?.from ?? 0)));
  const findings: Finding[] = [];
  for (const error of errors) {
    const from = Math.min(error.pos[0], text.length);
    const line = lineOf(lines, from);
    if (taken.has(line)) continue;
    taken.add(line);
    const start = lines[line - 1] ?? 0;
    const end = (lines[line] ?? text.length + 1) - 1;
    const to = Math.max(from, Math.min(error.pos[1], end));
    findings.push({
      pointer: "",
      inner: { from, to },
      ...describe(text.slice(start, Math.min(end, start + LONGEST_LINE)), error),
    });
    if (findings.length === MOST) break;
  }
  return findings;
}

function describe(line: string, error: YAMLError): { code: string; message: string; hint?: string } {
  switch (error.code) {
    case "MULTIPLE_DOCS":
      return {
        code: "yaml/multiple-documents",
        message: "A second document begins here; a file holds one.",
        hint: "move it to a file of its own",
      };
    case "TAB_AS_INDENT":
      return {
        code: "yaml/tab",
        message: "This line is indented with a tab, which YAML does not allow.",
        hint: "indent with spaces",
      };
    case "BAD_DQ_ESCAPE":
      return {
        code: "yaml/syntax",
        message: sentence(error.message),
        hint: "in single quotes a backslash is only a backslash",
      };
    case "RESOURCE_EXHAUSTION":
      return { code: "yaml/too-deep", message: sentence(error.message), hint: "flatten the structure" };
    default: {
      const hint = hintFor(line);
      return { code: "yaml/syntax", message: `This is not valid YAML: ${sentence(error.message)}`, ...(hint && { hint }) };
    }
  }
}

function hintFor(line: string): string | undefined {
  if (/\t/.test(line.slice(0, line.search(/\S|$/)))) return "indent with spaces, not tabs";
  if (/[{[].*\$\{/.test(line)) return "inside { } and [ ] a reference must be quoted: '${env:NAME}'";
  if (/[{[]/.test(line)) return "quote texts that hold brackets, commas, colons or #";
  if (/^\s*(- )?[^\s'"#:]+:\s+[^'"|>].*: /.test(line)) return "quote the text: it holds a colon followed by a space";
  if (/^\s*(- )?[^\s:#]+:\S/.test(line)) return "put a space after the colon";
  return undefined;
}

function sentence(message: string): string {
  const line = message.split("\n")[0] ?? "";
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
