import type { Plan } from "../plan/plan.ts";
import { changesFor } from "./apply.ts";
import { partitionsText } from "./apply-kafka.ts";
import type { Change } from "./change.ts";
import { beginningOf, type Checkpoint, chooseCheckpoints, whatChanged } from "./checkpoints.ts";
import { allTopics } from "./existing-topics.ts";
import { connectKafka } from "./kafka-cluster.ts";
import { connectMongo } from "./mongo.ts";
import { type Project, pipelineDirs } from "./project.ts";
import type { KafkaAddress, MongoAddress } from "./services.ts";
import { engineState } from "./state.ts";
import { withCleanup } from "./with-cleanup.ts";

/** What a run of the plan would change at these services, checkpoints included. Reads only. */
export async function observeChanges(
  plan: Plan,
  at: { kafka: KafkaAddress; mongodb: MongoAddress },
  project: Project,
  target: string,
): Promise<Change[]> {
  return withCleanup(async (defer) => {
    const mongo = await connectMongo(at.mongodb.uri);
    defer(() => mongo.close());
    const kafka = await connectKafka(at.kafka);
    defer(() => kafka.close());
    const db = mongo.db(at.mongodb.database);
    const changes = await changesFor(plan, kafka, db);
    const topics = allTopics(plan);
    const state = engineState(db);
    const epochs = await state.knownEpochs(kafka.clusterId, topics, await kafka.topicIds(topics));
    const before = await state.appliedPlan(plan.pipeline);
    const { checkpoints: dir } = pipelineDirs(project, target, plan.pipeline);
    const checkpoints = await chooseCheckpoints(plan, dir, { cluster: kafka.clusterId, epochs, before });
    return [...changes, ...checkpoints.map((checkpoint) => checkpointChange(plan, checkpoint))];
  });
}

/** What would be made where nothing exists yet. */
export function changesFromNothing(plan: Plan): Change[] {
  const create = (kind: Change["kind"], name: string, detail: string): Change => ({
    action: "create",
    kind,
    name,
    detail,
    perform: async () => {},
  });
  return [
    ...plan.topics.map((topic) => create("topic", topic.name, partitionsText(topic.partitions))),
    ...plan.collections.flatMap((collection) => [
      create("collection", collection.name, `validator: ${collection.validatorAction}`),
      ...collection.indexes.map((index) =>
        create("index", `${collection.name}.${index.name}`, Object.keys(index.fields).join(", ")),
      ),
    ]),
    ...plan.queries.map((query) => create("checkpoint", query.name, `from ${beginningOf(plan, query.name)}`)),
  ];
}

function checkpointChange(plan: Plan, { query, version, isNew, changed }: Checkpoint): Change {
  const name = `${query} v${version}`;
  if (!isNew) return { action: "keep", kind: "checkpoint", name, detail: "goes on where it stopped" };
  if (changed.length === 0)
    return { action: "create", kind: "checkpoint", name, detail: `from ${beginningOf(plan, query)}`, perform: async () => {} };
  const { fingerprint, sink } = plan.queries.find((candidate) => candidate.name === query) ?? {};
  const again = sink?.keepsAll ? "beside what it wrote before" : "to the same documents";
  const lost =
    fingerprint?.state !== undefined
      ? `its windows are computed anew from the earliest record that Kafka keeps, and written ${again}`
      : `every record that Kafka keeps is written again, ${again}`;
  return {
    action: "update",
    kind: "checkpoint",
    name,
    detail: `${whatChanged(changed)}: ${lost}`,
    perform: async () => {},
  };
}
