import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { EnvironmentProblem } from "./environment-problem.ts";
import { type JobProcess, submitJob } from "./spark-submit.ts";
import { ensurePackages, ensureToolchain, type Report, siteOf } from "./toolchain/index.ts";
import { step } from "./toolchain/progress.ts";

const SCRIPT = fileURLToPath(new URL("../../../spark-templates/run_pipeline_tests.py", import.meta.url));
const MEMORY_MB = 1536;
const SHOWN_LOG = 1500;

/** One Spark for all tests. */
export interface SparkTests {
  /** What the script answers to a test: `batches`, or `error`. Rejects with an EnvironmentProblem where Spark has ended. */
  run(test: object): Promise<Record<string, unknown>>;
  /** Ends Spark; what it is at is given up. */
  close(): Promise<void>;
}

/** How Spark is started. `packages`: the sets of Python packages that the steps of all tests need. */
export interface SparkTestsRequest {
  packages: readonly string[];
  report: Report;
  signal: AbortSignal;
}

/** Starts Spark, sets up before what is missing, and resolves when it takes tests. Rejects with an EnvironmentProblem, or as the signal says. */
export async function openSparkTests({ packages, report, signal }: SparkTestsRequest): Promise<SparkTests> {
  const toolchain = await ensureToolchain({ report, signal });
  const pythonPath = (await ensurePackages(toolchain, packages, { report, signal })).map(siteOf);
  const scratch = await mkdtemp(join(tmpdir(), "engine-tests-"));
  const logFile = join(scratch, "spark.log");
  const job = await submitJob({
    ...{ toolchain, pythonPath, script: SCRIPT, cwd: scratch, env: {}, memoryMb: MEMORY_MB, master: "local[2]", logFile },
    // Of every batch it is asked what Spark tells.
    conf: { "spark.sql.streaming.numRecentProgressUpdates": "10000" },
  });
  const kill = () => job.kill("SIGKILL");
  signal.addEventListener("abort", kill, { once: true });
  const close = async () => {
    signal.removeEventListener("abort", kill);
    kill();
    await job.exited;
    await rm(scratch, { recursive: true, force: true });
  };
  const next = answersOf(job, logFile, signal);
  try {
    await step(report, { step: "spark", label: "starting Spark", done: 0, total: 0, unit: "steps" }, next);
  } catch (error) {
    await close();
    throw error;
  }
  const run = (test: object) => {
    job.stdin.write(`${JSON.stringify(test)}\n`);
    return next();
  };
  return { run, close };
}

/** Waits for the next event of the script. */
function answersOf(job: JobProcess, logFile: string, signal: AbortSignal): () => Promise<Record<string, unknown>> {
  const lines = createInterface({ input: job.stdout });
  const ended = job.exited.then(async () => {
    signal.throwIfAborted();
    const log = await readFile(logFile, "utf8").catch(() => "");
    const hint = log.trim() === "" ? "run it again" : `the end of its log:\n${log.slice(-SHOWN_LOG).trim()}`;
    throw new EnvironmentProblem("spark/ended", "The Spark that runs the tests has ended.", hint);
  });
  ended.catch(() => {});
  return async () => {
    const [line] = (await Promise.race([once(lines, "line"), ended])) as [string];
    return JSON.parse(line) as Record<string, unknown>;
  };
}
