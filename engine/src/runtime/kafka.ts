import "./kafka-internals.ts";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { ConnectionOptions } from "node:tls";
import kafkajs, { type Admin, type ITopicConfig, Kafka, type KafkaConfig, logLevel, type SASLOptions } from "kafkajs";
import { causes } from "./causes.ts";
import { EnvironmentProblem } from "./environment-problem.ts";

// Node sees only a few of the names of this CommonJS module: the others come by its default export.
const { ConfigResourceTypes } = kafkajs;

/** How to reach Kafka: `host:port`, comma separated, and client settings in Java's spelling as in `KAFKA_OPTIONS`. */
export interface KafkaSettings {
  bootstrap: string;
  options?: Record<string, string>;
}

/** A client that logs nothing: what goes wrong comes back as a rejection. */
export function kafkaClient(settings: KafkaSettings): Kafka {
  return new Kafka(kafkaConfig(settings));
}

/** The settings as kafkajs takes them. Throws an EnvironmentProblem for a setting that this client cannot honour. */
export function kafkaConfig({ bootstrap, options = {} }: KafkaSettings): KafkaConfig {
  const protocol = (options["security.protocol"] ?? "PLAINTEXT").toUpperCase();
  if (!["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"].includes(protocol)) throw unsupported("security.protocol", protocol);
  return {
    clientId: "pipeline-engine",
    brokers: bootstrap.split(",").map((broker) => broker.trim()),
    logLevel: logLevel.NOTHING,
    logCreator: () => () => {},
    connectionTimeout: 5000,
    authenticationTimeout: 10_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 100, retries: 6, maxRetryTime: 1000 },
    ...(protocol.endsWith("SSL") && { ssl: tlsOf(options) }),
    ...(protocol.startsWith("SASL") && { sasl: saslOf(options) }),
  };
}

function tlsOf(options: Record<string, string>): ConnectionOptions {
  const file = (name: string) => (options[name] === undefined ? undefined : readFileSync(options[name]));
  const [ca, cert, key] = [file("ssl.ca.location"), file("ssl.certificate.location"), file("ssl.key.location")];
  return { ...(ca && { ca: [ca] }), ...(cert && { cert }), ...(key && { key }) };
}

function saslOf(options: Record<string, string>): SASLOptions {
  const mechanism = (options["sasl.mechanism"] ?? "PLAIN").toUpperCase();
  const account = { username: options["sasl.username"] ?? "", password: options["sasl.password"] ?? "" };
  switch (mechanism) {
    case "PLAIN":
      return { mechanism: "plain", ...account };
    case "SCRAM-SHA-256":
      return { mechanism: "scram-sha-256", ...account };
    case "SCRAM-SHA-512":
      return { mechanism: "scram-sha-512", ...account };
    default:
      throw unsupported("sasl.mechanism", mechanism);
  }
}

function unsupported(name: string, value: string): EnvironmentProblem {
  const hint = "PLAINTEXT, SSL, SASL_PLAINTEXT and SASL_SSL work, with PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512";
  return new EnvironmentProblem(
    "kafka/unsupported-option",
    `Kafka's option \`${name}\` is \`${value}\`, which is not supported`,
    hint,
  );
}

/** A partition's first offset that is kept and the offset of the next record. */
export interface OffsetRange {
  earliest: number;
  latest: number;
}

/** Where every partition of a topic begins and ends. */
export async function fetchOffsets(admin: Admin, topic: string): Promise<Record<string, OffsetRange>> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return Object.fromEntries(
    offsets.map(({ partition, low, high }) => [partition, { earliest: Number(low), latest: Number(high) }]),
  );
}

const NOT_YET_SERVED = ["UNKNOWN_TOPIC_OR_PARTITION", "LEADER_NOT_AVAILABLE", "NOT_LEADER_FOR_PARTITION"];
const SERVED_WITHIN_MS = 30_000;

/**
 * Creates a topic, and resolves when each of its partitions answers. A broker hears of a new topic a moment after the controller has
 * created it, and kafkajs, which can wait for a leader, gives up where the broker does not know the topic at all.
 */
export async function createTopic(admin: Admin, wish: ITopicConfig): Promise<void> {
  await admin.createTopics({ topics: [wish], waitForLeaders: false });
  const deadline = performance.now() + SERVED_WITHIN_MS;
  for (;;) {
    try {
      await admin.fetchTopicOffsets(wish.topic);
      return;
    } catch (error) {
      if (!notYetServed(error) || performance.now() > deadline) throw error;
    }
    await delay(100);
  }
}

function notYetServed(error: unknown): boolean {
  return [...causes(error)].some((each) => "type" in each && NOT_YET_SERVED.includes(String(each.type)));
}

/** All settings of a topic in force, inherited ones included. */
export async function topicConfigs(admin: Admin, topic: string): Promise<Record<string, string>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
  });
  return Object.fromEntries((resources[0]?.configEntries ?? []).map(({ configName, configValue }) => [configName, configValue]));
}

/** Raises a topic's partition count. */
export async function createPartitions(admin: Admin, topic: string, count: number): Promise<void> {
  await admin.createPartitions({ topicPartitions: [{ topic, count }] });
}
