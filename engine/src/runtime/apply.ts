import type { Db } from "mongodb";
import type { Plan } from "../plan/plan.ts";
import { topicChanges } from "./apply-kafka.ts";
import { mongoChanges } from "./apply-mongo.ts";
import type { Change } from "./change.ts";
import { EnvironmentProblem } from "./environment-problem.ts";
import type { Listener } from "./events.ts";
import type { KafkaCluster } from "./kafka-cluster.ts";

/** What would have to change for the plan to hold. Reads only. */
export async function changesFor(plan: Plan, kafka: KafkaCluster, db: Db): Promise<Change[]> {
  const [topics, collections] = await Promise.all([topicChanges(kafka.admin, plan.topics), mongoChanges(db, plan.collections)]);
  return [...topics, ...collections];
}

/** Makes the plan hold and tells each change. Returns the topics that it created. Where one change would destroy something, none is made. */
export async function applyPlan(plan: Plan, kafka: KafkaCluster, db: Db, listener: Listener): Promise<Set<string>> {
  const changes = await changesFor(plan, kafka, db);
  for (const { action, kind, name, detail } of changes) listener({ event: "change", action, kind, name, detail });
  const refused = changes.filter((change) => change.action === "refuse");
  const [first] = refused;
  if (first?.action === "refuse") {
    const what = refused.map(({ kind, name, detail }) => `${kind} ${name}: ${detail}`).join("; ");
    throw new EnvironmentProblem(
      "apply/would-destroy",
      `What exists differs in a way that would destroy data. ${what}.`,
      first.hint,
    );
  }
  // Within a system the order matters (a collection before its indexes), between systems it does not.
  const perform = async (chosen: Change[]) => {
    for (const change of chosen) if (change.action === "create" || change.action === "update") await change.perform();
  };
  await Promise.all([
    perform(changes.filter((change) => change.kind === "topic")),
    perform(changes.filter((change) => change.kind !== "topic")),
  ]);
  return new Set(changes.filter((change) => change.kind === "topic" && change.action === "create").map((change) => change.name));
}
