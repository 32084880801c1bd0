import { mkdir } from "node:fs/promises";
import { totalmem } from "node:os";
import { dirname } from "node:path";
import type { Checkpoint } from "../checkpoints.ts";
import type { pipelineDirs } from "../project.ts";
import type { Services } from "../services.ts";
import { type JobProcess, submitJob } from "../spark-submit.ts";

/** What the job of a run is started with. */
export interface JobRequest {
  script: string;
  dirs: ReturnType<typeof pipelineDirs>;
  services: Services;
  checkpoints: Checkpoint[];
  epochs: Record<string, string>;
}

/** A function that starts the job; addresses and secrets reach it through its environment alone. */
export function jobStarter({ script, dirs, services, checkpoints, epochs }: JobRequest): () => Promise<JobProcess> {
  const { toolchain, master, submit, aotOutput } = services.spark;
  const env = {
    KAFKA_BOOTSTRAP_SERVERS: services.kafka.bootstrap,
    KAFKA_OPTIONS: JSON.stringify(services.kafka.options),
    MONGODB_URI: services.mongodb.uri,
    MONGODB_DATABASE: services.mongodb.database,
    CHECKPOINTS: JSON.stringify(Object.fromEntries(checkpoints.map(({ query, path }) => [query, path]))),
    TOPIC_EPOCHS: JSON.stringify(epochs),
    JOB_CONTROL: "stdin",
  };
  return async () => {
    await mkdir(dirname(dirs.log), { recursive: true });
    return submitJob({
      toolchain,
      script,
      cwd: dirs.run,
      env,
      memoryMb: driverMemoryMb(),
      master,
      logFile: dirs.log,
      ...(submit && { submit }),
      ...(aotOutput && { aotOutput }),
    });
  };
}

/** A quarter of the machine's memory, between 1 and 4 GiB: the state of windows lies outside the heap. */
export function driverMemoryMb(): number {
  return Math.round(Math.min(4096, Math.max(1024, totalmem() / 4 / 1_048_576)));
}
