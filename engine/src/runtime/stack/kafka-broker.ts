import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Kafka, logLevel } from "kafkajs";
import { EnvironmentProblem } from "../environment-problem.ts";
import type { ProcessIdentity } from "../process-identity.ts";
import { run } from "../toolchain/command.ts";
import type { Toolchain } from "../toolchain/index.ts";
import { type ServiceStart, startService } from "./service.ts";

/** The broker's two ports on 127.0.0.1. */
export interface BrokerPorts {
  port: number;
  controllerPort: number;
}

/** Where the broker lives and with what it is started. */
export interface BrokerStart {
  toolchain: Toolchain;
  /** The stack's folder. */
  dir: string;
  ports: BrokerPorts;
  /** As in ServiceStart. */
  running?: ProcessIdentity | undefined;
  launched: (identity: ProcessIdentity) => void;
  /** Where the JVM is to write an AOT cache when it ends. */
  aotOutput?: string;
  signal: AbortSignal | undefined;
}

// A record may be a document of 16 MiB with its envelope.
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

/** The broker's configuration. The controller's voters are static, so that a new port after a restart needs no new format. */
export function brokerProperties(dataDir: string, { port, controllerPort }: BrokerPorts): string {
  const settings: Record<string, string | number | boolean> = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.quorum.voters": `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${port}`,
    "inter.broker.listener.name": "PLAINTEXT",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "log.dirs": dataDir.replaceAll("\\", "\\\\"),
    "auto.create.topics.enable": false,
    // A broker that was killed is let in again only when its old session has run out: 9 s by default.
    "broker.session.timeout.ms": 3_000,
    "broker.heartbeat.interval.ms": 500,
    "message.max.bytes": MAX_MESSAGE_BYTES,
    "replica.fetch.max.bytes": MAX_MESSAGE_BYTES,
    "group.initial.rebalance.delay.ms": 0,
    "offsets.topic.num.partitions": 1,
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.num.partitions": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "share.coordinator.state.topic.num.partitions": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "num.recovery.threads.per.data.dir": 2,
  };
  return `${Object.entries(settings)
    .map(([key, value]) => `${key}=${value}`)
    .join("\n")}\n`;
}

const LOG4J = `log4j.rootLogger=WARN, out
log4j.logger.kafka.server.KafkaRaftServer=INFO
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d{ISO8601} %p %c{1}: %m%n
`;

/** Java's arguments for one of the broker's main classes. */
export function kafkaJava(toolchain: Toolchain, log4j: string, main: string, args: readonly string[]): string[] {
  // The collector must be the same in training and in use: the cache holds code for one.
  const memory = ["-Xmx512m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"];
  return [...memory, `-Dlog4j.configuration=file:${log4j}`, "-cp", toolchain.kafkaClasspath, main, ...args];
}

function aotOptions({ toolchain, aotOutput }: BrokerStart): string[] {
  if (aotOutput !== undefined) return [`-XX:AOTCacheOutput=${aotOutput}`];
  if (toolchain.javaMajor < 25 || !existsSync(toolchain.kafkaAotCache)) return [];
  return [`-XX:AOTCache=${toolchain.kafkaAotCache}`, "-Xlog:aot=off", "-Xlog:aot+codecache+stubs=off"];
}

/** Starts the broker (unless it runs), on the first time after formatting its folder, and waits until it serves metadata. */
export async function startBroker(start: BrokerStart): Promise<void> {
  const { toolchain, dir, ports, signal } = start;
  const data = join(dir, "kafka");
  const properties = join(dir, "kafka.properties");
  const log4j = join(dir, "kafka-log4j.properties");
  await mkdir(dir, { recursive: true });
  await writeFile(properties, brokerProperties(data, ports));
  await writeFile(log4j, LOG4J);
  if (clusterIdOf(dir) === undefined) await format(start, properties, log4j);
  const service: ServiceStart = {
    service: "kafka",
    file: toolchain.java,
    args: [...aotOptions(start), ...kafkaJava(toolchain, log4j, "kafka.Kafka", [properties])],
    logFile: join(dir, "logs/kafka.log"),
    ready: () => answers(`127.0.0.1:${ports.port}`),
    reason: brokerReason,
    running: start.running,
    launched: start.launched,
    signal,
  };
  await startService(service);
}

/** The cluster id of a formatted folder, undefined before that. */
export function clusterIdOf(dir: string): string | undefined {
  try {
    return /^cluster\.id=(\S+)$/m.exec(readFileSync(join(dir, "kafka/meta.properties"), "utf8"))?.[1];
  } catch {
    return undefined;
  }
}

async function format({ toolchain, signal }: BrokerStart, properties: string, log4j: string): Promise<void> {
  const id = randomBytes(16).toString("base64url");
  // A leading dash would be read as an option.
  const clusterId = id.startsWith("-") ? `A${id.slice(1)}` : id;
  const args = ["format", "--ignore-formatted", "-t", clusterId, "-c", properties];
  const java = ["-XX:TieredStopAtLevel=1", ...kafkaJava(toolchain, log4j, "kafka.tools.StorageTool", args)];
  const { code, tail } = await run({ file: toolchain.java, args: java, signal });
  if (code === 0) return;
  throw new EnvironmentProblem(
    "stack/kafka",
    `Kafka's folder could not be formatted: ${tail.at(-1) ?? code}`,
    `Look at ${properties}.`,
  );
}

/** The line of the broker's log that says why it ended. */
export function brokerReason(log: string): string {
  const lines = log.split("\n").filter((line) => line.trim() !== "" && !/^\s+at /.test(line));
  const cause = lines
    .filter((line) => /^(?:Caused by|Exception in|Error:|Error occurred)|(?:^| )(?:FATAL|ERROR) |OutOfMemory/.test(line))
    .at(-1);
  return (cause ?? lines.at(-1) ?? "it ended at once").trim();
}

async function answers(bootstrap: string): Promise<boolean> {
  const kafka = new Kafka({
    brokers: [bootstrap],
    clientId: "engine-stack",
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    // Another program may sit on the port and never answer.
    requestTimeout: 2_000,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    return brokers.length > 0;
  } catch {
    return false;
  } finally {
    await admin.disconnect().catch(() => {});
  }
}
