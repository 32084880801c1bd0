import { randomUUID } from "node:crypto";
import express, { type Express, type Request, type Response } from "express";
import { type DemoPlace, type Listening, listen } from "../listen.ts";
import { type RedditOptions, redditDefaults } from "./options.ts";
import { createSubreddit, type Kind, type SentPost, type Subreddit } from "./post.ts";

/** The Reddit simulator. */
export interface RedditDemo extends Listening {
  /** What a subreddit holds so far, oldest first. */
  sent(subreddit: string, kind?: Kind): SentPost[];
}

interface State {
  options: RedditOptions & { start: number };
  began: number;
  subreddits: Map<string, Subreddit>;
  /** Token → when it ends, in ms since 1970. */
  tokens: Map<string, number>;
  window: { began: number; requests: number };
}

/** No more than so many posts back does a listing reach, as Reddit's does. */
const DEPTH = 1000;
/** A post that is deleted goes once so many newer ones are there. */
const DELETED_AFTER = 20;
/** Reddit turns away what does not say who asks: an empty User-Agent, or that of a library. */
const NOBODY = /^$|^(node|undici|curl|python|axios|got)\b/i;

/** Starts the Reddit simulator: `/api/v1/access_token`, `/r/NAME/new`, `/r/NAME/comments` as Reddit answers them, and `/sent?subreddit=NAME`. */
export async function startRedditDemo(options: Partial<RedditOptions> = {}, place: DemoPlace = {}): Promise<RedditDemo> {
  const began = Date.now();
  const state: State = {
    options: { ...redditDefaults, ...options, start: options.start ?? began },
    began,
    subreddits: new Map(),
    tokens: new Map(),
    window: { began, requests: 0 },
  };
  return { ...(await listen(createApp(state), place)), sent: (subreddit, kind = "t3") => sentOf(state, subreddit, kind) };
}

function createApp(state: State): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.post("/api/v1/access_token", express.urlencoded({ extended: false }), (request, response) =>
    giveToken(state, request, response),
  );
  app.get("/r/:name/new", (request, response) => list(state, "t3", request, response));
  app.get("/r/:name/comments", (request, response) => list(state, "t1", request, response));
  app.get("/sent", (request, response) => {
    const { subreddit, kind } = request.query;
    response.type("application/x-ndjson");
    for (const post of sentOf(state, String(subreddit), kind === "t1" ? "t1" : "t3")) response.write(`${JSON.stringify(post)}\n`);
    response.end();
  });
  return app;
}

function giveToken(state: State, request: Request, response: Response): void {
  const [scheme, pair = ""] = (request.headers.authorization ?? "").split(" ");
  const [user, secret] = Buffer.from(pair, "base64").toString("utf8").split(":");
  if (scheme !== "Basic" || !user || !secret || secret === "wrong") {
    response.status(401).json({ message: "Unauthorized", error: 401 });
    return;
  }
  if ((request.body as { grant_type?: string } | undefined)?.grant_type !== "client_credentials") {
    response.json({ error: "unsupported_grant_type" });
    return;
  }
  const token = randomUUID();
  state.tokens.set(token, Date.now() + state.options.expires * 1000);
  response.json({ access_token: token, token_type: "bearer", expires_in: state.options.expires, scope: "*" });
}

function list(state: State, kind: Kind, request: Request<{ name: string }>, response: Response): void {
  const { name } = request.params;
  const token = /^bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
  if ((state.tokens.get(token) ?? 0) <= Date.now()) {
    response.status(401).json({ message: "Unauthorized", error: 401 });
    return;
  }
  if (NOBODY.test(request.headers["user-agent"] ?? "") || !allow(state, response)) {
    response.status(429).json({ message: "Too Many Requests", error: 429 });
    return;
  }
  if (/^nobody/.test(name)) {
    response.status(404).json({ message: "Not Found", error: 404 });
    return;
  }
  const subreddit = subredditOf(state, name, kind);
  const end = countOf(state);
  const limit = Math.min(100, Math.max(1, Number(request.query.limit ?? 25) || 25));
  const before = typeof request.query.before === "string" ? request.query.before : undefined;
  const there = shownOf(subreddit, end);
  const children = before === undefined ? there.slice(0, limit) : newerThan(there, subreddit, before, limit);
  response.json({
    kind: "Listing",
    data: {
      after: null,
      before: null,
      dist: children.length,
      children: children.map((n) => ({ kind, data: subreddit.thing(n) })),
    },
  });
}

/** The numbers of a listing, newest first: what is deleted is gone, and nothing is listed beyond its depth. */
function shownOf(subreddit: Subreddit, end: number): number[] {
  const shown: number[] = [];
  for (let n = end - 1; n >= Math.max(0, end - DEPTH); n--)
    if (end - 1 - n < DELETED_AFTER || !subreddit.isDeleted(n)) shown.push(n);
  return shown;
}

/** The page right before a fullname, which is what is newer; nothing where the listing does not hold it. */
function newerThan(there: readonly number[], subreddit: Subreddit, before: string, limit: number): number[] {
  const at = there.indexOf(subreddit.numberOf(before) ?? -1);
  return at === -1 ? [] : there.slice(Math.max(0, at - limit), at);
}

/** Counts the request and says in headers how many are left, as Reddit does. */
function allow({ options, window }: State, response: Response): boolean {
  const now = Date.now();
  if (now - window.began >= 60_000) Object.assign(window, { began: now, requests: 0 });
  window.requests += 1;
  const reset = Math.ceil((window.began + 60_000 - now) / 1000);
  if (options.limit === 0) return true;
  response.set("x-ratelimit-used", String(window.requests));
  response.set("x-ratelimit-remaining", `${Math.max(0, options.limit - window.requests)}.0`);
  response.set("x-ratelimit-reset", String(reset));
  return window.requests <= options.limit;
}

function countOf({ options, began }: State): number {
  const count = options.backlog + Math.floor(((Date.now() - began) * options.rate) / 1000);
  return Math.min(count, options.records ?? Number.POSITIVE_INFINITY);
}

function subredditOf(state: State, name: string, kind: Kind): Subreddit {
  const key = `${name.toLowerCase()}/${kind}`;
  const known = state.subreddits.get(key) ?? createSubreddit(name, kind, state.options);
  state.subreddits.set(key, known);
  return known;
}

function sentOf(state: State, name: string, kind: Kind): SentPost[] {
  const subreddit = subredditOf(state, name, kind);
  return Array.from({ length: countOf(state) }, (_, n) => subreddit.sent(n));
}
