import { EnvironmentProblem } from "../runtime/environment-problem.ts";
import { UserMistake } from "../runtime/user-mistake.ts";
import type { ExitCode } from "./exit.ts";
import { paperOf, printProblem, problemLine } from "./print.ts";

/** Prints what ended a command and returns its exit code. Anything that is neither mistake nor environment is our bug and says so. */
export function reportFailure(error: unknown, format: "text" | "json"): ExitCode {
  if (error instanceof Error && error.name === "AbortError") return 130;
  const problem = error instanceof EnvironmentProblem || error instanceof UserMistake ? error : bug(error);
  if (format === "json") process.stdout.write(problemLine(problem));
  process.stderr.write(printProblem(problem, paperOf(process.stderr)));
  return error instanceof UserMistake ? 1 : 2;
}

/** Ends the process once its output is written. */
export function endWith(code: ExitCode): void {
  process.exitCode = code;
}

function bug(error: unknown): EnvironmentProblem {
  const text = error instanceof Error ? error.message : String(error);
  if (process.env.ENGINE_DEBUG) process.stderr.write(`${error instanceof Error ? error.stack : text}\n`);
  return new EnvironmentProblem(
    "engine/unexpected",
    `Something unexpected ended the command: ${text}`,
    "run again with ENGINE_DEBUG=1 and report what it prints",
  );
}
