import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Toolchain } from "./toolchain/index.ts";

/** A Spark job to run. */
export interface JobSubmission {
  toolchain: Toolchain;
  /** Absolute path of the Python script. */
  script: string;
  cwd: string;
  /** Added to this process's environment. */
  env: Record<string, string>;
  /** The driver's heap, in MiB. */
  memoryMb: number;
  /** Spark's master, `local[*]` by default. */
  master?: string;
  /** Further Spark settings; visible to everybody on the machine, so never secrets. */
  conf?: Record<string, string>;
  /** Where the JVM writes an AOT cache when it ends. Without it the toolchain's is used, if there is one. */
  aotOutput?: string;
  /** Takes standard error; truncated first. */
  logFile: string;
  /** Folders on Python's path beside the toolchain's packages. */
  pythonPath?: readonly string[];
  /** A `spark-submit` to use instead of the toolchain's Spark, for somebody else's cluster. */
  submit?: string;
}

/** A running job. Its standard output must be read. */
export interface JobProcess {
  pid: number;
  stdin: Writable;
  stdout: Readable;
  /** Resolves when the process has ended; never rejects. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill(signal?: NodeJS.Signals): void;
}

const OPEN_PACKAGES = [
  ...["java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio", "java.util"],
  ...["java.util.concurrent", "java.util.concurrent.atomic", "jdk.internal.ref", "sun.nio.ch", "sun.nio.cs"],
  ...["sun.security.action", "sun.util.calendar"],
];

const LOG4J = fileURLToPath(new URL("../../toolchain/log4j2.properties", import.meta.url));

/** What Spark's own launcher would set (JavaModuleOptions), less the vector module, which the bundled JRE does not have. */
export function moduleOptions(javaMajor: number): string[] {
  const options = OPEN_PACKAGES.map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`);
  options.push("--add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED");
  // Without these Arrow dies on Java 24 and later, and the query hangs.
  if (javaMajor >= 23) options.push("--sun-misc-unsafe-memory-access=allow");
  options.push(
    "-Dio.netty.noUnsafe=false",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Djdk.reflect.useDirectMethodHandle=false",
  );
  return options;
}

function aotOptions({ toolchain, aotOutput }: JobSubmission): string[] {
  if (toolchain.javaMajor < 25) return [];
  if (aotOutput !== undefined) return [`-XX:AOTCacheOutput=${aotOutput}`];
  if (!existsSync(toolchain.aotCache)) return [];
  // A cache that does not fit the machine is only ignored; its warnings are of no use to a user.
  return [`-XX:AOTCache=${toolchain.aotCache}`, "-Xlog:aot=off", "-Xlog:aot+codecache+stubs=off"];
}

/** The arguments of `java` for a job, without secrets. */
export function javaArguments(job: JobSubmission): string[] {
  const { toolchain } = job;
  return [
    "-XX:+IgnoreUnrecognizedVMOptions",
    ...moduleOptions(toolchain.javaMajor),
    ...aotOptions(job),
    ...JVM_FLAGS,
    `-Xmx${job.memoryMb}m`,
    `-Dlog4j2.configurationFile=${LOG4J}`,
    `-Djavax.net.ssl.trustStore=${toolchain.trustStore}`,
    "-Djavax.net.ssl.trustStoreType=JKS",
    "-cp",
    toolchain.sparkClasspath,
    "org.apache.spark.deploy.SparkSubmit",
    ...submitArguments(job),
  ];
}

// Must be the same when the AOT cache is trained and when it is used: it holds code for one collector.
const JVM_FLAGS = ["-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"];

/**
 * Checkpoints on a local disk as plain files, replaced by a rename. Hadoop's defaults, without its native library, start a process for
 * every `chmod` and `readlink`: twenty a batch, which took a quarter of a small batch's time.
 */
const PLAIN_CHECKPOINT_FILES: Record<string, string> = {
  "spark.sql.streaming.checkpointFileManagerClass":
    "org.apache.spark.sql.execution.streaming.checkpointing.FileSystemBasedCheckpointFileManager",
  "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
};

/** The arguments of SparkSubmit: master, settings, script. */
export function submitArguments({ master = "local[*]", conf = {}, memoryMb, script, submit }: JobSubmission): string[] {
  const local: Record<string, string> = submit
    ? { "spark.driver.memory": `${memoryMb}m` }
    : {
        "spark.ui.enabled": "false",
        ...PLAIN_CHECKPOINT_FILES,
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.log.structuredLogging.enabled": "false",
      };
  const settings = Object.entries({ ...local, ...conf }).flatMap(([key, value]) => ["--conf", `${key}=${value}`]);
  return ["--master", master, ...settings, script];
}

/** The environment of a job: this process's, what the job is given, and where its Python and Spark are. */
export function jobEnvironment(
  { toolchain, env, submit, pythonPath = [] }: JobSubmission,
  inherited: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const own: NodeJS.ProcessEnv = { ...inherited, ...env, PYTHONUNBUFFERED: "1" };
  // Workers start quicker from compiled modules.
  delete own.PYTHONDONTWRITEBYTECODE;
  if (submit) return own;
  // A Spark or Python set up for something else must not leak in.
  for (const name of ["SPARK_CONF_DIR", "PYTHONHOME", "PYTHONPATH", "JAVA_TOOL_OPTIONS", "PYSPARK_SUBMIT_ARGS"]) delete own[name];
  return {
    ...own,
    ...(pythonPath.length > 0 && { PYTHONPATH: pythonPath.join(delimiter) }),
    SPARK_HOME: toolchain.sparkHome,
    SPARK_LOCAL_IP: "127.0.0.1",
    PYSPARK_PYTHON: toolchain.python,
    PYSPARK_DRIVER_PYTHON: toolchain.python,
  };
}

/**
 * Starts a job in a process group of its own, so that Ctrl-C in the terminal reaches only the engine. Standard input and output are
 * pipes: a line `stop` or the end of input asks it to end. Rejects when the process cannot be started.
 */
export async function submitJob(job: JobSubmission): Promise<JobProcess> {
  mkdirSync(dirname(job.logFile), { recursive: true });
  const log = openSync(job.logFile, "w", 0o600);
  try {
    const file = job.submit ?? job.toolchain.java;
    const args = job.submit ? submitArguments(job) : javaArguments(job);
    const child = spawn(file, args, {
      cwd: job.cwd,
      env: jobEnvironment(job, process.env),
      stdio: ["pipe", "pipe", log],
      detached: true,
    });
    return await running(child);
  } finally {
    closeSync(log);
  }
}

async function running(child: ChildProcess): Promise<JobProcess> {
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("the pipes of a job are missing");
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("exit", (code, signal) => {
      endRest(child.pid);
      resolve({ code, signal });
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  // A stop request to a job that has just died is no error of ours.
  stdin.on("error", () => {});
  const kill = (signal: NodeJS.Signals = "SIGTERM") => {
    // This process may end before it hears of the exit, and then nobody would end the rest of the job.
    if (signal === "SIGKILL" && child.exitCode === null && child.signalCode === null) endRest(child.pid);
    else child.kill(signal);
  };
  return { pid: child.pid ?? 0, stdin, stdout, exited, kill };
}

/** The Python driver of a JVM that was killed lives on, and could write beside the next one's. It is in the job's process group. */
function endRest(group: number | undefined): void {
  if (group === undefined) return;
  try {
    process.kill(-group, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
