import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Diagnostic } from "../diagnostic.ts";
import { EXPECTED_VERSION, textVersion } from "../runtime/compiled-spec.ts";
import { FileRefused } from "./spec-files.ts";

/** The engine's own command. */
export const BIN = fileURLToPath(new URL("../../bin/engine.js", import.meta.url));
const LONGEST_MS = 60_000;

/** The environment of a command that shall work on no other text than this one. */
export function withText(text: string): NodeJS.ProcessEnv {
  return { ...process.env, [EXPECTED_VERSION]: textVersion(text) };
}

/** A line of a command's JSON. */
export type Told = { event?: string } & Record<string, unknown>;

/**
 * Runs a command of the engine to its end in the project's folder and gives the lines of its JSON, so that the page is told what a terminal is told. `text` is that of the spec: a command that finds another one refuses.
 * Throws a FileRefused with the command's own problem where it ends with one, or takes longer than a minute.
 */
export async function runCommand(root: string, args: readonly string[], text: string): Promise<Told[]> {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: root,
    env: withText(text),
    stdio: ["ignore", "pipe", "ignore"],
    signal: AbortSignal.timeout(LONGEST_MS),
    killSignal: "SIGKILL",
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    said += chunk;
  });
  await new Promise<void>((resolve, reject) => {
    child.once("close", () => resolve());
    child.once("error", (error) =>
      reject(
        error.name === "AbortError"
          ? new FileRefused(504, "api/too-slow", `\`engine ${args[0]}\` took longer than a minute.`)
          : error,
      ),
    );
  });
  const told = said
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Told);
  const problem = told.find(({ event }) => event === "problem");
  if (problem !== undefined) throw new FileRefused(422, String(problem.code), String(problem.message), { hint: problem.hint });
  return told;
}

/** Why a command came to nothing, by the first of the mistakes that it told: of the spec, of its target, or of a file beside it. */
export function refusalIn(told: readonly Told[], sentence: string): FileRefused {
  return refusalOf(told.filter(({ event }) => event === "diagnostic") as unknown as Diagnostic[], sentence);
}

/** The sentence, with the first of the mistakes among what was found, where it stands and how it is mended. */
export function refusalOf(found: readonly Diagnostic[], sentence: string, code = "api/has-errors"): FileRefused {
  const mistakes = found.filter(({ severity }) => severity === "error");
  const [first] = mistakes;
  if (first === undefined) return new FileRefused(422, code, sentence);
  const { file, line, column } = first.at;
  const message = `${sentence} ${file}:${line}:${column}: ${first.message}`;
  return new FileRefused(422, code, message, { ...(first.hint !== undefined && { hint: first.hint }), mistakes });
}
