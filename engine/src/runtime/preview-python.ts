import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { FunctionOutcome } from "../nodes/preview.ts";
import type { PreviewPython } from "../preview/index.ts";
import { installedPackages, installedToolchain, siteOf } from "./toolchain/index.ts";
import { UserMistake } from "./user-mistake.ts";

const WORKER = fileURLToPath(new URL("../../../spark-templates/preview_functions.py", import.meta.url));

/** A Python process for previews, warm from its first use on. */
export interface OpenPython extends PreviewPython {
  /** Ends the process, if it was started. */
  close(): void;
}

/**
 * The Python of the toolchain with those of the packages that are installed; undefined where the toolchain is not set up. It is started by the first value.
 * Files of functions are read from `folder`, the spec's.
 * What cannot be called at all rejects with what Python said.
 */
export function openPreviewPython(packages: readonly string[], folder = "."): OpenPython | undefined {
  const toolchain = installedToolchain();
  if (toolchain === undefined) return undefined;
  const there = packages.filter((name) => installedPackages(toolchain, [name]) !== undefined);
  const path = (installedPackages(toolchain, there) ?? []).map(siteOf).join(delimiter);
  let worker: ReturnType<typeof startWorker> | undefined;
  return {
    packages: there,
    call({ word, arguments: given, file }, values) {
      worker ??= startWorker(toolchain.python, path);
      return worker.ask({ ...(file !== undefined && { file: join(folder, file) }), values, ...{ word, arguments: given } });
    },
    close: () => worker?.close(),
  };
}

interface Answer {
  outcomes?: FunctionOutcome[];
  error?: string;
}

/** One question at a time is answered, a line of JSON each; the answers come in the order of the questions. */
function startWorker(python: string, path: string) {
  const child = spawn(python, [WORKER], {
    env: { PATH: process.env.PATH, PYTHONPATH: path, PYTHONDONTWRITEBYTECODE: "1", PYTHONIOENCODING: "utf-8" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting: { file: string | undefined; resolve(outcomes: FunctionOutcome[]): void; reject(error: Error): void }[] = [];
  const fail = (error: Error) => {
    for (const question of waiting.splice(0)) question.reject(error);
  };
  child.on("error", fail);
  child.on("exit", (code) => fail(new Error(`the Python of the preview ended with ${code}`)));
  child.stdin.on("error", () => {});
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { outcomes, error } = JSON.parse(line) as Answer;
    const question = waiting.shift();
    if (outcomes !== undefined) question?.resolve(outcomes);
    else question?.reject(question.file === undefined ? new Error(error) : unready(question.file, error ?? ""));
  });
  return {
    ask: (question: { file?: string; values: readonly unknown[] }) =>
      new Promise<FunctionOutcome[]>((resolve, reject) => {
        waiting.push({ file: question.file, resolve, reject });
        child.stdin.write(`${JSON.stringify(question)}\n`);
      }),
    close: () => child.stdin.end(),
  };
}

/** What is made of a file of the user's is the user's to mend. */
function unready(file: string, error: string): UserMistake {
  return new UserMistake(
    "preview/file-not-ready",
    `${file} cannot be used: ${error}.`,
    "mend the file; the job would not start with it either",
  );
}
