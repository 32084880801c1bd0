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

/** The running services of a target, whoever started them. */
export interface Services {
  kafka: KafkaAddress;
  mongodb: MongoAddress;
  /** `aotOutput`: where the JVM of the job is to write an AOT cache when it ends. */
  spark: { toolchain: Toolchain; master: string; submit?: string; checkpoints?: string; aotOutput?: string };
  /** Told when a service dies and when it is back; only the local stack can know. */
  onHealth(
    listener: (news: { service: "kafka" | "mongodb"; state: "degraded" | "ready" | "lost"; message: string }) => void,
  ): void;
  /** Stops what was started for this run, and nothing else. */
  stop(): Promise<void>;
}
