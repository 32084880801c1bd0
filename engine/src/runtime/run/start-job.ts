import { totalmem } from "node:os";
import { dirname } from "node:path";
import type { Checkpoint } from "../checkpoints.ts";
import type { Ends } from "../counters.ts";
import { recordProcess } from "../orphans.ts";
import type { Services, SparkSettings } from "../services.ts";
import { type JobProcess, submitJob } from "../spark-submit.ts";
import type { RunFolder } from "./run-folder.ts";
import type { Secrets } from "./secrets.ts";

/** A function that starts the job. It opens its session and waits for its settings, which come as the first line of its input. */
export function jobStarter(spark: SparkSettings, folder: RunFolder): () => Promise<JobProcess> {
  const { toolchain, master, submit, aotOutput, pythonPath } = spark;
  return async () => {
    const job = await submitJob({
      toolchain,
      script: folder.script,
      cwd: folder.dir,
      env: { JOB_CONTROL: "stdin", JOB_SETTINGS: "stdin" },
      memoryMb: driverMemoryMb(),
      master,
      logFile: folder.log,
      ...(submit && { submit }),
      ...(pythonPath && { pythonPath }),
      ...(aotOutput && { aotOutput }),
    });
    const forget = recordProcess(dirname(folder.dir), "spark", job.pid);
    job.exited.then(forget);
    return job;
  };
}

/** Where the queries of a job go on. */
export interface Progress {
  checkpoints: Checkpoint[];
  /** topic → epoch. */
  epochs: Record<string, string>;
  /** topic of somebody else → partition → the offset at which a query without a checkpoint begins. */
  starts: Ends;
  /** query → the moment from which its windows are whole. */
  windowsFrom: Record<string, string>;
  /** node → setting → secret. */
  secrets: Secrets;
  /** The folder from which relative paths of files are taken. */
  filesFrom: string;
  /** The folder with the tables of lookups. */
  tables: string;
}

/** The settings of a job as one line; addresses and secrets reach it in no other way. */
export function jobSettings(
  services: Services,
  { checkpoints, epochs, starts, windowsFrom, secrets, filesFrom, tables }: Progress,
): string {
  return JSON.stringify({
    KAFKA_BOOTSTRAP_SERVERS: services.kafka.bootstrap,
    KAFKA_OPTIONS: JSON.stringify(services.kafka.options),
    MONGODB_URI: services.mongodb.uri,
    MONGODB_DATABASE: services.mongodb.database,
    CHECKPOINTS: JSON.stringify(Object.fromEntries(checkpoints.map(({ query, path }) => [query, path]))),
    TOPIC_EPOCHS: JSON.stringify(epochs),
    TOPIC_STARTS: JSON.stringify(starts),
    WINDOWS_FROM: JSON.stringify(windowsFrom),
    FILES_FROM: filesFrom,
    TABLES: tables,
    JOB_SECRETS: JSON.stringify(secrets),
  });
}

/** A quarter of the memory of the machine or the container, between 1 and 4 GiB: the state of windows lies outside the heap. */
export function driverMemoryMb(): number {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return Math.round(Math.min(4096, Math.max(1024, memory / 4 / 1_048_576)));
}
