import { isDeepStrictEqual } from "node:util";
import { type CollectionInfo, type Db, type Document, MongoServerError } from "mongodb";
import type { CollectionPlan } from "../nodes/node-kind.ts";
import { createIndex, indexChange } from "./apply-indexes.ts";
import { timeSeriesChanges, timeSeriesOptions } from "./apply-time-series.ts";
import type { Change } from "./change.ts";

/** Compares the planned collections, validators and indexes with the database. Reads only. */
export async function mongoChanges(db: Db, plans: CollectionPlan[]): Promise<Change[]> {
  const existing = new Map((await db.listCollections().toArray()).map((info) => [info.name, info as CollectionInfo]));
  const perCollection = await Promise.all(plans.map((plan) => collectionChanges(db, plan, existing.get(plan.name))));
  return perCollection.flat();
}

async function collectionChanges(db: Db, plan: CollectionPlan, info: CollectionInfo | undefined): Promise<Change[]> {
  const name = `${db.databaseName}.${plan.name}`;
  if (info === undefined) return [creation(db, plan, name), ...plan.indexes.map((index) => createIndex(db, plan, index))];
  const unfit = whyUnfit(info, plan);
  if (unfit !== undefined) {
    const hint = `name another collection, or move ${name} away yourself`;
    return [{ action: "refuse", kind: "collection", name, detail: unfit, hint }];
  }
  const found = await db.collection(plan.name).indexes();
  const own =
    plan.timeSeries === undefined
      ? [{ action: "keep", kind: "collection", name, detail: "exists" } as const, validatorChange(db, plan, info.options ?? {})]
      : await timeSeriesChanges(db, plan, plan.timeSeries, info);
  return [...own, ...(await Promise.all(plan.indexes.map((index) => indexChange(db, plan, index, found))))];
}

/** A collection of another kind would lose or merge documents. */
function whyUnfit({ type = "view", options }: CollectionInfo, { timeSeries }: CollectionPlan): string | undefined {
  if (timeSeries !== undefined) return type === "timeseries" ? undefined : `it is a ${type}, and no time series`;
  if (type !== "collection") return `it is a ${type}, and documents are written to a collection`;
  if (options?.capped === true) return "it is capped: MongoDB would drop its oldest documents";
  const locale = (options?.collation as { locale?: string } | undefined)?.locale ?? "simple";
  return locale === "simple" ? undefined : `it has the collation ${locale}: keys that differ might count as the same`;
}

function creation(db: Db, plan: CollectionPlan, name: string): Change {
  const validator =
    plan.validatorAction === "off" ? "without a validator" : `validator from the column types (${plan.validatorAction})`;
  const { timeSeries } = plan;
  const series = timeSeries && `time series by ${timeSeries.timeField}, ${timeSeries.granularity}`;
  return { action: "create", kind: "collection", name, detail: series ?? validator, perform: () => createCollection(db, plan) };
}

function validatorOptions(plan: CollectionPlan): Document {
  if (plan.validatorAction === "off") return { validator: {}, validationLevel: "off" };
  return { validator: plan.validator, validationLevel: "strict", validationAction: plan.validatorAction };
}

async function createCollection(db: Db, plan: CollectionPlan): Promise<void> {
  if (plan.timeSeries !== undefined) {
    await db.createCollection(plan.name, timeSeriesOptions(plan));
    return;
  }
  try {
    await db.createCollection(plan.name, validatorOptions(plan));
  } catch (error) {
    // 48 NamespaceExists: someone else was faster; then it is altered to fit.
    if (!(error instanceof MongoServerError && error.code === 48)) throw error;
    await db.command({ collMod: plan.name, ...validatorOptions(plan) });
  }
}

function validatorChange(db: Db, plan: CollectionPlan, options: Document): Change {
  const name = `${db.databaseName}.${plan.name}`;
  const wanted = validatorOptions(plan);
  const level = options.validationLevel ?? (options.validator === undefined ? "off" : "strict");
  const same =
    level === wanted.validationLevel &&
    (level === "off" ||
      (isDeepStrictEqual(plain(options.validator), plain(wanted.validator)) &&
        (options.validationAction ?? "error") === wanted.validationAction));
  if (same) return { action: "keep", kind: "validator", name, detail: plan.validatorAction };
  return {
    action: "update",
    kind: "validator",
    name,
    detail: `the column types or the action changed (${plan.validatorAction}); documents that stand stay as they are`,
    perform: async () => {
      await db.command({ collMod: plan.name, ...wanted });
    },
  };
}

/** Strips prototypes and BSON wrappers so that what was read compares with what was planned. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}
