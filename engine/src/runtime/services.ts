import type { EnvironmentProblem } from "./environment-problem.ts";
import type { Toolchain } from "./toolchain/index.ts";

/** How to reach Kafka; `options` in Java's spelling, as the job and its workers take them. */
export interface KafkaAddress {
  bootstrap: string;
  options: Record<string, string>;
}

/** Where MongoDB is and which database holds the pipeline. */
export interface MongoAddress {
  uri: string;
  database: string;
}

/** How the job of a target is started: known before any service answers. */
export interface SparkSettings {
  toolchain: Toolchain;
  master: string;
  /** Another spark-submit than the toolchain's Spark. */
  submit?: string;
  /** Folders on the path of the job's Python, for what its steps need beside the toolchain; without effect where `submit` is set. */
  pythonPath?: string[];
  /** Where checkpoints lie, if not in the project. */
  checkpoints?: string;
  /** Where the JVM of the job is to write an AOT cache when it ends. */
  aotOutput?: string;
}

/** A target that is being opened. `services` rejects with an EnvironmentProblem where one does not come up. */
export interface OpenedTarget {
  spark: SparkSettings;
  services: Promise<Services>;
}

/** News of a service that the engine looks after. `problem` ends the run. */
export type ServiceHealth = { service: "kafka" | "mongodb"; message: string } & (
  | { state: "degraded" | "ready" }
  | { state: "lost"; problem: EnvironmentProblem }
);

/** The running services of a target, whoever started them. */
export interface Services {
  kafka: KafkaAddress;
  mongodb: MongoAddress;
  /** Told when a service dies and when it is back; only the local stack can know. */
  onHealth(listener: (news: ServiceHealth) => void): void;
  /** Stops what was started for this run, and nothing else. */
  stop(): Promise<void>;
}
