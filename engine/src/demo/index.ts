import { recordOf } from "../nodes/source.reddit/run/things.ts";
import type { DemoPlace, Listening } from "./listen.ts";
import { demoOptionNames, parseDemoOptions } from "./options.ts";
import { createRecorder } from "./record.ts";
import { parseRedditOptions, redditOptionNames } from "./reddit/options.ts";
import { createSubreddit } from "./reddit/post.ts";
import { startRedditDemo } from "./reddit/server.ts";
import { startDemo } from "./server.ts";

/** A simulator by name, with the options of its `demo://` address. */
export interface DemoKind {
  /** The node type that reads it. */
  source: "source.http" | "source.reddit";
  optionNames: readonly string[];
  /** Routes to try, for people. */
  routes: string;
  /** Mistakes in the options, as full sentences. */
  problems(query: URLSearchParams): string[];
  start(query: URLSearchParams, place?: DemoPlace): Promise<Listening>;
  /** The first records that a source with these settings would read, without a server. `start`: when the first one happened, in ms since 1970; absent: now. */
  sample(query: URLSearchParams, records: number, settings: Record<string, unknown>, start?: number): (string | Uint8Array)[];
  /** What a source has to be told so that it reads the simulator at `url`. */
  settings(url: string): Record<string, unknown>;
}

export const demos: Record<string, DemoKind> = {
  retail: {
    source: "source.http",
    optionNames: demoOptionNames,
    routes: "/stream, /sent, /docs",
    problems: (query) => parseDemoOptions(query).problems,
    start: (query, place) => startDemo(parseDemoOptions(query).options, place),
    sample(query, records, _, start = Date.now()) {
      const { options } = parseDemoOptions(query);
      const { record } = createRecorder({ ...options, start });
      return Array.from({ length: Math.min(records, options.records ?? records) }, (_, n) => record(n).line);
    },
    settings: (url) => ({ url: `${url}/stream`, resume: { parameter: "from" } }),
  },
  reddit: {
    source: "source.reddit",
    optionNames: redditOptionNames,
    routes: "/r/NAME/new, /r/NAME/comments, /api/v1/access_token, /sent?subreddit=NAME",
    problems: (query) => parseRedditOptions(query).problems,
    start: (query, place) => startRedditDemo(parseRedditOptions(query).options, place),
    sample(query, records, settings, start = Date.now()) {
      const { options } = parseRedditOptions(query);
      const read = settings.read === "comments" ? "comments" : "posts";
      const names = Array.isArray(settings.subreddits) ? settings.subreddits.map(String) : [];
      const each = Math.min(Math.ceil(records / Math.max(1, names.length)), options.records ?? records);
      return names.flatMap((name) => {
        const subreddit = createSubreddit(name, read === "posts" ? "t3" : "t1", { ...options, start });
        return Array.from({ length: each }, (_, n) =>
          JSON.stringify(recordOf({ name: subreddit.nameOf(n), data: subreddit.thing(n) }, read)),
        );
      });
    },
    settings: (url) => ({
      url,
      tokenUrl: `${url}/api/v1/access_token`,
      clientId: "simulator",
      clientSecret: "simulator",
      userAgent: "simulator:pipeline-engine:1 (by /u/simulator)",
    }),
  },
};

/** The simulator that a `demo://` address means, or what is wrong with the address. */
export function demoAt(address: string): { name: string; demo: DemoKind; query: URLSearchParams } | { problems: string[] } {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== "demo:") return { problems: [`\`${address}\` is not a demo:// address`] };
  const demo = Object.hasOwn(demos, url.host) ? demos[url.host] : undefined;
  const names = Object.keys(demos).map((name) => `\`demo://${name}\``);
  if (demo === undefined) return { problems: [`there is no demo \`${url.host}\`, only ${names.join(" and ")}`] };
  const problems = demo.problems(url.searchParams);
  return problems.length > 0 ? { problems } : { name: url.host, demo, query: url.searchParams };
}

export type { DemoPlace } from "./listen.ts";
export { type DemoOptions, demoDefaults } from "./options.ts";
export type { Kind, SentRecord } from "./record.ts";
export { type RedditOptions, redditDefaults } from "./reddit/options.ts";
export { createSubreddit } from "./reddit/post.ts";
export { type RedditDemo, startRedditDemo } from "./reddit/server.ts";
export { type Demo, startDemo } from "./server.ts";
