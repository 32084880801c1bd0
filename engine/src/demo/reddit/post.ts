import { createDice, type Dice } from "../../dice.ts";
import { categories, stores } from "../stores.ts";
import { type RedditOptions, spacingOf } from "./options.ts";
import { type Language, type Mood, shares, texts } from "./texts.ts";

/** What kind of thing a listing holds, by Reddit's own prefix: `t3` a post, `t1` a comment. */
export type Kind = "t3" | "t1";

/** A row of `/sent`: what a test must know of a post. */
export interface SentPost {
  name: string;
  subreddit: string;
  created: string;
  region: string;
  language: Language;
  mood: Mood;
  deleted: boolean;
}

/** Makes the posts, or comments, of one subreddit by number, in any order. */
export interface Subreddit {
  /** The `data` of a listing's child, as Reddit names its fields. */
  thing(n: number): Record<string, unknown>;
  /** The fullname: the prefix of its kind and an id in base 36 that grows with `n`. */
  nameOf(n: number): string;
  /** The number that a fullname stands for, undefined for one of another subreddit. */
  numberOf(name: string): number | undefined;
  isDeleted(n: number): boolean;
  sent(n: number): SentPost;
}

/** So many subreddits have ids of their own. */
const SPREAD = 46_656;
const FIRST_ID = 2_000_000_000;

/** A subreddit of the simulator, whatever its name. `options.start` must be settled. */
export function createSubreddit(name: string, kind: Kind, options: RedditOptions & { start: number }): Subreddit {
  const mark = hashOf(`${name.toLowerCase()}/${kind}`);
  const dice = createDice((options.seed ^ Math.imul(mark, 0x9e3779b1)) >>> 0);
  const spacing = spacingOf(options);
  const nameOf = (n: number) => `${kind}_${(FIRST_ID + n * SPREAD + (mark % SPREAD)).toString(36)}`;
  const createdOf = (n: number) => Math.floor((options.start + (n - options.backlog) * spacing) / 1000);
  const isDeleted = (n: number) => {
    dice.reset(n);
    return dice.next() < options.deleted;
  };
  return {
    nameOf,
    isDeleted,
    numberOf(fullname) {
      const id = fullname.startsWith(`${kind}_`) ? Number.parseInt(fullname.slice(3), 36) - FIRST_ID : Number.NaN;
      const n = (id - (mark % SPREAD)) / SPREAD;
      return Number.isInteger(n) && n >= 0 ? n : undefined;
    },
    thing(n) {
      const post = writtenBy(dice, n);
      const shared = {
        id: nameOf(n).slice(3),
        name: nameOf(n),
        subreddit: name,
        author: post.author,
        score: post.score,
        created_utc: createdOf(n),
        permalink: `/r/${name}/comments/${nameOf(n).slice(3)}/`,
      };
      if (kind === "t1")
        return {
          ...shared,
          body: post.body,
          link_id: `t3_${(FIRST_ID + Math.floor(n / 3) * SPREAD).toString(36)}`,
          parent_id: `t3_${(FIRST_ID + Math.floor(n / 3) * SPREAD).toString(36)}`,
        };
      return {
        ...shared,
        title: post.title,
        selftext: post.body,
        num_comments: post.comments,
        link_flair_text: post.region,
        over_18: false,
      };
    },
    sent(n) {
      const { region, language, mood } = writtenBy(dice, n);
      return {
        name: nameOf(n),
        subreddit: name,
        created: new Date(createdOf(n) * 1000).toISOString(),
        region,
        language,
        mood,
        deleted: isDeleted(n),
      };
    },
  };
}

function writtenBy(dice: Dice, n: number) {
  dice.reset(n);
  dice.next();
  const language = languageOf(dice.below(100));
  const mood = (["positive", "neutral", "negative"] as const)[dice.below(3)] ?? "neutral";
  const choices = texts[language][mood];
  const [title, body] = choices[dice.below(choices.length)] ?? ["", ""];
  const store = stores[dice.below(stores.length)];
  const [category = ""] = categories[dice.below(categories.length)] ?? [];
  const filled = (text: string) =>
    text
      .replaceAll("{c}", category)
      .replaceAll("{t}", store?.city ?? "")
      .replaceAll("{r}", store?.region ?? "");
  return {
    language,
    mood,
    region: store?.region ?? "",
    title: filled(title),
    body: filled(body),
    author: `shopper_${dice.below(5000)}`,
    score: dice.below(200) - 20,
    comments: dice.below(40),
  };
}

function languageOf(roll: number): Language {
  let sum = 0;
  for (const [language, share] of shares) {
    sum += share;
    if (roll < sum) return language;
  }
  return "en";
}

/** FNV-1a over the UTF-16 units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
