import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { type Collection, type Db, MongoServerError } from "mongodb";
import type { Plan } from "../plan/plan.ts";
import { EnvironmentProblem } from "./environment-problem.ts";
import type { Counts } from "./events.ts";
import { isAlive, type ProcessIdentity, thisProcess } from "./process-identity.ts";

const LEASE_MS = 20_000;

interface Holder {
  host: string;
  process: ProcessIdentity;
}

/** topic → Kafka's id of it. */
type Ids = Record<string, string>;

interface StateDocument {
  _id: string;
  [field: string]: unknown;
}

/** What the engine remembers for a target, in the target's own MongoDB, so that every machine sees the same. */
export interface EngineState {
  /**
   * The epoch of each topic: minted when the topic is first seen, renewed when it was deleted and created anew, by whomever. `ids` are Kafka's
   * own ids of the topics; for a cluster without them `created` names the topics that were created just now.
   */
  epochs(cluster: string, topics: string[], ids: Ids, created: ReadonlySet<string>): Promise<Record<string, string>>;
  /** The epochs on record that still hold for topics with these ids; reads only. */
  knownEpochs(cluster: string, topics: string[], ids: Ids): Promise<Record<string, string>>;
  /**
   * partition → offset: where a pipeline begins to read a topic that is not its own. What `now` says is kept with the words of the spec and the topic's
   * epoch, and holds until one of them changes.
   */
  start(
    place: { cluster: string; pipeline: string; topic: string },
    said: { start: string; epoch: string },
    now: () => Promise<Counts>,
  ): Promise<Counts>;
  recordPlan(plan: Plan): Promise<void>;
  appliedPlan(pipeline: string): Promise<Plan | undefined>;
  recordGap(pipeline: string, gap: { node: string; from: string; to: string; reason: string }): Promise<void>;
  /** Holds the pipeline for this process. Throws an EnvironmentProblem where another live engine has it. */
  lease(pipeline: string, onLost: (reason: string) => void): Promise<Lease>;
  /** Who runs a pipeline at this moment. */
  holder(pipeline: string): Promise<{ host: string; pid: number; since: Date } | undefined>;
}

export interface Lease {
  /** Grows by one with every holder. */
  token: number;
  release(): Promise<void>;
}

/** Opens the state kept in the collection `_engine`. */
export function engineState(db: Db): EngineState {
  const states = db.collection<StateDocument>("_engine");
  return {
    epochs: (cluster, topics, ids, created) => epochs(states, cluster, topics, ids, created),
    async knownEpochs(cluster, topics, ids) {
      const prefix = `epoch:${cluster}:`;
      const found = await states.find({ _id: { $in: topics.map((topic) => prefix + topic) } }).toArray();
      const pairs = found.map(({ _id, epoch, topicId }) => ({ topic: _id.slice(prefix.length), epoch: String(epoch), topicId }));
      const valid = pairs.filter(({ topic, topicId }) => topicId === undefined || topicId === ids[topic]);
      return Object.fromEntries(valid.map(({ topic, epoch }) => [topic, epoch]));
    },
    async start({ cluster, pipeline, topic }, said, now) {
      const _id = `start:${cluster}:${pipeline}:${topic}`;
      const known = await states.findOne({ _id, ...said });
      if (known !== null) return known.offsets as Counts;
      const offsets = await now();
      await states.replaceOne({ _id }, { ...said, offsets, at: new Date() }, { upsert: true });
      return offsets;
    },
    async recordPlan(plan) {
      await states.replaceOne(
        { _id: `applied:${plan.pipeline}` },
        { plan: JSON.stringify(plan), at: new Date() },
        { upsert: true },
      );
    },
    async appliedPlan(pipeline) {
      const found = await states.findOne({ _id: `applied:${pipeline}` });
      return typeof found?.plan === "string" ? (JSON.parse(found.plan) as Plan) : undefined;
    },
    async recordGap(pipeline, gap) {
      await states.insertOne({
        _id: `gap:${pipeline}:${randomUUID()}`,
        pipeline,
        ...gap,
        from: new Date(gap.from),
        to: new Date(gap.to),
      });
    },
    lease: (pipeline, onLost) => lease(states, pipeline, onLost),
    async holder(pipeline) {
      const found = await states.findOne({ _id: `lease:${pipeline}`, $expr: { $gt: ["$expires", "$$NOW"] } });
      const holder = found?.holder as Holder | undefined;
      return holder === undefined || isDead(holder)
        ? undefined
        : { host: holder.host, pid: holder.process.pid, since: found?.since as Date };
    },
  };
}

async function epochs(
  states: Collection<StateDocument>,
  cluster: string,
  topics: string[],
  ids: Ids,
  created: ReadonlySet<string>,
) {
  const pairs = await Promise.all(
    topics.map(async (topic) => {
      const id = ids[topic];
      const isSame = id === undefined ? !created.has(topic) : { $in: [{ $ifNull: ["$topicId", id] }, [id]] };
      const epoch = { $cond: [{ $and: ["$epoch", isSame] }, "$epoch", randomUUID().slice(0, 8)] };
      const change = [{ $set: { epoch, ...(id !== undefined && { topicId: id }) } }];
      const found = await states.findOneAndUpdate({ _id: `epoch:${cluster}:${topic}` }, change, {
        upsert: true,
        returnDocument: "after",
      });
      return [topic, String(found?.epoch)] as const;
    }),
  );
  return Object.fromEntries(pairs);
}

async function lease(states: Collection<StateDocument>, pipeline: string, onLost: (reason: string) => void): Promise<Lease> {
  const _id = `lease:${pipeline}`;
  const me = randomUUID();
  const token = await take(states, _id, me);
  const renew = async () => {
    try {
      const { matchedCount } = await states.updateOne({ _id, owner: me }, [{ $set: { expires: later } }]);
      if (matchedCount === 0) lost("another engine took over this pipeline");
    } catch {
      // Out of reach for now: the sinks notice as well, and the next renewal tells whether the lease survived.
    }
  };
  const timer = setInterval(renew, LEASE_MS / 4);
  const lost = (reason: string) => {
    clearInterval(timer);
    onLost(reason);
  };
  return {
    token,
    async release() {
      clearInterval(timer);
      await states.updateOne({ _id, owner: me }, [{ $set: { expires: "$$NOW" } }]);
    },
  };
}

/** The server's clock decides, so that machines need not agree on the time. */
const later = { $add: ["$$NOW", LEASE_MS] };

async function take(states: Collection<StateDocument>, _id: string, owner: string): Promise<number> {
  const holder: Holder = { host: hostname(), process: thisProcess() };
  const claim = [{ $set: { owner, holder, since: "$$NOW", expires: later, token: { $add: [{ $ifNull: ["$token", 0] }, 1] } } }];
  const current = await states.findOne({ _id });
  if (current === null) {
    try {
      const taken = await states.findOneAndUpdate({ _id, owner: { $exists: false } }, claim, {
        upsert: true,
        returnDocument: "after",
      });
      return Number(taken?.token);
    } catch (error) {
      // 11000: somebody else was first.
      if (!(error instanceof MongoServerError && error.code === 11000)) throw error;
      throw await alreadyRunning(states, _id);
    }
  }
  // Of two that find the lease free only one finds its owner unchanged.
  const hasEnded = isDead(current.holder as Holder) ? {} : { $expr: { $lte: ["$expires", "$$NOW"] } };
  const taken = await states.findOneAndUpdate({ _id, owner: current.owner, ...hasEnded }, claim, { returnDocument: "after" });
  if (taken === null) throw await alreadyRunning(states, _id);
  return Number(taken.token);
}

async function alreadyRunning(states: Collection<StateDocument>, _id: string): Promise<EnvironmentProblem> {
  const other = (await states.findOne({ _id }))?.holder as Holder | undefined;
  const who = other === undefined ? "another engine" : `process ${other.process.pid} on ${other.host}`;
  return new EnvironmentProblem(
    "run/already-running",
    `This pipeline is already run by ${who}.`,
    "stop it with `engine stop`; the lease of an engine that died on another machine ends by itself after 20 s",
  );
}

/** Only a process of this machine can be known to be dead. */
function isDead(holder: Holder | undefined): boolean {
  return holder !== undefined && holder.host === hostname() && !isAlive(holder.process);
}
