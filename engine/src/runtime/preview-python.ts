import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { FunctionOutcome } from "../nodes/preview.ts";
import type { PreviewPython } from "../preview/index.ts";
import { installedPackages, installedToolchain, siteOf } from "./toolchain/index.ts";

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
      return worker.ask({ word, arguments: given, ...(file !== undefined && { file: join(folder, file) }), values });
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
  const waiting: { resolve(outcomes: FunctionOutcome[]): void; reject(error: Error): void }[] = [];
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
    else question?.reject(new Error(error));
  });
  return {
    ask: (question: object) =>
      new Promise<FunctionOutcome[]>((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify(question)}\n`);
      }),
    close: () => child.stdin.end(),
  };
}
