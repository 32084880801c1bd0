import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createSubreddit, demoDefaults, type RedditOptions, redditDefaults } from "../../src/demo/index.ts";
import { createRecorder } from "../../src/demo/record.ts";
import type { SummaryEvent } from "../../src/runtime/events.ts";
import { ensurePackages, ensureToolchain, siteOf } from "../../src/runtime/toolchain/index.ts";
import { openProject, runEngine, summaryOf } from "../support/project.ts";
import { readTopic } from "../support/truth.ts";

const project = openProject(inject("project"));
const mongo = new MongoClient(inject("mongodb"));
afterAll(() => mongo.close());

it("the tests of every pipeline pass", async () => {
  const { code, stdout } = await runEngine({ dir: fileURLToPath(new URL("../../..", import.meta.url)) }, ["test"]);
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { event: string; passed: unknown });
  expect(events.filter(({ event, passed }) => event === "test" && passed !== true)).toEqual([]);
  expect(events.at(-1)).toMatchObject({ event: "tested", failed: 0, invalid: 0 });
  expect(code).toBe(0);
});

const options: RedditOptions & { start: number } = {
  ...redditDefaults,
  seed: 11,
  rate: 0,
  backlog: 90,
  spacing: 4000,
  start: Date.parse("2026-01-05T12:03:00Z"),
};
const postsOf = (given: RedditOptions & { start: number }) =>
  ["dulexmall", "retail"].flatMap((name) => {
    const subreddit = createSubreddit(name, "t3", given);
    return Array.from(
      { length: given.backlog },
      (_, n) => subreddit.thing(n) as Record<"name" | "title" | "selftext" | "link_flair_text", string> & { created_utc: number },
    );
  });
const posts = postsOf(options);
/** What the pipeline cleans a text of, as far as the simulator's texts hold any. */
const plain = (text: string) =>
  text
    .replaceAll("&amp;", "&")
    .replace(/https:\/\/\S*?(?=[.,]?(?:\s|$))/g, "")
    .replace(/\bu\/\w+/g, "")
    .replace(/\s+/g, " ")
    .trim();
const texts = posts.map(({ title, selftext }) => plain(`${title}. ${selftext}`));
let judged: { language: string; score: number }[];

/** The address of a simulator that sends them. */
const query = `seed=${options.seed}&rate=0&backlog=${options.backlog}&spacing=${options.spacing}&start=${new Date(options.start).toISOString()}`;
const REDDIT_API_URL = `demo://reddit?${query}`;

beforeAll(async () => {
  const toolchain = await ensureToolchain();
  const sites = (await ensurePackages(toolchain, ["lingua", "vader"])).map(siteOf);
  const script = `import json, sys
from lingua import IsoCode639_1, LanguageDetectorBuilder
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
tell = LanguageDetectorBuilder.from_iso_codes_639_1(*map(IsoCode639_1.from_str, ["en", "es", "de", "fr", "pt"])).build()
judge = SentimentIntensityAnalyzer()
print(json.dumps([{"language": tell.detect_language_of(t).iso_code_639_1.name.lower(), "score": judge.polarity_scores(t)["compound"]} for t in json.load(sys.stdin)]))`;
  const run = spawnSync(toolchain.python, ["-c", script], {
    input: JSON.stringify(texts),
    encoding: "utf8",
    env: { PYTHONPATH: sites.join(":") },
  });
  judged = JSON.parse(run.stdout) as typeof judged;
  await mongo.connect();
});

describe("pipelines/reddit.yaml", () => {
  let first: SummaryEvent;
  let rest: SummaryEvent;

  beforeAll(async () => {
    const run = (...args: string[]) => runEngine(project, ["run", "pipelines/reddit.yaml", ...args], { REDDIT_API_URL });
    first = summaryOf(await run("--records", "100"));
    rest = summaryOf(await run("--once"));
  });

  it("stores every post with its language, and the mood of the English ones", async () => {
    expect(await readFile(`${project.dir}/pipelines/reddit.yaml`, "utf8")).toContain("transform.language");
    expect(first).toMatchObject({ read: 100, produced: 100, deadLettered: 0 });
    expect(rest).toMatchObject({ produced: 80, deadLettered: 0 });
    expect((first.sinks.stored_posts?.written ?? 0) + (rest.sinks.stored_posts?.written ?? 0)).toBe(180);
    const found = await mongo.db("reddit").collection("posts").find().toArray();
    const shown = new Map(
      found.map(({ _id, text, language, sentiment_score: score }) => [String(_id), { text, language, score }]),
    );
    const wanted = posts.map(({ name }, i) => {
      const { language = "", score = 0 } = judged[i] ?? {};
      return [name, { text: texts[i], language, score: language === "en" ? score : null }] as const;
    });
    expect(shown).toEqual(new Map(wanted));
    expect(new Set(judged.map(({ language }) => language)).size).toBeGreaterThan(3);
    const english = found.filter(({ language }) => language === "en");
    expect(english.every(({ keywords }) => Array.isArray(keywords) && keywords.length > 0)).toBe(true);
  });

  it("averages the mood by region and minute", async () => {
    const groups = new Map<string, { posts: number; sum: number; unhappy: number }>();
    posts.forEach(({ created_utc: created, link_flair_text: flair }, i) => {
      const { language, score = 0 } = judged[i] ?? {};
      if (language !== "en") return;
      const key = `${new Date(Math.floor(created / 60) * 60_000).toISOString()} ${flair}`;
      const { posts: count, sum, unhappy } = groups.get(key) ?? { posts: 0, sum: 0, unhappy: 0 };
      groups.set(key, { posts: count + 1, sum: sum + score, unhappy: unhappy + (score <= -0.05 ? 1 : 0) });
    });
    const found = await mongo.db("reddit").collection("mood_by_minute").find().toArray();
    expect(found).toHaveLength(groups.size);
    for (const { _id, posts: count, mood, unhappy } of found) {
      const { window_start: start, flair } = _id as unknown as { window_start: Date; flair: string };
      const group = groups.get(`${start.toISOString()} ${flair}`);
      expect([Number(count), Number(unhappy)]).toEqual([group?.posts, group?.unhappy]);
      expect(mood).toBeCloseTo((group?.sum ?? 0) / (group?.posts ?? 1), 9);
    }
  });
});

describe("pipelines/correlation.yaml", () => {
  // Both streams reach from ten to after two o'clock, so that three hours are over.
  const sales = { ...demoDefaults, seed: 4, rate: 0, records: 2000, spacing: 7500, start: Date.parse("2026-01-05T10:05:00Z") };
  const spacing = 160_000;
  const start = Date.parse("2026-01-05T14:10:00Z");

  it("joins revenue and mood of a region, once the hour is over", async () => {
    const env = {
      REDDIT_API_URL: `demo://reddit?seed=${options.seed}&rate=0&backlog=${options.backlog}&spacing=${spacing}&start=${new Date(start).toISOString()}`,
      RETAIL_API_URL: `demo://retail?seed=4&rate=0&records=2000&spacing=${sales.spacing}&start=${new Date(sales.start).toISOString()}`,
    };
    const end = summaryOf(await runEngine(project, ["run", "pipelines/correlation.yaml", "--once"], env));
    expect(end).toMatchObject({ read: 2180, produced: 2180, deadLettered: 0, late: 0 });
    const sold = new Map<string, { revenue: number; sales: number }>();
    const told = new Map<string, { mood: number; posts: number }>();
    const hourOf = (time: number) => new Date(Math.floor(time / 3_600_000) * 3_600_000).toISOString();
    const { sent } = createRecorder(sales);
    let newestSale = 0;
    for (let n = 0; n < sales.records; n++) {
      const { timestamp, region, total } = sent(n);
      const time = Date.parse(timestamp ?? "");
      newestSale = Math.max(newestSale, time);
      const key = `${hourOf(time)} ${region}`;
      const { revenue, sales: count } = sold.get(key) ?? { revenue: 0, sales: 0 };
      sold.set(key, { revenue: revenue + (total ?? 0), sales: count + 1 });
    }
    let newestPost = 0;
    postsOf({ ...options, spacing, start }).forEach(({ created_utc: created, link_flair_text: flair }, i) => {
      const { language, score = 0 } = judged[i] ?? {};
      if (language !== "en") return;
      newestPost = Math.max(newestPost, created * 1000);
      const key = `${hourOf(created * 1000)} ${flair}`;
      const { mood, posts: count } = told.get(key) ?? { mood: 0, posts: 0 };
      told.set(key, { mood: mood + score, posts: count + 1 });
    });
    // The slower stream says which hours are over.
    const watermark = Math.min(newestSale, newestPost) - 600_000;
    const over = [...sold].filter(([key]) => Date.parse(key.slice(0, 24)) + 3_600_000 <= watermark);
    const found = await mongo.db("correlation").collection("by_hour").find().toArray();
    const shown = found.map(({ _id }) => {
      const { window_start: begin, region } = _id as unknown as { window_start: Date; region: string };
      return `${begin.toISOString()} ${region}`;
    });
    expect(shown.sort()).toEqual(over.map(([key]) => key).sort());
    expect(new Set(shown.map((key) => key.slice(0, 24))).size).toBeGreaterThan(2);
    for (const { _id, revenue, mood, ...counts } of found) {
      const { window_start: begin, region } = _id as unknown as { window_start: Date; region: string };
      const key = `${begin.toISOString()} ${region}`;
      expect(Number(counts.sales)).toBe(sold.get(key)?.sales);
      expect(revenue).toBeCloseTo(sold.get(key)?.revenue ?? 0, 4);
      const said = told.get(key);
      expect(counts.posts === null ? undefined : Number(counts.posts)).toBe(said?.posts);
      if (said === undefined) expect(mood).toBeNull();
      else expect(mood).toBeCloseTo(said.mood / said.posts, 9);
    }
  });
});

describe("pipelines/inventory.yaml", () => {
  it("counts units by category, and sends an alert whenever more is sold of what is low", async () => {
    const sales = { ...demoDefaults, seed: 6, rate: 0, records: 3000, spacing: 500, start: Date.parse("2026-01-05T12:00:00Z") };
    const query = `seed=6&rate=0&records=3000&spacing=500&start=${new Date(sales.start).toISOString()}`;
    const text = await readFile(`${project.dir}/pipelines/inventory.yaml`, "utf8");
    // The shelves of the pipeline are those of a whole day; these are low from the first sale on, or never.
    const shelves = text.replaceAll(/stocked: \d+, reorder_at: \d+/g, "stocked: 100000, reorder_at: 0");
    const low = shelves.replace("category: Toys, stocked: 100000, reorder_at: 0", "category: Toys, stocked: 0, reorder_at: 0");
    await writeFile(`${project.dir}/pipelines/inventory.yaml`, low);
    const env = { RETAIL_API_URL: `demo://retail?${query}` };
    const end = summaryOf(await runEngine(project, ["run", "pipelines/inventory.yaml", "--once"], env));
    const units = new Map<string, number>();
    const { record } = createRecorder(sales);
    for (let n = 0; n < sales.records; n++) {
      const { timestamp, items } = JSON.parse(String(record(n).line)) as {
        timestamp: string;
        items: { category: string; quantity: number }[];
      };
      const start = new Date(Math.floor(Date.parse(timestamp) / 600_000) * 600_000).toISOString();
      for (const { category, quantity } of items) {
        const key = `${start} ${category}`;
        units.set(key, (units.get(key) ?? 0) + quantity);
      }
    }
    const found = await mongo.db("inventory").collection("units_by_category").find().toArray();
    const shown = found.map(({ _id, units: count, units_left: left }) => {
      const { window_start: start, category } = _id as unknown as { window_start: Date; category: string };
      expect(Number(left)).toBe((category === "Toys" ? 0 : 100_000) - Number(count));
      return [`${start.toISOString()} ${category}`, Number(count)] as const;
    });
    expect(new Map(shown)).toEqual(units);
    expect(units.size).toBeGreaterThan(25);
    const alerts = await readTopic(inject("kafka"), "inventory.low-stock");
    expect(new Set(alerts.map(({ key }) => key))).toEqual(new Set(["Toys"]));
    const last = new Map(
      alerts
        .map(({ value }) => JSON.parse(value.toString()) as { window_start: string; units: number })
        .map((one) => [Date.parse(one.window_start), one.units]),
    );
    const toys = [...units].filter(([key]) => key.endsWith(" Toys"));
    expect(last).toEqual(new Map(toys.map(([key, count]) => [Date.parse(key.slice(0, 24)), count])));
    expect(end.sinks.alerts?.written).toBeGreaterThan(0);
  });
});
