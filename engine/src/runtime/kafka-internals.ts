import { createRequire } from "node:module";
import type { KafkaConfig } from "kafkajs";

// This file and `kafka-topic-ids.ts` alone reach behind kafkajs's public interface. Its version is pinned; `kafka-internals.test.ts` fails when it moves.
const require = createRequire(import.meta.url);

interface RequestQueue {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

/** How long kafkajs itself waits before it looks at a queue that is full, in ms. */
const checkPendingMs = 10;

/**
 * kafkajs 2.2.4 arms a timer after every answer, also with nothing waiting, with a negative time (kafkajs's issue 1751). Node makes that 1 ms, so
 * each connection wakes the process a thousand times a second for as long as it lives. Here the timer is armed only for a request that waits.
 */
function mendRequestQueue(): void {
  const { prototype } = require("kafkajs/src/network/requestQueue") as { prototype: RequestQueue };
  prototype.scheduleCheckPendingRequests = function scheduleCheckPendingRequests(this: RequestQueue) {
    if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
    const wait = this.throttledUntil - Date.now();
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      wait > 0 ? wait : checkPendingMs,
    );
  };
}

mendRequestQueue();

/** A record as the broker gives it back. Offsets are decimal text; header values are bytes. */
export interface RawRecord {
  offset: string;
  timestamp: string;
  key: Buffer | null;
  value: Buffer | null;
  headers: Record<string, Buffer | string | undefined>;
  isControlRecord?: boolean;
}

interface FetchRequest {
  maxWaitTime: number;
  minBytes: number;
  maxBytes: number;
  isolationLevel: number;
  topics: { topic: string; partitions: { partition: number; fetchOffset: string; maxBytes: number }[] }[];
}

/** One broker, for a request that kafkajs itself does not know. */
export interface RawBroker {
  /** What the broker said of itself, by API key. */
  versions: Record<number, { maxVersion: number } | undefined>;
  connectionPool: {
    getConnection(): Promise<{
      send<T>(call: {
        request: { apiKey: number; apiName: string; apiVersion: number; encode(): Promise<object> };
        response: { decode(payload: Buffer): Promise<T>; parse(data: T): Promise<T> };
      }): Promise<T>;
    }>;
  };
}

/** The part of kafkajs's Cluster that reading without a consumer group needs. */
export interface RawCluster {
  brokerPool: { withBroker<T>(ask: (given: { broker: RawBroker }) => Promise<T>): Promise<T> };
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  findTopicPartitionMetadata(topic: string): { partitionId: number }[];
  findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>;
  findBroker(wanted: { nodeId: string }): Promise<{
    fetch(request: FetchRequest): Promise<{ responses: { partitions: { partition: number; messages: RawRecord[] }[] }[] }>;
  }>;
  fetchTopicsOffset(
    topics: { topic: string; fromBeginning: boolean; partitions: { partition: number }[] }[],
  ): Promise<{ topic: string; partitions: { partition: number; offset: string }[] }[]>;
}

/** A cluster connection without a producer, consumer or admin around it. Creates no topics. */
export function createRawCluster(config: KafkaConfig): RawCluster {
  const Cluster = require("kafkajs/src/cluster") as new (options: object) => RawCluster;
  const { createLogger } = require("kafkajs/src/loggers") as { createLogger(options: object): unknown };
  const socketFactory = require("kafkajs/src/network/socketFactory") as () => unknown;
  const silent = () => () => {};
  return new Cluster({
    socketFactory: socketFactory(),
    metadataMaxAge: 300_000,
    allowAutoTopicCreation: false,
    maxInFlightRequests: null,
    enforceRequestTimeout: true,
    ...config,
    logger: createLogger({ level: config.logLevel, logCreator: config.logCreator ?? silent }),
  });
}
