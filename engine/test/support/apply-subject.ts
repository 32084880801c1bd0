import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Admin, ConfigResourceTypes, Kafka, logLevel } from "kafkajs";
import { type Db, MongoClient } from "mongodb";
import { expect } from "vitest";
import { compile } from "../../src/core.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { applyPlan } from "../../src/runtime/apply.ts";
import type { RunEvent } from "../../src/runtime/events.ts";
import { connectKafka, type KafkaCluster } from "../../src/runtime/kafka-cluster.ts";
import type { TestProject } from "./project.ts";

/** A change to a spec's text. */
export type Edit = (text: string) => string;

/** An edit that fails where it would change nothing. */
export const replaced =
  (from: string, to: string): Edit =>
  (text) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  };

/** A retail pipeline of its own that a test may edit and apply as often as it likes. */
export interface Subject {
  name: string;
  topic: string;
  db: Db;
  kafka: KafkaCluster;
  admin: Admin;
  planOf(edit?: Edit): Plan;
  /** Applies the spec and says what changed, `keep` left out. */
  apply(edit?: Edit): Promise<string[]>;
  /** Writes the edited spec and returns its path. */
  write(edit: Edit): Promise<string>;
  /** Everything that apply could have touched, as text. */
  observe(): Promise<string>;
  setTopic(settings: Record<string, string>): Promise<void>;
  /** Writes one record that is as old as said. */
  produce(ageMs: number): Promise<void>;
}

let names = 0;

/** Makes subjects on a running stack and takes away what they made. */
export class Subjects {
  readonly #address: { bootstrap: string; options: Record<string, string> };
  readonly #project: TestProject;
  readonly #client: Kafka;
  readonly #uri: string;
  // kafkajs keeps asking for every topic it has met, also for one that was deleted: so every test has connections of its own.
  #open: { admin: Admin; kafka: KafkaCluster; mongo: MongoClient } | undefined;
  #undo: (() => Promise<unknown>)[] = [];

  constructor(bootstrap: string, uri: string, project: TestProject) {
    this.#address = { bootstrap, options: {} };
    this.#project = project;
    this.#client = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING });
    this.#uri = uri;
  }

  async open(): Promise<void> {
    const admin = this.#client.admin();
    await admin.connect();
    this.#open = { admin, kafka: await connectKafka(this.#address), mongo: await new MongoClient(this.#uri).connect() };
  }

  async close(): Promise<void> {
    for (const step of this.#undo.splice(0)) await step();
    await Promise.all([this.#open?.admin.disconnect(), this.#open?.kafka.close(), this.#open?.mongo.close()]);
  }

  async make(): Promise<Subject> {
    if (this.#open === undefined) throw new Error("open the connections first");
    const { admin, kafka, mongo } = this.#open;
    const name = `apply-${process.pid}-${names++}`;
    const path = await this.#project.retailAs(name);
    const text = await readFile(join(this.#project.dir, path), "utf8");
    const db = mongo.db(name);
    const topic = `${name}.transactions`;
    this.#undo.push(
      () => db.dropDatabase(),
      () => admin.deleteTopics({ topics: [topic, `${name}.dead-letters`] }).catch(() => {}),
    );
    const planOf = (edit: Edit = (same) => same): Plan => {
      const { plan, diagnostics } = compile(edit(text), path);
      if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
      return plan;
    };
    return {
      ...{ name, topic, db, kafka, admin, planOf },
      apply: (edit) => apply(planOf(edit), kafka, db),
      write: (edit) => this.#project.retailAs(name, edit),
      observe: () => observe(admin, db, name),
      setTopic: (settings) => setTopic(admin, topic, settings),
      produce: (ageMs) => this.#produce(topic, ageMs),
    };
  }

  async #produce(topic: string, ageMs: number): Promise<void> {
    const producer = this.#client.producer();
    await producer.connect();
    await producer.send({ topic, messages: [{ value: "{}", timestamp: String(Date.now() - ageMs) }] });
    await producer.disconnect();
  }
}

async function apply(plan: Plan, kafka: KafkaCluster, db: Db): Promise<string[]> {
  const changes: Extract<RunEvent, { event: "change" }>[] = [];
  await applyPlan(plan, kafka, db, (event) => event.event === "change" && changes.push(event));
  return changes.filter(({ action }) => action !== "keep").map(({ action, kind, detail }) => `${action} ${kind}: ${detail}`);
}

async function setTopic(admin: Admin, topic: string, settings: Record<string, string>): Promise<void> {
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries }] });
}

async function observe(admin: Admin, db: Db, name: string): Promise<string> {
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(name)).sort();
  const resources = topics.map((topic) => ({ type: ConfigResourceTypes.TOPIC, name: topic }));
  const metadata = topics.length === 0 ? [] : (await admin.fetchTopicMetadata({ topics })).topics;
  const configs = topics.length === 0 ? [] : (await admin.describeConfigs({ resources, includeSynonyms: false })).resources;
  // `_engine` is the engine's own memory; asking for the lease makes it.
  const collections = (await db.listCollections().toArray()).filter((info) => info.name !== "_engine");
  const indexes = await Promise.all(
    collections.filter(({ type }) => type === "collection").map((info) => db.collection(info.name).indexes()),
  );
  const partitions = metadata.map((topic) => [topic.name, topic.partitions.length]).sort();
  const settings = configs.map((config) => [config.resourceName, config.configEntries.map((e) => [e.configName, e.configValue])]);
  return JSON.stringify({ partitions, settings: settings.sort(), collections, indexes }, null, 1);
}
