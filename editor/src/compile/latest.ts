import { type Compilation, compile } from "@pipeline-engine/engine/core";

let latest: { text: string; file: string; compilation: Compilation } | undefined;

/** Compiles a text; the picture and the preview of one text share what came of it. */
export function compiled(text: string, file: string): Compilation {
  if (latest?.text !== text || latest.file !== file) latest = { text, file, compilation: compile(text, file) };
  return latest.compilation;
}
