import { type Db, MongoServerError } from "mongodb";
import type { Plan } from "../plan/plan.ts";
import { topicChanges } from "./apply-kafka.ts";
import { mongoChanges } from "./apply-mongo.ts";
import { type Change, changeEvent } from "./change.ts";
import type { Listener } from "./events.ts";
import { existingTopicChanges } from "./existing-topics.ts";
import type { KafkaCluster } from "./kafka-cluster.ts";
import { UserMistake } from "./user-mistake.ts";

/** What would have to change for the plan to hold. Reads only. */
export async function changesFor(plan: Plan, kafka: KafkaCluster, db: Db): Promise<Change[]> {
  const changes = await Promise.all([
    existingTopicChanges(kafka.admin, plan),
    topicChanges(kafka.admin, plan),
    mongoChanges(db, plan.collections),
  ]);
  return changes.flat();
}

/**
 * Makes the plan hold and tells each change. Returns the topics that it created. Where one change would destroy something, or
 * a topic that is only read is missing, none is made and a UserMistake names them all.
 */
export async function applyPlan(plan: Plan, kafka: KafkaCluster, db: Db, listener: Listener): Promise<Set<string>> {
  const changes = await changesFor(plan, kafka, db);
  for (const change of changes) listener(changeEvent(change));
  refuseMissing(changes);
  refuseDestruction(changes);
  // Within a system the order matters (a collection before its indexes), between systems it does not.
  await Promise.all([
    perform(changes.filter((change) => change.kind === "topic")),
    perform(changes.filter((change) => change.kind !== "topic")),
  ]);
  return new Set(changes.filter((change) => change.kind === "topic" && change.action === "create").map((change) => change.name));
}

function refuseMissing(changes: Change[]): void {
  const missing = changes.filter((change) => change.action === "refuse" && change.isMissing === true);
  if (missing.length === 0) return;
  const what = missing.map(({ kind, name, detail }) => `${kind} ${name}: ${detail}`);
  const hints = missing.map((change) => (change.action === "refuse" ? change.hint : ""));
  throw new UserMistake(
    "apply/missing-topic",
    ["What the pipeline reads is not there, so nothing was changed:", ...what].join("\n"),
    [...new Set(hints)].join("\n"),
  );
}

function refuseDestruction(changes: Change[]): void {
  const refused = changes.filter((change) => change.action === "refuse");
  if (refused.length === 0) return;
  const what = refused.map(({ kind, name, detail }) => `${kind} ${name}: ${detail}`);
  const hints = refused.map(({ hint }) => hint);
  throw new UserMistake(
    "apply/would-destroy",
    ["What exists differs in a way that would destroy data, so nothing was changed:", ...what].join("\n"),
    [...new Set(hints)].join("\n"),
  );
}

async function perform(changes: Change[]): Promise<void> {
  for (const change of changes) {
    if (change.action !== "create" && change.action !== "update") continue;
    try {
      await change.perform();
    } catch (error) {
      throw refusedByMongo(change, error) ?? error;
    }
  }
}

/** 67: a MongoDB that knows fewer operators in a partial index. 11000: documents share the values of a unique index. 85, 86: another index of the name or the fields came in between. */
function refusedByMongo({ kind, name }: Change, error: unknown): UserMistake | undefined {
  if (kind !== "index" || !(error instanceof MongoServerError && [67, 85, 86, 11000].includes(Number(error.code))))
    return undefined;
  const hint = "change the index in the spec, or what stands in its way; `engine plan` shows both";
  return new UserMistake("apply/index-refused", `MongoDB does not take the index ${name}: ${error.message}`, hint);
}
