import { dirname } from "node:path";
import type { Admin } from "kafkajs";
import type { Plan } from "../../plan/plan.ts";
import { committedOffsets } from "../checkpoint-files.ts";
import type { Checkpoint } from "../checkpoints.ts";
import { BatchLedger, type Ends } from "../counters.ts";
import { EnvironmentProblem } from "../environment-problem.ts";
import { fetchOffsets } from "../kafka.ts";

/**
 * Opens the books of a run: how far every query has come. Throws an EnvironmentProblem where Kafka no longer keeps records that a query has still to read: Spark
 * would fail on them again and again.
 */
export async function openLedger(plan: Plan, checkpoints: Checkpoint[], starts: Ends, admin: Admin): Promise<BatchLedger> {
  const topicsOf = (query: string) => plan.queries.find(({ name }) => name === query)?.topics ?? [];
  const names = plan.queries.map(({ name }) => name);
  const ledger = new BatchLedger(names, topicsOf);
  const earliest = new Map<string, Promise<Ends[string]>>();
  for (const { query, path } of checkpoints) {
    const committed = await committedOffsets(path);
    for (const [topic, offsets] of Object.entries(committed)) {
      const kept = earliest.get(topic) ?? earliestOffsets(admin, topic);
      earliest.set(topic, kept);
      const lost = between(offsets, await kept);
      if (lost > 0) throw recordsLost(query, topic, lost, dirname(path));
    }
    const begun = Object.fromEntries(Object.entries(starts).filter(([topic]) => topicsOf(query).includes(topic)));
    ledger.resumed(query, { ...begun, ...committed });
  }
  return ledger;
}

async function earliestOffsets(admin: Admin, topic: string): Promise<Ends[string]> {
  const ranges = await fetchOffsets(admin, topic);
  return Object.fromEntries(Object.entries(ranges).map(([partition, { earliest }]) => [partition, earliest]));
}

/** How many offsets lie between those that were committed and the first ones that are kept. */
function between(committed: Ends[string], kept: Ends[string]): number {
  return Object.entries(committed).reduce((sum, [partition, next]) => sum + Math.max(0, (kept[partition] ?? 0) - next), 0);
}

function recordsLost(query: string, topic: string, lost: number, folder: string): EnvironmentProblem {
  return new EnvironmentProblem(
    "kafka/records-lost",
    `Kafka no longer keeps ${lost.toLocaleString("en-US")} records of ${topic} that ${query} had still to read.`,
    `to go on without them remove ${folder}: ${query} then begins anew, with the earliest record that is kept; a longer retention keeps more`,
  );
}
