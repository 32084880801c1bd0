import { afterEach, describe, expect, test } from "vitest";
import { type Answer, streamServers } from "../../../test/support/test-server.ts";
import { type RedditDemo, startRedditDemo } from "../../demo/index.ts";
import { SourceFailure, type SourceItem, type SourceReport } from "../source-run.ts";
import { redditSource } from "./run.ts";

const running: RedditDemo[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((demo) => demo.stop()));
});
const { serve } = streamServers();

async function demo(options: Parameters<typeof startRedditDemo>[0]): Promise<RedditDemo> {
  const started = await startRedditDemo({ rate: 0, spacing: 1000, ...options });
  running.push(started);
  return started;
}

interface Wish {
  subreddits?: string[];
  read?: "posts" | "comments";
  cursor?: string | undefined;
  once?: boolean;
  secret?: string;
  userAgent?: string;
  /** Stops once so many records have come. */
  until?: number;
  onReport?: (news: SourceReport) => void;
}

/** Reads from a server with Reddit's routes, by default one round. */
function read(url: string, wish: Wish = {}) {
  const controller = new AbortController();
  const items: SourceItem[] = [];
  const reports: SourceReport[] = [];
  const end = redditSource.run({
    node: "posts",
    config: {
      url,
      tokenUrl: `${url}/api/v1/access_token`,
      subreddits: wish.subreddits ?? ["retail"],
      read: wish.read ?? "posts",
      every: "20ms",
      clientId: "id",
      clientSecret: wish.secret ?? "good",
      userAgent: wish.userAgent ?? "test:engine:1 (by /u/engine)",
    },
    ...(wish.cursor !== undefined && { cursor: wish.cursor }),
    once: wish.once ?? true,
    emit: async (some: SourceItem[]) => {
      items.push(...some);
      if (wish.until !== undefined && items.length >= wish.until) controller.abort();
    },
    report: (news: SourceReport) => {
      reports.push(news);
      wish.onReport?.(news);
    },
    signal: controller.signal,
  } as never);
  const records = () =>
    items.map(
      (item) => JSON.parse(item.kind === "record" ? Buffer.from(item.bytes).toString() : "null") as Record<string, unknown>,
    );
  return { items, reports, records, end, stop: () => controller.abort() };
}

const names = (records: Record<string, unknown>[]) => records.map(({ post_id }) => post_id);

describe("posts", () => {
  test("come oldest first, with the names of the mission's record, and begin at the newest hundred", async () => {
    const reddit = await demo({ backlog: 130, start: Date.parse("2026-01-31T12:00:00Z") });
    const reading = read(reddit.url);
    expect(await reading.end).toBe("ended");
    const sent = reddit.sent("retail");
    expect(names(reading.records())).toEqual(sent.slice(30).map(({ name }) => name));
    const [first] = reading.records();
    expect(first).toMatchObject({
      subreddit: "retail",
      title: expect.any(String),
      body: expect.any(String),
      author: expect.any(String),
    });
    expect(Date.parse(String(first?.created_utc))).toBe(Date.parse(sent[30]?.created ?? ""));
    expect(Object.keys(first ?? {})).toEqual([
      "post_id",
      "subreddit",
      "title",
      "body",
      "flair",
      "comments",
      "author",
      "score",
      "created_utc",
      "url",
    ]);
  });

  test("of several subreddits, and comments, are apart", async () => {
    const reddit = await demo({ backlog: 5 });
    const reading = read(reddit.url, { subreddits: ["retail", "walmart"], read: "comments" });
    await reading.end;
    expect(reading.records().map(({ comment_id }) => comment_id)).toEqual(
      ["retail", "walmart"].flatMap((name) => reddit.sent(name, "t1").map((one) => one.name)),
    );
    expect(reading.records()[0]).toMatchObject({ post_id: expect.stringMatching(/^t3_/), body: expect.any(String) });
  });

  test("go on behind the cursor of any record, page after page, and leave none out", async () => {
    const reddit = await demo({ backlog: 420 });
    const all = reddit.sent("retail").map(({ name }) => name);
    const first = read(reddit.url);
    await first.end;
    const early = await demo({ backlog: 120 });
    const before = read(early.url);
    await before.end;
    const at = before.items[40]?.cursor;
    const rest = read(reddit.url, { cursor: at });
    await rest.end;
    // The series of both simulators are the same, the second only goes further.
    expect(names(rest.records())).toEqual(all.slice(61));
    const nothing = read(reddit.url, { cursor: rest.items.at(-1)?.cursor });
    await nothing.end;
    expect(nothing.items).toEqual([]);
  });

  test("are not lost where the last one that was read is deleted", async () => {
    const early = await demo({ backlog: 60, deleted: 0.6, seed: 5 });
    const first = read(early.url);
    await first.end;
    const later = await demo({ backlog: 110, deleted: 0.6, seed: 5 });
    const sent = later.sent("retail");
    const last = sent[59];
    expect(last?.deleted, "the seed must delete the last post").toBe(true);
    // The first round is answered with nothing, the second reads the newest page.
    const expected = sent.slice(60).filter(({ deleted }, i, { length }) => !deleted || i >= length - 20);
    const reading = read(later.url, { once: false, cursor: first.items.at(-1)?.cursor, until: expected.length });
    expect(await reading.end).toBe("aborted");
    expect(names(reading.records())).toEqual(expected.map(({ name }) => name));
  });

  test("that are out of reach are a gap", async () => {
    const early = await demo({ backlog: 10 });
    const first = read(early.url);
    await first.end;
    const later = await demo({ backlog: 2000 });
    const reading = read(later.url, { once: false, cursor: first.items.at(-1)?.cursor, until: 100 });
    await reading.end;
    expect(reading.reports).toContainEqual(
      expect.objectContaining({ event: "gap", reason: expect.stringContaining("r/retail") }),
    );
    expect(names(reading.records())).toEqual(
      later
        .sent("retail")
        .slice(-100)
        .map(({ name }) => name),
    );
  });
});

describe("Reddit's rules", () => {
  test.each([
    ["an application that is not known", { secret: "wrong" }, /does not know this application/],
    ["a subreddit that does not exist", { subreddits: ["nobody_here"] }, /\/r\/nobody_here\/new does not exist/],
  ])("%s ends the source", async (_, wish, message) => {
    const reddit = await demo({ backlog: 1 });
    const failure = await read(reddit.url, wish).end.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SourceFailure);
    expect(String(failure)).toMatch(message);
    expect(String(failure)).not.toContain("wrong");
  });

  test("requests that are used up are waited for, and said", async () => {
    const reddit = await demo({ backlog: 1, limit: 1 });
    let tell: (news: SourceReport) => void = () => {};
    const told = new Promise<SourceReport>((resolve) => {
      tell = resolve;
    });
    const reading = read(reddit.url, {
      subreddits: ["retail", "walmart"],
      onReport: (news) => news.event === "degraded" && tell(news),
    });
    expect(await told).toMatchObject({
      event: "degraded",
      message: expect.stringContaining("used up"),
      retryInMs: expect.any(Number),
    });
    expect(reading.items).toHaveLength(1);
    reading.stop();
    expect(await reading.end).toBe("aborted");
  });

  test("a token that has ended, a 500 and what is no listing are tried again", async () => {
    const listing = { data: { children: [{ kind: "t3", data: { name: "t3_zz", created_utc: 1, selftext: "\ud83d" } }] } };
    const answers = [401, 500, "half", {}, listing];
    let tokens = 0;
    const answer: Answer = (request, response) => {
      if (request.method === "POST") {
        tokens += 1;
        return response.end(JSON.stringify({ access_token: `token-${tokens}`, expires_in: 3600 }));
      }
      const next = answers.shift();
      if (typeof next === "number") response.statusCode = next;
      return response.end(typeof next === "object" ? JSON.stringify(next) : String(next));
    };
    const url = (await serve(answer)).replace("/stream", "");
    const reading = read(url);
    expect(await reading.end).toBe("ended");
    expect(tokens).toBe(2);
    expect(reading.records()).toMatchObject([{ post_id: "t3_zz", created_utc: "1970-01-01T00:00:01.000Z", title: null }]);
    expect(reading.reports.filter(({ event }) => event === "degraded")).toHaveLength(3);
    expect(JSON.stringify(reading.reports)).not.toMatch(/token-|good/);
  });
});

test("the simulator's posts depend on seed, subreddit and number alone", async () => {
  const [one, two, other] = [await demo({ backlog: 50 }), await demo({ backlog: 80 }), await demo({ backlog: 50, seed: 2 })];
  const shown = (reddit: RedditDemo, name = "retail") =>
    reddit
      .sent(name)
      .slice(0, 50)
      .map(({ created: _, ...post }) => post);
  expect(shown(two)).toEqual(shown(one));
  expect(shown(other)).not.toEqual(shown(one));
  expect(shown(one, "walmart")).not.toEqual(shown(one));
  expect(new Set(shown(one).map(({ mood }) => mood)).size).toBe(3);
});
