import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { javaArguments, jobEnvironment } from "../../src/runtime/spark-submit.ts";
import { ensurePackages, ensureToolchain, siteOf } from "../../src/runtime/toolchain/index.ts";

/** What became of one Python test. */
export interface PythonOutcome {
  name: string;
  outcome: "passed" | "failed" | "skipped";
  message: string;
}

const folder = fileURLToPath(new URL("../../../spark-templates/", import.meta.url));

const packages = fileURLToPath(new URL("../../toolchain/packages/", import.meta.url));

/** Runs the tests of `spark-templates/` in one process that SparkSubmit starts, as the engine starts a job. */
export async function runPythonTests(services: {
  kafka: string;
  mongodb: string;
}): Promise<{ outcomes: PythonOutcome[]; output: string; code: number | null }> {
  const toolchain = await ensureToolchain();
  const scratch = await mkdtemp(join(tmpdir(), "python-tests-"));
  try {
    const report = join(scratch, "report.json");
    const env = { KAFKA_BOOTSTRAP_SERVERS: services.kafka, MONGODB_URI: services.mongodb };
    const script = join(folder, "run_tests.py");
    const sets = (await readdir(packages)).map((name) => name.replace(".txt", ""));
    const pythonPath = (await ensurePackages(toolchain, sets)).map(siteOf);
    const job = { toolchain, pythonPath, script, cwd: scratch, env, memoryMb: 1024, master: "local[2,4]", logFile: "" } as const;
    const words = javaArguments(job).slice(0, -1);
    const launcher = [toolchain.java, ...words].map(shellWord).join(" ");
    const environment = { ...jobEnvironment(job, process.env), STREAM_JOB_LAUNCHER: launcher };
    const { code, output } = await run(toolchain.java, [...words, script, "--report", report], scratch, environment);
    return { code, output, outcomes: await outcomesIn(report) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function run(
  file: string,
  args: string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
      });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}

async function outcomesIn(report: string): Promise<PythonOutcome[]> {
  const text = await readFile(report, "utf8").catch(() => "[]");
  return JSON.parse(text) as PythonOutcome[];
}

/** A word as Python's `shlex` and a shell read it. */
function shellWord(word: string): string {
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}
