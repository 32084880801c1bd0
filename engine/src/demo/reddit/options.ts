import { type Bounds, fraction, optionNames, readOptions } from "../read-options.ts";

/** What the Reddit simulator holds. Post `n` of a subreddit is a pure function of these, the subreddit's name and `n`. */
export interface RedditOptions {
  seed: number;
  /** New posts a second in each subreddit. */
  rate: number;
  /** Posts that are there already when the simulator starts, in each subreddit. */
  backlog: number;
  /** How many posts a subreddit has in the end. Absent = endless. */
  records?: number;
  /** The share of posts that are deleted once twenty newer ones are there, in [0, 1]. */
  deleted: number;
  /** Requests a minute before the simulator answers 429, 0 = no limit. */
  limit: number;
  /** How long a token is good, in seconds. */
  expires: number;
  /** When the first post after the backlog was written, in ms since 1970. Absent = when the simulator starts. */
  start?: number;
  /** The time between two posts in ms. Absent = 1000 / rate, or a minute for rate 0. */
  spacing?: number;
}

/** What holds where nothing is said. */
export const redditDefaults: RedditOptions = { seed: 1, rate: 2, backlog: 100, deleted: 0, limit: 0, expires: 3600 };

const bounds: Record<Exclude<keyof RedditOptions, "start">, Bounds> = {
  seed: { low: 0, high: 4_294_967_295, whole: true },
  rate: { low: 0, high: 1000, whole: false },
  backlog: { low: 0, high: 1_000_000, whole: true },
  records: { low: 0, high: 100_000_000, whole: true },
  deleted: fraction,
  limit: { low: 0, high: 1_000_000, whole: true },
  expires: { low: 1, high: 86_400, whole: true },
  spacing: { low: 0, high: 86_400_000, whole: false },
};

/** The names of all options, in the order in which the documentation shows them. */
export const redditOptionNames: readonly string[] = optionNames(bounds);

/** Reads the options of `demo://reddit?seed=1&rate=5…`; mistakes are full sentences, and with any the options are not to be used. */
export function parseRedditOptions(query: URLSearchParams): { options: RedditOptions; problems: string[] } {
  return readOptions(query, redditDefaults, bounds);
}

/** The time between two posts of a subreddit in ms. */
export function spacingOf({ spacing, rate }: RedditOptions): number {
  return spacing ?? (rate === 0 ? 60_000 : 1000 / rate);
}
