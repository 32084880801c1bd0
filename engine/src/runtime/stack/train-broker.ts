import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { Kafka, logLevel } from "kafkajs";
import { createTopic } from "../kafka.ts";
import { endProcess, type ProcessIdentity } from "../process-identity.ts";
import { lower, writeAotCache } from "../toolchain/aot.ts";
import type { Toolchain } from "../toolchain/index.ts";
import { startBroker } from "./kafka-broker.ts";
import { freePort } from "./ports.ts";

// The JVM writes the cache while it ends.
const GRACE_MS = 60_000;

/**
 * Runs a broker of its own for some seconds, at low priority, and keeps what its JVM learnt: later brokers start in half the
 * time. Returns false when it did not work out: then they start as before.
 */
export async function trainBroker(toolchain: Toolchain, signal?: AbortSignal): Promise<boolean> {
  return writeAotCache(toolchain, toolchain.kafkaAotCache, signal, async (aotOutput) => {
    const dir = await mkdtemp(join(toolchain.dir, "kafka-training-"));
    const ports = { port: await freePort(), controllerPort: await freePort() };
    let broker: ProcessIdentity | undefined;
    const launched = (identity: ProcessIdentity) => {
      broker = identity;
      lower(identity.pid);
    };
    try {
      await startBroker({ toolchain, dir, ports, launched, signal, aotOutput });
      await exercise(`127.0.0.1:${ports.port}`);
    } catch {
      return false;
    } finally {
      if (broker) await endProcess(broker, GRACE_MS);
      await rm(dir, { recursive: true, force: true });
    }
    return true;
  });
}

async function exercise(bootstrap: string): Promise<void> {
  const kafka = new Kafka({ brokers: [bootstrap], clientId: "engine-training", logLevel: logLevel.NOTHING });
  const [admin, producer] = [kafka.admin(), kafka.producer()];
  try {
    await Promise.all([admin.connect(), producer.connect()]);
    await createTopic(admin, { topic: "training", numPartitions: 2 });
    const messages = Array.from({ length: 100 }, (_, index) => ({ key: String(index), value: "x".repeat(500) }));
    for (let batch = 0; batch < 20; batch++) await producer.send({ topic: "training", acks: -1, messages });
    await admin.fetchTopicOffsets("training");
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  }
}
