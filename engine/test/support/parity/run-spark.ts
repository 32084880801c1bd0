import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { javaArguments, jobEnvironment } from "../../../src/runtime/spark-submit.ts";
import { ensurePackages, ensureToolchain, siteOf } from "../../../src/runtime/toolchain/index.ts";

/** What `spark.py` is given. */
export interface SparkJob {
  columns: { name: string; read: string }[];
  rows: (string | null)[][];
  groups: number[];
  batches: { select: [value: string, failed: string][]; where: string; grouped: boolean }[];
}

/** What came of one expression: its values and whether it failed, row by row, or the error that its query died of. */
export type SparkResult = { values: (string | null)[]; failed: (boolean | null)[] } | { error: string };

/** Runs the expressions of the job in Spark. */
export function runInSpark(job: SparkJob): Promise<SparkResult[][]> {
  return runScript(new URL("spark.py", import.meta.url), job);
}

/** Runs a script in a Spark of its own, as the engine starts one; it is given `job` with the folder of the job's library, and writes the result. */
export async function runScript<Result>(file: URL, job: object, packages: readonly string[] = []): Promise<Result> {
  const toolchain = await ensureToolchain();
  const pythonPath = (await ensurePackages(toolchain, packages)).map(siteOf);
  const scratch = await mkdtemp(join(tmpdir(), "parity-"));
  try {
    const [input, output] = [join(scratch, "job.json"), join(scratch, "result.json")];
    const library = fileURLToPath(new URL("../../../../spark-templates/", import.meta.url));
    await writeFile(input, JSON.stringify({ ...job, library }));
    const script = fileURLToPath(file);
    const submission = {
      toolchain,
      pythonPath,
      script,
      cwd: scratch,
      env: {},
      memoryMb: 1536,
      master: "local[2]",
      logFile: "",
    } as const;
    const log = await run(
      toolchain.java,
      [...javaArguments(submission), input, output],
      scratch,
      jobEnvironment(submission, process.env),
    );
    const text = await readFile(output, "utf8").catch(() => undefined);
    if (text === undefined) throw new Error(`Spark gave no result\n${log.slice(-6000)}`);
    return JSON.parse(text) as Result;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function run(file: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let log = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        log += chunk.toString();
      });
    child.once("error", reject);
    child.once("close", () => resolve(log));
  });
}
