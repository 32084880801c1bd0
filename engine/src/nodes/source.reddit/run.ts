import { setTimeout as delay } from "node:timers/promises";
import type { SourceRedditConfig } from "@pipeline-engine/schemas/types";
import { Agent } from "undici";
import { parseDuration } from "../../duration.ts";
import { createBackoff } from "../backoff.ts";
import { type SourceContext, type SourceEnd, SourceFailure, type SourceItem, type SourceRunner } from "../source-run.ts";
import { type RedditApi, RedditAway, redditApi } from "./run/api.ts";
import { idOf, recordOf, type Thing, thingsOf } from "./run/things.ts";

/** What is not set need not be there. */
type Application = "clientId" | "clientSecret" | "userAgent";
type Config = Omit<SourceRedditConfig, Application | "metadata"> & Partial<Record<Application, string | null>>;

/** A page of a listing; Reddit gives no more. */
const PAGE = 100;
/** So many of the newest names go into the cursor: one of them will still be listed when others were deleted. */
const KEPT = 10;
/** So many names are remembered, so that what is listed again is not taken for new. */
const SEEN = 500;
const TIMEOUT_MS = 30_000;
const FIRST_CONNECT_MS = 120_000;

/** The newest names of each subreddit, the newest first. */
type Cursor = Record<string, string[]>;

interface Reader {
  context: SourceContext<Config>;
  api: RedditApi;
  cursor: Cursor;
  seen: Map<string, Set<string>>;
  /** Where the page before brought nothing: its name may be one that was deleted, so the newest page is asked for. */
  lost: Set<string>;
  reached: boolean;
}

/** Reads what is new in every subreddit, round after round, until aborted; with `once` a single round. */
export async function run(context: SourceContext<Config>): Promise<SourceEnd> {
  const { config, signal } = context;
  const { url, tokenUrl, clientId, clientSecret, userAgent } = config;
  if (!clientId || !clientSecret || !userAgent)
    throw new SourceFailure("Reddit wants to know which application asks", "set `clientId`, `clientSecret` and `userAgent`");
  const dispatcher = new Agent({ headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS, maxResponseSize: 64 * 1024 * 1024 });
  const api = redditApi({ url, tokenUrl, clientId, clientSecret, userAgent }, dispatcher, signal);
  const cursor = readCursor(context.cursor);
  const reader: Reader = {
    context,
    api,
    cursor,
    seen: new Map(Object.entries(cursor).map(([name, names]) => [name, new Set(names)])),
    lost: new Set(),
    reached: false,
  };
  const everyMs = parseDuration(config.every) ?? 0;
  try {
    while (!signal.aborted) {
      const began = performance.now();
      for (const subreddit of config.subreddits) await readNew(reader, subreddit);
      if (signal.aborted) break;
      if (context.once) return "ended";
      await delay(Math.max(0, began + everyMs - performance.now()), undefined, { signal }).catch(() => undefined);
    }
    return "aborted";
  } finally {
    await dispatcher.destroy();
  }
}

/** Reads page after page towards the present, until one is not full. */
async function readNew(reader: Reader, subreddit: string): Promise<void> {
  const { context, lost } = reader;
  for (;;) {
    const last = lost.has(subreddit) ? undefined : reader.cursor[subreddit]?.[0];
    const things = await persist(reader, pathOf(context.config, subreddit, last));
    if (things === undefined) return;
    const fresh = freshOf(reader, subreddit, things);
    if (last === undefined && missedSome(reader, subreddit, things, fresh)) tellGap(reader, subreddit, fresh);
    if (last === undefined) lost.delete(subreddit);
    else if (things.length === 0) lost.add(subreddit);
    await context.emit(fresh.map((thing) => itemOf(reader, subreddit, thing)));
    if (last === undefined || things.length < PAGE || context.signal.aborted) return;
  }
}

function pathOf({ read }: Config, subreddit: string, before: string | undefined): string {
  const from = before === undefined ? "" : `&before=${encodeURIComponent(before)}`;
  return `/r/${subreddit}/${read === "posts" ? "new" : "comments"}?limit=${PAGE}&raw_json=1${from}`;
}

/** What was not handed over yet. Of what is older than all that is known nothing is new: a first run begins at the newest page. */
function freshOf({ seen, cursor }: Reader, subreddit: string, things: readonly Thing[]): Thing[] {
  const known = seen.get(subreddit);
  const ids = (cursor[subreddit] ?? []).map(idOf);
  const oldest = ids.length === 0 ? 0 : Math.min(...ids);
  return things.filter(({ name }) => !known?.has(name) && !(idOf(name) < oldest));
}

/** True where a whole page is new although something was known: what stood between is out of reach. */
function missedSome({ cursor }: Reader, subreddit: string, things: readonly Thing[], fresh: readonly Thing[]): boolean {
  return cursor[subreddit] !== undefined && fresh.length === things.length && fresh.length >= PAGE;
}

function tellGap({ context }: Reader, subreddit: string, [first]: readonly Thing[]): void {
  const to = new Date(Number(first?.data.created_utc) * 1000);
  const time = Number.isNaN(to.getTime()) ? new Date().toISOString() : to.toISOString();
  context.report({ event: "gap", from: time, to: time, reason: `r/${subreddit} no longer lists what was read last` });
}

/** A record with the cursor behind it, which is kept together with it. */
function itemOf({ context, cursor, seen }: Reader, subreddit: string, thing: Thing): SourceItem {
  const names = [thing.name, ...(cursor[subreddit] ?? [])].toSorted((a, b) => idOf(b) - idOf(a)).slice(0, KEPT);
  cursor[subreddit] = names;
  const known = seen.get(subreddit) ?? new Set();
  seen.set(subreddit, known.add(thing.name));
  for (const name of known) {
    if (known.size <= SEEN) break;
    known.delete(name);
  }
  const bytes = Buffer.from(JSON.stringify(recordOf(thing, context.config.read)));
  return { kind: "record", bytes, cursor: JSON.stringify(cursor) };
}

/** Asks until an answer comes. Undefined where the run is over. */
async function persist(reader: Reader, path: string): Promise<Thing[] | undefined> {
  const { context, api } = reader;
  const backoff = createBackoff();
  const giveUpAt = Date.now() + FIRST_CONNECT_MS;
  while (!context.signal.aborted) {
    if (api.pauseMs > 0) await wait(reader, "Reddit's requests of this minute are used up", backoff.attempt, api.pauseMs);
    try {
      const things = thingsOf(await api.get(path));
      if (things === undefined) throw new RedditAway("Reddit answered with something else than a listing");
      if (!reader.reached || backoff.attempt > 0) context.report({ event: "connected", url: context.config.url });
      reader.reached = true;
      return things;
    } catch (error) {
      if (context.signal.aborted) return undefined;
      if (error instanceof SourceFailure || !(error instanceof Error)) throw error;
      const asked = error instanceof RedditAway ? error.waitMs : undefined;
      const retryInMs = backoff.next(asked);
      const message = error instanceof RedditAway ? error.message : `Reddit does not answer (${nameOf(error)})`;
      if (!reader.reached && asked === undefined && Date.now() + retryInMs > giveUpAt)
        throw new SourceFailure(message, "check the network, and `url`");
      await wait(reader, message, backoff.attempt, retryInMs);
    }
  }
  return undefined;
}

async function wait({ context }: Reader, message: string, attempt: number, retryInMs: number): Promise<void> {
  context.report({ event: "degraded", message, attempt, retryInMs });
  await delay(retryInMs, undefined, { signal: context.signal }).catch(() => undefined);
}

function nameOf(error: Error): string {
  return "code" in error ? String(error.code) : error.message;
}

/** A cursor of another version of the engine, or of another kind, counts as none. */
function readCursor(text: string | undefined): Cursor {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
    const entries = Object.entries(value).filter(
      ([, names]) => Array.isArray(names) && names.every((name) => typeof name === "string"),
    );
    return Object.fromEntries(entries) as Cursor;
  } catch {
    return {};
  }
}

/** This room's line in the table of runners. */
export const redditSource: SourceRunner<Config> = { run, hasCursor: () => true };
