import { type Explanations, node } from "./explanation.ts";

const http = (config: string) =>
  `type: source.http\nconfig: { url: "https://api.example.com/orders", columns: { id: string! }, ${config} }`;
const reddit = (config: string) => node("source.reddit", `{ subreddits: [retail, walmart], ${config} }`);
const generator = (rules: string) => node("source.generator", `{ columns: { id: string!, total: double }, rules: ${rules} }`);

const file = (config: string) =>
  node("source.file", `{ path: data/sales.csv, columns: { id: string!, at: timestamp, total: double }, ${config} }`);
const changes = (config: string) =>
  node("source.mongodb", `{ uri: "\${env:SHOP}", database: shop, collection: orders, ${config} }`);
const metadata = (columns: string) =>
  node("source.kafka", `{ topic: shop.orders, columns: { id: string! }, metadata: ${columns} }`);

/** What each source has of its own. */
export const sources: Explanations = {
  "http/missing-setting": {
    why: "What is asked for needs one more setting: a poll how often, a user's password the user, pages a parameter.",
    mend: "Add the setting that the message names.",
    wrong: http("format: json"),
    right: http("format: json, every: 1m"),
  },
  "http/wrong-setting": {
    why: "Two settings do not go together: one of them would do nothing.",
    mend: "Leave out one of them. Streams (`ndjson`, `sse`) are read as they come, `json` is polled.",
    wrong: http("format: sse, every: 1m"),
    right: http("format: json, every: 1m"),
  },
  "reddit/too-often": {
    why: "Reddit allows an application so many requests a minute. The source keeps to that, so it would only wait.",
    mend: "Ask less often, or for fewer subreddits.",
    wrong: reddit("every: 1s"),
    right: reddit("every: 1m"),
  },
  "reddit/missing-setting": {
    why: "An application signs in with its id, its secret and a user agent; with one of them missing Reddit turns it away.",
    mend: "Add the setting that the message names.",
    wrong: reddit("clientId: app"),
    right: reddit('clientId: app, clientSecret: "${env:REDDIT_CLIENT_SECRET}", userAgent: "linux:mood:1.0 (by /u/shop)"'),
  },
  "generator/unknown-column": {
    why: "A rule makes the values of a column that the records do not have, or of one that holds others.",
    mend: "Take the spelling of the hint, or name a single value by its path, such as `shop.city`.",
    wrong: generator("{ totl: { between: [1, 9] } }"),
    right: generator("{ total: { between: [1, 9] } }"),
  },
  "generator/one-way": {
    why: "A rule makes its values in one way, and this one names none or several.",
    mend: "Keep one of `pick`, `between`, `count` and `start`, or leave the rule out: the value is then made by its type.",
    wrong: generator("{ total: { between: [1, 9], count: 1 } }"),
    right: generator("{ total: { between: [1, 9] } }"),
  },
  "generator/rule-does-not-fit": {
    why: "The rule makes values that the column cannot hold, so every record would be a dead letter.",
    mend: "Take another rule, or another type for the column. To make records wrong on purpose there is `faults`.",
    wrong: generator("{ total: { start: 2026-01-01T00:00:00Z } }"),
    right: generator("{ total: { between: [1, 9] } }"),
  },
  "metadata/duplicate-column": {
    why: "`metadata` makes a column of a name that is taken, by the records or by another of its own.",
    mend: "Choose another name for it, or leave the column of the records out.",
    wrong: metadata("{ id: key }"),
    right: metadata("{ record_key: key }"),
  },
  "file/wrong-setting": {
    why: "The setting says how CSV or text is read, and these files are none.",
    mend: "Leave it out, or name the format that the files have.",
    wrong: file('csv: { delimiter: ";" }'),
    right: file('format: csv, csv: { delimiter: ";" }'),
  },
  "file/unknown-column": {
    why: "A replay goes by a column that the records do not have.",
    mend: "Take the spelling of the hint, or declare the column.",
    wrong: file("format: csv, replay: { pace: att }"),
    right: file("format: csv, replay: { pace: at }"),
  },
  "file/pace-type": {
    why: "A replay hands records over as far apart as their times are, and this column holds none.",
    mend: "Name a column of type timestamp or date.",
    wrong: file("format: csv, replay: { pace: total }"),
    right: file("format: csv, replay: { pace: at }"),
  },
  "changes/operation-column": {
    why: "`operation` makes a column that says what happened, and the documents already have a column of that name.",
    mend: "Choose another name.",
    wrong: changes("columns: { _id: string!, op: string }, operation: op"),
    right: changes("columns: { _id: string!, op: string }, operation: change"),
  },
  "changes/required-of-deleted": {
    why: "Where deletions are read, of a deleted document only its `_id` is known. A record without a required column is a dead letter.",
    mend: "Take away the `!` of every column but `_id`, or leave `operation` out.",
    wrong: changes("columns: { _id: string!, total: double! }, operation: change"),
    right: changes("columns: { _id: string!, total: double }, operation: change"),
  },
};
