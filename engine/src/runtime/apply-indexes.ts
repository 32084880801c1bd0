import { isDeepStrictEqual } from "node:util";
import { BSON, type Db, type Document, type IndexDescriptionInfo, MongoServerError } from "mongodb";
import { showDuration } from "../duration.ts";
import type { CollectionPlan, IndexPlan } from "../nodes/node-kind.ts";
import type { Change } from "./change.ts";

/** How long a plan may look for documents that a unique index would not take. */
const PATIENCE_MS = 20_000;

/** Options that a planned index never has, and that make an existing one guard fewer documents or other ones. */
const FOREIGN = ["sparse", "collation", "wildcardProjection", "hidden"];

/** MongoDB would read a document's field `language` as that of its words, and refuse the document if it does not know it. */
const NO_FIELD = "__language";

const isText = ({ fields }: IndexPlan) => Object.values(fields).includes("text");

/** What creates an index of the plan where nothing stands in its way. */
export function createIndex(db: Db, plan: CollectionPlan, index: IndexPlan): Change {
  return {
    action: "create",
    kind: "index",
    name: nameOf(db, plan, index),
    detail: describe(index),
    perform: async () => {
      await db.collection(plan.name).createIndex(index.fields, {
        name: index.name,
        ...(index.unique ? { unique: true } : {}),
        ...(index.partial === undefined ? {} : { partialFilterExpression: filterOf(index) }),
        ...(isText(index) ? { language_override: NO_FIELD } : {}),
        ...(index.expireAfterSeconds === undefined ? {} : { expireAfterSeconds: index.expireAfterSeconds }),
      });
    },
  };
}

/** Compares an index of the plan with those that `found` says exist. Reads only. */
export async function indexChange(
  db: Db,
  plan: CollectionPlan,
  index: IndexPlan,
  found: IndexDescriptionInfo[],
): Promise<Change> {
  const sameKey = found.find((other) => hasFields(other, index));
  const otherWords = isText(index) ? found.find(({ weights }) => weights !== undefined) : undefined;
  const other = found.find(({ name }) => name === index.name) ?? sameKey ?? otherWords;
  if (other === undefined) return (await harmOfCreation(db, plan, index)) ?? createIndex(db, plan, index);
  const difference = whatDiffers(index, other);
  if (difference !== undefined) {
    const hint = `drop it yourself if nothing else needs it: db.${plan.name}.dropIndex(${JSON.stringify(other.name)})`;
    return { action: "refuse", kind: "index", name: nameOf(db, plan, index), detail: difference, hint };
  }
  return expiryChange(db, plan, index, other.expireAfterSeconds);
}

function whatDiffers(index: IndexPlan, other: IndexDescriptionInfo): string | undefined {
  if (!hasFields(other, index) && isText(index) && other.weights !== undefined)
    return `${describe(index)}: there is a text index already, ${other.name}, and a collection takes one`;
  if (!hasFields(other, index)) return `exists over ${JSON.stringify(other.key)}, not ${describe(index)}`;
  if (other.name !== index.name) return `the same fields are indexed already under the name ${other.name}`;
  if (isText(index) && other.language_override !== NO_FIELD)
    return `exists and takes a document's field ${other.language_override} for its language: documents with one that MongoDB does not know would be refused`;
  if ((other.unique ?? false) !== index.unique) return other.unique ? "exists as unique" : "exists and is not unique";
  const partial = other.partialFilterExpression as Document | undefined;
  if (BSON.EJSON.stringify(partial ?? {}) !== BSON.EJSON.stringify(filterOf(index)))
    return partial === undefined
      ? "exists over all documents"
      : `exists over the documents with ${BSON.EJSON.stringify(partial)} alone`;
  const foreign = FOREIGN.filter((option) => option in other && other[option as keyof IndexDescriptionInfo] !== false);
  return foreign.length === 0 ? undefined : `exists with ${foreign.join(", ")}, which a spec cannot say`;
}

/** MongoDB tells of the words of all text fields as one field, `_fts`, and of the fields by their weights, in no order of ours. */
function hasFields({ key, weights }: IndexDescriptionInfo, { fields }: IndexPlan): boolean {
  const planned = Object.entries(fields);
  const texts = planned.flatMap(([path, kind]) => (kind === "text" ? [path] : []));
  const others = planned.filter(([, kind]) => kind !== "text");
  const found = Object.entries(key).filter(([path]) => path !== "_fts" && path !== "_ftsx");
  return isDeepStrictEqual(found, others) && isDeepStrictEqual(Object.keys(weights ?? {}).sort(), texts.sort());
}

async function expiryChange(db: Db, plan: CollectionPlan, index: IndexPlan, now: number | undefined): Promise<Change> {
  const change = { kind: "index", name: nameOf(db, plan, index) } as const;
  const { expireAfterSeconds: wanted } = index;
  if (now === wanted) return { ...change, action: "keep", detail: describe(index) };
  if (wanted === undefined) {
    const detail = `documents expire after ${seconds(now ?? 0)}, which the spec no longer says`;
    const hint = `set \`expireAfter\`, or drop it yourself: db.${plan.name}.dropIndex(${JSON.stringify(index.name)})`;
    return { ...change, action: "refuse", detail, hint };
  }
  const detail = `expiry ${now === undefined ? "never" : seconds(now)} → ${seconds(wanted)}`;
  const command = { collMod: plan.name, index: { name: index.name, expireAfterSeconds: wanted } };
  const expired = now === undefined || wanted < now ? await expiredDocuments(db, plan, index) : 0;
  if (expired > 0) {
    const hint = `keep the longer expiry, or delete them yourself: db.runCommand(${JSON.stringify(command)})`;
    return { ...change, action: "refuse", detail: `${detail}: ${deletes(expired)}`, hint };
  }
  return {
    ...change,
    action: "update",
    detail,
    perform: async () => {
      await db.command(command);
    },
  };
}

/** A new index can destroy as well: by its expiry, or by refusing what stands. */
async function harmOfCreation(db: Db, plan: CollectionPlan, index: IndexPlan): Promise<Change | undefined> {
  const refuse = (detail: string, hint: string): Change => {
    return { action: "refuse", kind: "index", name: nameOf(db, plan, index), detail, hint };
  };
  const expired = index.expireAfterSeconds === undefined ? 0 : await expiredDocuments(db, plan, index);
  if (expired > 0) {
    const options = JSON.stringify({ name: index.name, expireAfterSeconds: index.expireAfterSeconds });
    const command = `db.${plan.name}.createIndex(${JSON.stringify(index.fields)}, ${options})`;
    const detail = `${describe(index)}: ${deletes(expired)}`;
    return refuse(detail, `set a longer \`expireAfter\`, or delete them yourself: ${command}`);
  }
  const twice = index.unique ? await sharedValues(db, plan, index) : undefined;
  if (twice === undefined) return undefined;
  const detail = `${describe(index)}: documents share the values ${twice}`;
  return refuse(detail, "leave `unique` out, or remove all but one of them");
}

/** Which documents the index holds. */
function filterOf({ partial }: IndexPlan): Document {
  return partial === undefined ? {} : (BSON.EJSON.deserialize(partial as Document) as Document);
}

async function expiredDocuments(db: Db, plan: CollectionPlan, index: IndexPlan): Promise<number> {
  const { fields, expireAfterSeconds = 0 } = index;
  const [field = ""] = Object.keys(fields);
  const moment = new Date(Date.now() - expireAfterSeconds * 1000);
  return db.collection(plan.name).countDocuments({ $and: [filterOf(index), { [field]: { $lt: moment, $type: "date" } }] });
}

async function sharedValues(db: Db, plan: CollectionPlan, index: IndexPlan): Promise<string | undefined> {
  const paths = Object.keys(index.fields);
  const values = Object.fromEntries(paths.map((path, at) => [`v${at}`, `$${path}`]));
  const stages = [
    { $match: filterOf(index) },
    { $group: { _id: values, n: { $sum: 1 } } },
    { $match: { n: { $gt: 1 } } },
    { $limit: 1 },
  ];
  try {
    const [found] = await db
      .collection(plan.name)
      .aggregate<{ _id: Record<string, unknown> }>(stages, { allowDiskUse: true, maxTimeMS: PATIENCE_MS })
      .toArray();
    return found && paths.map((path, at) => `${path} ${JSON.stringify(found._id[`v${at}`] ?? null)}`).join(", ");
  } catch (error) {
    // 50 MaxTimeMSExpired: a large collection; MongoDB itself will refuse the index where it does not fit.
    if (error instanceof MongoServerError && error.code === 50) return undefined;
    throw error;
  }
}

function nameOf(db: Db, plan: CollectionPlan, index: IndexPlan): string {
  return `${db.databaseName}.${plan.name}.${index.name}`;
}

function deletes(documents: number): string {
  return `MongoDB would delete ${documents.toLocaleString("en-US")} document${documents === 1 ? "" : "s"} at once`;
}

function seconds(count: number): string {
  return showDuration(count * 1000);
}

const ARROWS: Record<string, string> = { 1: "↑", [-1]: "↓" };

function describe(index: IndexPlan): string {
  const fields = Object.entries(index.fields).map(([field, kind]) => `${field} ${ARROWS[kind] ?? kind}`);
  const expiry = index.expireAfterSeconds === undefined ? [] : [`expires after ${seconds(index.expireAfterSeconds)}`];
  const part = index.partial === undefined ? [] : [`with ${BSON.EJSON.stringify(index.partial as Document)}`];
  return [fields.join(", "), ...(index.unique ? ["unique"] : []), ...expiry, ...part].join(", ");
}
