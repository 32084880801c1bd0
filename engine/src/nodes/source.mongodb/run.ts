import { setTimeout as delay } from "node:timers/promises";
import type { SourceMongodbConfig } from "@pipeline-engine/schemas/types";
import { type ChangeStream, MongoClient, Timestamp } from "mongodb";
import { parseByteSize } from "../../duration.ts";
import { createBackoff } from "../backoff.ts";
import { type SourceContext, type SourceEnd, SourceFailure, type SourceRunner } from "../source-run.ts";
import { finalCause, isLost, noChangeStreams } from "./run/causes.ts";
import { type RecordSettings, recordOf } from "./run/change-record.ts";
import { placeOf, type ResumeToken, readToken, timeOf } from "./run/resume-token.ts";

/** What is not set need not be there. */
type Config = Omit<SourceMongodbConfig, "columns" | "metadata" | "operation"> & { operation?: string };

const SELECTION_MS = 5_000;
const FIRST_CONNECT_MS = 120_000;
/** So long MongoDB waits for a change before it answers that there is none. */
const AWAIT_MS = 500;
const READ = ["insert", "update", "replace", "delete", "drop", "rename", "dropDatabase", "invalidate"];

/** Where changes are read on: behind a token, or from a time. Empty: from now on. */
type Place = { startAfter: ResumeToken } | { startAtOperationTime: Timestamp } | Record<string, never>;

interface Reader {
  context: SourceContext<Config>;
  client: MongoClient;
  record: RecordSettings;
  from: Place;
  /** Where the oplog ended when the source was started. With `once` nothing behind it need be read. */
  end?: Timestamp;
  reached: boolean;
  backoff: ReturnType<typeof createBackoff>;
}

/** Follows the changes of a collection until aborted; with `once` up to those that there are when it begins. */
export async function run(context: SourceContext<Config>): Promise<SourceEnd> {
  const { config, signal } = context;
  const client = clientOf(config.uri);
  const close = () => void client.close().catch(() => {});
  signal.addEventListener("abort", close);
  const token = readToken(context.cursor);
  const reader: Reader = {
    context,
    client,
    record: { ...(config.operation && { operation: config.operation }), longest: parseByteSize(config.maxRecord) ?? 0 },
    from: token === undefined ? firstPlace(config.start) : { startAfter: token },
    reached: false,
    backoff: createBackoff(),
  };
  try {
    return await persist(reader);
  } finally {
    signal.removeEventListener("abort", close);
    await client.close().catch(() => {});
  }
}

function clientOf(uri: string): MongoClient {
  try {
    return new MongoClient(uri, { serverSelectionTimeoutMS: SELECTION_MS, appName: "pipeline-engine" });
  } catch (error) {
    throw finalCause(error) ?? new SourceFailure("`uri` is no address of MongoDB", "it begins with `mongodb://`");
  }
}

function firstPlace(start: string): Place {
  return start === "latest" ? {} : { startAtOperationTime: new Timestamp({ t: Date.parse(start) / 1000, i: 0 }) };
}

/** Opens the stream again and again, each time where the last one stopped. */
async function persist(reader: Reader): Promise<SourceEnd> {
  const { context, client, backoff } = reader;
  const { signal, once } = context;
  const giveUpAt = Date.now() + FIRST_CONNECT_MS;
  while (!signal.aborted) {
    try {
      if ((await follow(reader)) === "end" && once) return "ended";
    } catch (error) {
      if (signal.aborted) break;
      if (isLost(error)) {
        await goOnAtPresent(reader);
        continue;
      }
      const final = finalCause(error);
      if (final !== undefined) throw final;
      const retryInMs = backoff.next();
      const message = `MongoDB at ${hostsOf(client)} does not answer`;
      if (!reader.reached && Date.now() + retryInMs > giveUpAt) throw new SourceFailure(message, "check the network, and `uri`");
      context.report({ event: "degraded", message, attempt: backoff.attempt, retryInMs });
      await delay(retryInMs, undefined, { signal }).catch(() => {});
    }
  }
  return "aborted";
}

/** Hands over change after change. Returns at the end that `once` knows, or where the collection went and the stream with it. */
async function follow(reader: Reader): Promise<"end" | "gone"> {
  const { context, record } = reader;
  reader.end ??= await presentEnd(reader.client);
  const stream = open(reader);
  try {
    while (!context.signal.aborted) {
      const change = await stream.tryNext();
      tellConnected(reader);
      if (change === null) {
        const { resumeToken } = stream;
        if (resumeToken !== undefined && resumeToken !== null) reader.from = { startAfter: resumeToken as ResumeToken };
        if (context.once && isPast(resumeToken, reader.end)) return "end";
        continue;
      }
      const item = recordOf(change, record);
      if (item !== undefined) await context.emit([item]);
      reader.from = { startAfter: change._id as ResumeToken };
      if (change.operationType === "invalidate") return "gone";
    }
    return "end";
  } finally {
    await stream.close().catch(() => {});
  }
}

function open({ client, context, from }: Reader): ChangeStream {
  const { database, collection } = context.config;
  const read = [{ $match: { operationType: { $in: READ } } }];
  return client
    .db(database)
    .collection(collection)
    .watch(read, {
      ...from,
      fullDocument: "updateLookup",
      maxAwaitTimeMS: AWAIT_MS,
      // A long keeps its digits.
      useBigInt64: true,
      promoteValues: true,
    });
}

/** Also finds out whether there are change streams at all. */
async function presentEnd(client: MongoClient): Promise<Timestamp> {
  const { operationTime, setName, msg } = await client.db("admin").command({ hello: 1 });
  if (setName === undefined && msg !== "isdbgrid") throw noChangeStreams();
  return operationTime instanceof Timestamp ? operationTime : new Timestamp({ t: Math.floor(Date.now() / 1000), i: 0 });
}

/** A token whose place cannot be read ends a stream that has nothing more. */
function isPast(token: unknown, end: Timestamp): boolean {
  const place = placeOf(token);
  return place === undefined || place.greaterThanOrEqual(end);
}

function tellConnected(reader: Reader): void {
  const { context, client, backoff, reached } = reader;
  if (!reached || backoff.attempt > 0) context.report({ event: "connected", url: hostsOf(client) });
  reader.reached = true;
  backoff.reset();
}

/** Without user and password. */
function hostsOf(client: MongoClient): string {
  return client.options.hosts.map(String).join(", ");
}

/** The oplog no longer holds what comes next: ends the source, or takes note of the gap. */
async function goOnAtPresent(reader: Reader): Promise<void> {
  const { context, client, from } = reader;
  const { collection, whenLost } = context.config;
  const place = "startAfter" in from ? placeOf(from.startAfter) : from.startAtOperationTime;
  const since = place === undefined ? "" : ` since ${timeOf(place)}`;
  const reason = `MongoDB's oplog no longer holds the changes of \`${collection}\`${since}`;
  if (whenLost === "stop")
    throw new SourceFailure(reason, "with `whenLost: skip` it goes on at the present, and what changed between is missing");
  const now = await presentEnd(client);
  context.report({ event: "gap", from: timeOf(place ?? now), to: timeOf(now), reason });
  reader.from = { startAtOperationTime: now };
}

/** This room's line in the table of runners. */
export const mongodbSource: SourceRunner<Config> = { run, hasCursor: () => true };
