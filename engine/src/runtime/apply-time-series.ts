import type { CollectionInfo, Db, Document } from "mongodb";
import { showDuration } from "../duration.ts";
import type { CollectionPlan, TimeSeriesPlan } from "../nodes/node-kind.ts";
import type { Change } from "./change.ts";

const GRANULARITIES = ["seconds", "minutes", "hours"];

/** The options with which a time-series collection is made. */
export function timeSeriesOptions({ timeSeries }: CollectionPlan): Document {
  if (timeSeries === undefined) return {};
  const { expireAfterSeconds, ...timeseries } = timeSeries;
  return { timeseries, ...(expireAfterSeconds !== undefined && { expireAfterSeconds }) };
}

/** Compares a time-series collection with its plan. Reads only. */
export async function timeSeriesChanges(
  db: Db,
  plan: CollectionPlan,
  wanted: TimeSeriesPlan,
  { options = {} }: CollectionInfo,
): Promise<Change[]> {
  const name = `${db.databaseName}.${plan.name}`;
  const found = (options.timeseries ?? {}) as Partial<TimeSeriesPlan>;
  const other = (["timeField", "metaField"] as const).find((field) => found[field] !== wanted[field]);
  if (other !== undefined) {
    const detail = `its ${other} is ${found[other] ?? "not set"}, not ${wanted[other] ?? "left out"}, and MongoDB cannot change it`;
    const hint = `name another collection, or move ${name} away yourself`;
    return [{ action: "refuse", kind: "collection", name, detail, hint }];
  }
  const changes = [granularityChange(db, plan, wanted, found), await expiryChange(db, plan, wanted, options.expireAfterSeconds)];
  const told = changes.filter((change) => change !== undefined);
  return told.length > 0 ? told : [{ action: "keep", kind: "collection", name, detail: "exists" }];
}

function granularityChange(
  db: Db,
  plan: CollectionPlan,
  { granularity }: TimeSeriesPlan,
  found: Partial<TimeSeriesPlan>,
): Change | undefined {
  if (found.granularity === granularity) return undefined;
  const change = { kind: "collection", name: `${db.databaseName}.${plan.name}` } as const;
  const detail = `granularity ${found.granularity ?? "of its own"} → ${granularity}`;
  if (GRANULARITIES.indexOf(found.granularity ?? "hours") > GRANULARITIES.indexOf(granularity)) {
    const hint = `set \`granularity: ${found.granularity ?? granularity}\`: MongoDB makes buckets longer, never shorter`;
    return { ...change, action: "refuse", detail, hint };
  }
  const perform = async () => {
    await db.command({ collMod: plan.name, timeseries: { granularity } });
  };
  return { ...change, action: "update", detail, perform };
}

async function expiryChange(db: Db, plan: CollectionPlan, wanted: TimeSeriesPlan, now?: number): Promise<Change | undefined> {
  const { expireAfterSeconds: seconds, timeField } = wanted;
  if (now === seconds) return undefined;
  const change = { kind: "collection", name: `${db.databaseName}.${plan.name}` } as const;
  if (seconds === undefined) {
    const detail = `documents expire after ${showDuration((now ?? 0) * 1000)}, which the spec no longer says`;
    const hint = `set \`expireAfter\`, or end it yourself: db.runCommand({ collMod: ${JSON.stringify(plan.name)}, expireAfterSeconds: "off" })`;
    return { ...change, action: "refuse", detail, hint };
  }
  const command = { collMod: plan.name, expireAfterSeconds: seconds };
  const detail = `expiry ${now === undefined ? "never" : showDuration(now * 1000)} → ${showDuration(seconds * 1000)}`;
  const old = { [timeField]: { $lt: new Date(Date.now() - seconds * 1000) } };
  const expired = now === undefined || seconds < now ? await db.collection(plan.name).countDocuments(old) : 0;
  if (expired > 0) {
    const hint = `keep the longer expiry, or delete them yourself: db.runCommand(${JSON.stringify(command)})`;
    return {
      ...change,
      action: "refuse",
      detail: `${detail}: MongoDB would delete ${expired.toLocaleString("en-US")} documents at once`,
      hint,
    };
  }
  const perform = async () => {
    await db.command(command);
  };
  return { ...change, action: "update", detail, perform };
}
