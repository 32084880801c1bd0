import { isDeepStrictEqual } from "node:util";
import { type CollectionInfo, type Db, type Document, type IndexDescriptionInfo, MongoServerError } from "mongodb";
import type { CollectionPlan, IndexPlan } from "../nodes/node-kind.ts";
import type { Change } from "./change.ts";

/** Compares the planned collections, validators and indexes with the database. Reads only. */
export async function mongoChanges(db: Db, plans: CollectionPlan[]): Promise<Change[]> {
  const existing = new Map((await db.listCollections().toArray()).map((info) => [info.name, info as CollectionInfo]));
  const perCollection = await Promise.all(plans.map((plan) => collectionChanges(db, plan, existing.get(plan.name))));
  return perCollection.flat();
}

async function collectionChanges(db: Db, plan: CollectionPlan, info: CollectionInfo | undefined): Promise<Change[]> {
  const at = `${db.databaseName}.${plan.name}`;
  if (info === undefined) {
    const create: Change = {
      action: "create",
      kind: "collection",
      name: at,
      detail:
        plan.validatorAction === "off" ? "without a validator" : `validator from the column types (${plan.validatorAction})`,
      perform: async () => {
        await createCollection(db, plan);
      },
    };
    return [create, ...plan.indexes.map((index) => createIndex(db, plan, index))];
  }
  if (info.type !== "collection") {
    const detail = `it is a ${info.type ?? "view"}, and documents are written to a collection`;
    return [{ action: "refuse", kind: "collection", name: at, detail, hint: `drop ${at}, or name another collection` }];
  }
  const found = await db.collection(plan.name).indexes();
  return [
    { action: "keep", kind: "collection", name: at, detail: "exists" },
    validatorChange(db, plan, info.options ?? {}),
    ...plan.indexes.map((index) => indexChange(db, plan, index, found)),
  ];
}

function validatorOptions(plan: CollectionPlan): Document {
  if (plan.validatorAction === "off") return { validator: {}, validationLevel: "off" };
  return { validator: plan.validator, validationLevel: "strict", validationAction: plan.validatorAction };
}

async function createCollection(db: Db, plan: CollectionPlan): Promise<void> {
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

function createIndex(db: Db, plan: CollectionPlan, index: IndexPlan): Change {
  return {
    action: "create",
    kind: "index",
    name: `${db.databaseName}.${plan.name}.${index.name}`,
    detail: describe(index),
    perform: async () => {
      await db.collection(plan.name).createIndex(index.fields, indexOptions(index));
    },
  };
}

function indexOptions(index: IndexPlan) {
  return {
    name: index.name,
    ...(index.unique ? { unique: true } : {}),
    ...(index.expireAfterSeconds === undefined ? {} : { expireAfterSeconds: index.expireAfterSeconds }),
  };
}

function indexChange(db: Db, plan: CollectionPlan, index: IndexPlan, found: IndexDescriptionInfo[]): Change {
  const name = `${db.databaseName}.${plan.name}.${index.name}`;
  const sameName = found.find((other) => other.name === index.name);
  const sameKey = found.find((other) => isDeepStrictEqual(Object.entries(other.key), Object.entries(index.fields)));
  const other = sameName ?? sameKey;
  if (other === undefined) return createIndex(db, plan, index);
  const refuse = (detail: string): Change => {
    const hint = `drop it yourself if nothing else needs it: db.${plan.name}.dropIndex(${JSON.stringify(other.name)})`;
    return { action: "refuse", kind: "index", name, detail, hint };
  };
  if (!isDeepStrictEqual(Object.entries(other.key), Object.entries(index.fields)))
    return refuse(`exists over ${JSON.stringify(other.key)}, not ${describe(index)}`);
  if (other.name !== index.name) return refuse(`the same fields are indexed already under the name ${other.name}`);
  if ((other.unique ?? false) !== index.unique) return refuse(other.unique ? "exists as unique" : "exists and is not unique");
  if (other.expireAfterSeconds === index.expireAfterSeconds)
    return { action: "keep", kind: "index", name, detail: describe(index) };
  if (index.expireAfterSeconds === undefined)
    return refuse(`expires documents after ${other.expireAfterSeconds} s, which the spec no longer says`);
  const shorter = other.expireAfterSeconds === undefined || other.expireAfterSeconds > index.expireAfterSeconds;
  if (shorter) {
    const now = other.expireAfterSeconds === undefined ? "never" : `after ${other.expireAfterSeconds} s`;
    const hint = `if that is meant: db.runCommand({ collMod: ${JSON.stringify(plan.name)}, index: { name: ${JSON.stringify(index.name)}, expireAfterSeconds: ${index.expireAfterSeconds} } })`;
    return {
      action: "refuse",
      kind: "index",
      name,
      detail: `documents expire ${now} today; after ${index.expireAfterSeconds} s MongoDB would delete some at once`,
      hint,
    };
  }
  return {
    action: "update",
    kind: "index",
    name,
    detail: `expiry ${other.expireAfterSeconds} s → ${index.expireAfterSeconds} s`,
    perform: async () => {
      await db.command({ collMod: plan.name, index: { name: index.name, expireAfterSeconds: index.expireAfterSeconds } });
    },
  };
}

function describe(index: IndexPlan): string {
  const fields = Object.entries(index.fields).map(([field, order]) => `${field} ${order === 1 ? "↑" : "↓"}`);
  const expiry = index.expireAfterSeconds === undefined ? [] : [`expires after ${index.expireAfterSeconds} s`];
  return [fields.join(", "), ...(index.unique ? ["unique"] : []), ...expiry].join(", ");
}

/** Strips prototypes and BSON wrappers so that what was read compares with what was planned. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}
