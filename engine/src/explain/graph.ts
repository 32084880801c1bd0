import { aggregate, type Explanations, filter, node, sink, top, topic } from "./explanation.ts";

const finalMinutes = node(
  "transform.aggregate",
  "{ window: { on: at, size: 1m, watermark: 2m }, emit: final, compute: { n: count(*) } }",
);

const named = (id: string, from: string | undefined, body: string) =>
  `- id: ${id}\n  ${from === undefined ? "" : `from: ${from}\n  `}${body.replaceAll("\n", "\n  ")}`;
const nodes = (...all: string[]) => all.join("\n");
const split = "type: transform.split\nconfig: { outputs: { small: total < 10, large: total >= 10 } }";
const stored = (from: string, config = "key: id", id = "stored") => named(id, from, sink(config));

/** How nodes are connected, and what a plan is made of. */
export const graph: Explanations = {
  "dag/unknown-input": {
    why: "`from` names a node that does not exist.",
    mend: "Take the spelling of the hint, or add the node.",
    wrong: stored("steam"),
    right: stored("stream"),
  },
  "dag/unknown-output": {
    why: "`from: id.output` names a side output that the node does not have.",
    mend: "Read one of the outputs that the hint names.",
    wrong: stored("stream.rejected"),
    right: stored("stream"),
  },
  "dag/missing-output": {
    why: "The node gives its rows to named outputs alone, so its id by itself names no stream.",
    mend: "Read one of its outputs: `from: id.output`.",
    wrong: nodes(named("sizes", "stream", split), stored("sizes")),
    right: nodes(named("sizes", "stream", split), stored("sizes.large")),
  },
  "dag/cannot-connect": {
    why: "A node of this type cannot read a node of that one: the rows of a source rest in a topic before Spark reads them, and nothing reads a sink.",
    mend: "Put a `kafka.topic` between a source and what reads it.",
    wrong: stored("orders"),
    right: stored("stream"),
  },
  "dag/source-with-input": {
    why: "A source brings rows from outside and reads no node.",
    mend: "Remove `from`.",
    wrong: named("more", "stream", "type: source.http\nconfig: { url: demo://retail, columns: { id: string! } }"),
  },
  "dag/missing-input": {
    why: "The node reads nothing, so it would do nothing.",
    mend: "Add `from:` with the id of the node that it reads.",
    wrong: named("large", undefined, filter("total > 100")),
    right: named("large", "stream", filter("total > 100")),
  },
  "dag/too-many-inputs": {
    why: "The node takes fewer inputs than are named.",
    mend: "Give each input a node of its own, or bring them together with transform.union.",
    wrong: nodes(named("large", "stream", filter("total > 100")), named("both", "[stream, large]", filter("total > 0"))),
    right: nodes(named("large", "stream", filter("total > 100")), named("both", "large", filter("total > 0"))),
  },
  "dag/cycle": {
    why: "Nodes read each other in a circle, so none of them could come first.",
    mend: "Data flows one way: remove one of the edges.",
    wrong: nodes(named("hen", "egg", filter("total > 0")), named("egg", "hen", filter("total > 0"))),
    right: nodes(named("hen", "stream", filter("total > 0")), named("egg", "hen", filter("total > 0"))),
  },
  "dag/dead-end": {
    why: "Nothing reads this node, so its work would be thrown away.",
    mend: "Add a sink that reads it, or remove it.",
    wrong: nodes(named("large", "stream", filter("total > 100")), stored("stream")),
    right: nodes(named("large", "stream", filter("total > 100")), stored("large")),
  },
  "dag/unread-output": {
    why: "Nothing reads one of the outputs of this node: its rows are dropped and counted as filtered.",
    mend: "Add a sink that reads it, if the rows are wanted.",
    wrong: nodes(named("sizes", "stream", split), stored("sizes.large")),
  },
  "plan/duplicate-topic": {
    why: "Two nodes would own one topic, and each would read the records of the other.",
    mend: "Give each a topic of its own, or let both readers read one node.",
    wrong: nodes(named("first", "orders", topic("topic: orders")), named("again", "orders", topic("topic: orders"))),
    right: nodes(named("first", "orders", topic("topic: orders")), named("again", "orders", topic("topic: orders.again"))),
  },
  "plan/duplicate-folder": {
    why: "Two sinks would write into one folder, and whoever reads it would read the rows of both as if they were alike.",
    mend: "Give one of them another folder.",
    wrong: nodes(
      named("stored", "stream", node("sink.file", "{ path: exports }")),
      named("again", "stream", node("sink.file", "{ path: ./exports/ }")),
    ),
  },
  "plan/duplicate-collection": {
    why: "Two sinks would own one collection, and change its validator and indexes in turn.",
    mend: "Give each a collection of its own, or bring the rows together with transform.union.",
    wrong: nodes(stored("stream"), stored("stream", "key: id", "again")),
  },
  "plan/dead-letter-topic": {
    why: "`<pipeline>.dead-letters` is the topic of the records that this pipeline could not use.",
    mend: "Give this node another topic.",
    wrong: named("letters", "orders", topic("topic: example.dead-letters")),
    right: named("letters", "orders", topic("topic: example.letters")),
  },
  "plan/engine-collection": {
    why: "The collection `_engine` is where the engine keeps what it must remember of a target.",
    mend: "Give the collection another name.",
    wrong: named("stored", "stream", "type: sink.mongodb\nconfig: { collection: _engine, key: id }"),
  },
  "plan/no-sink": {
    why: "Without a sink nothing of the pipeline would be kept.",
    mend: "Add a `sink.mongodb` that reads the last node.",
  },
  "plan/one-watermark": {
    why: "One watermark over several topics follows the one that is read furthest, so the rows of a slower one are late.",
    mend: "Set `watermark` in the transform.union above: then each input has its own.",
  },
  "plan/too-many-ways": {
    why: "Spark plans every way from a topic to a query by itself. Where a flow parts and comes together again, the ways double each time.",
    mend: "Part the flow less often before it comes together.",
  },
  "plan/two-ways": {
    why: "One record comes to the sink on two ways, and without a key the document's id is the record's place: the second would replace the first.",
    mend: "Add `key` with the columns that tell the rows apart.",
  },
};

export const aggregates: Explanations = {
  "group/unknown-column": {
    why: "The grouping names a column that the rows do not have.",
    mend: "Take the spelling of the hint, or compute the column in a transform.select before.",
    wrong: aggregate("n: count(*)", undefined, "[shop.citi]"),
    right: aggregate("n: count(*)", undefined, "[shop.city]"),
  },
  "window/unknown-column": {
    why: "The window stands on a column that the rows do not have.",
    mend: "Take the spelling of the hint, or compute the column in a transform.select before.",
    wrong: aggregate("n: count(*)", "{ on: time, size: 1m, watermark: 2m }"),
    right: aggregate("n: count(*)"),
  },
  "window/not-timestamp": {
    why: "Windows are made on the time when something happened, which is a timestamp.",
    mend: "Declare the column as `timestamp` where the record is read, or convert it with `to_timestamp`.",
    wrong: aggregate("n: count(*)", "{ on: total, size: 1m, watermark: 2m }"),
    right: aggregate("n: count(*)"),
  },
  "window/zero-watermark": {
    why: "The watermark says how late a row may come. With none, every row that is older than the newest is dropped.",
    mend: "Allow for the delay that you expect, for example `2m`.",
    wrong: aggregate("n: count(*)", "{ on: at, size: 1m, watermark: 0s }"),
    right: aggregate("n: count(*)"),
  },
  "group/cannot-group": {
    why: "Spark cannot compare maps, so it cannot group by one.",
    mend: "Group by one of its values.",
    wrong: aggregate("n: count(*)", undefined, "[more]"),
    right: aggregate("n: count(*)", undefined, "[id]"),
  },
  "aggregate/duplicate-column": {
    why: "Two columns of the result would have one name. `window_start` and `window_end` are made by the window.",
    mend: "Choose another name, or rename one with transform.select before.",
    wrong: aggregate("id: count(*)", undefined, "[id]"),
    right: aggregate("n: count(*)", undefined, "[id]"),
  },
  "window/below-updates": {
    why: "An aggregate sends a row again whenever it changes, and a node below that groups rows would take each of them for new.",
    mend: "Let the one above emit its windows once, when they are over (`emit: final`), group once, with both groupings in `by`, or read the topic twice.",
    wrong: nodes(
      named("minutes", "stream", aggregate("n: count(*)")),
      named("hours", "minutes", aggregate("n: sum(n)", "{ on: window_start, size: 1h, watermark: 2m }")),
    ),
    right: named("hours", "stream", aggregate("n: count(*)", "{ on: at, size: 1h, watermark: 2m }")),
  },
  "window/updates-below-final": {
    why: "A query has one output mode. Below an aggregate whose windows are sent once, or a join, Spark computes only what is sent once as well, and refuses updates.",
    mend: "Write `emit: final` here too. A running total is never final, so it reads what stands above.",
    wrong: nodes(
      named("minutes", "stream", finalMinutes),
      named("hours", "minutes", aggregate("n: sum(n)", "{ on: window_end, size: 1h, watermark: 2m }")),
    ),
    right: nodes(
      named("minutes", "stream", finalMinutes),
      named(
        "hours",
        "minutes",
        node(
          "transform.aggregate",
          "{ window: { on: window_end, size: 1h, watermark: 2m }, emit: final, compute: { n: sum(n) } }",
        ),
      ),
    ),
  },
  "window/size-or-gap": {
    why: "Windows are either of one size or sessions, which last until nothing comes for a while.",
    mend: "Write `size` or `gap`, and leave the other out.",
    wrong: aggregate("n: count(*)", "{ on: at, watermark: 2m }"),
    right: aggregate("n: count(*)", "{ on: at, size: 1m, watermark: 2m }"),
  },
  "window/slide-without-size": {
    why: "Windows that slide overlap by their size less their slide; a session has no size.",
    mend: "Add `size`, or leave `slide` out.",
    wrong: aggregate("n: count(*)", "{ on: at, gap: 5m, slide: 1m, watermark: 2m }", "[id]"),
    right: aggregate("n: count(*)", "{ on: at, size: 5m, slide: 1m, watermark: 2m }", "[id]"),
  },
  "window/slide-over-size": {
    why: "The next window would begin after the last one has ended, and the rows between them would count nowhere.",
    mend: "Choose a slide that is no longer than the size.",
    wrong: aggregate("n: count(*)", "{ on: at, size: 1m, slide: 5m, watermark: 2m }"),
    right: aggregate("n: count(*)", "{ on: at, size: 5m, slide: 1m, watermark: 2m }"),
  },
  "window/session-updates": {
    why: "A late row can join two sessions into one, so what was sent of them could not be taken back: Spark sends sessions only when they have ended.",
    mend: "Write `emit: final`.",
    wrong: aggregate("n: count(*)", "{ on: at, gap: 5m, watermark: 2m }", "[id]"),
    right: node(
      "transform.aggregate",
      "{ window: { on: at, gap: 5m, watermark: 2m }, emit: final, by: [id], compute: { n: count(*) } }",
    ),
  },
  "window/session-without-group": {
    why: "A session is the time in which somebody is active. Without a group there is nobody, and Spark refuses it.",
    mend: "Name in `by` whose sessions they are.",
    wrong: node("transform.aggregate", "{ window: { on: at, gap: 5m, watermark: 2m }, emit: final, compute: { n: count(*) } }"),
    right: node(
      "transform.aggregate",
      "{ window: { on: at, gap: 5m, watermark: 2m }, emit: final, by: [id], compute: { n: count(*) } }",
    ),
  },
  "top/highest-or-lowest": {
    why: "One value decides which rows of a group stand first: it is the highest that counts, or the lowest.",
    mend: "Write one of `highest` and `lowest`.",
    wrong: top("n: 3"),
    right: top("n: 3, highest: total"),
  },
  "top/no-order": {
    why: "What has no order cannot say which row stands first: maps cannot be compared.",
    mend: "Choose a number, a text or a time, such as one value of the map.",
    wrong: top("n: 3, highest: more"),
    right: top("n: 3, highest: total"),
  },
  "top/duplicate-column": {
    why: "The rows keep their columns, and the window and the rank add theirs: two of them would have one name.",
    mend: "Choose another name with `rank`, or rename the column that is there with transform.select before.",
    wrong: top("n: 3, highest: total, rank: id"),
    right: top("n: 3, highest: total, rank: place"),
  },
  "aggregate/nothing-to-group-by": {
    why: "Without a window an aggregate keeps one total for each group, so it needs a column that makes the groups.",
    mend: "Add `window`, or columns in `by`.",
    wrong: node("transform.aggregate", "{ compute: { n: count(*) } }"),
    right: node("transform.aggregate", "{ by: [id], compute: { n: count(*) } }"),
  },
  "window/final-without-window": {
    why: "A running total changes with every row, so there is no moment at which it is final.",
    mend: "Add `window`, or leave `emit` out.",
    wrong: node("transform.aggregate", "{ emit: final, by: [id], compute: { n: count(*) } }"),
    right: node("transform.aggregate", "{ by: [id], compute: { n: count(*) } }"),
  },
  "window/growing-state": {
    why: "A running total must remember every group for good. What is grouped by is what its memory grows with: stores are few, customers may be many.",
    mend: "Leave it where the groups are limited; otherwise add `window`. Totals of all time can also be summed up in MongoDB from windows.",
    wrong: node("transform.aggregate", "{ by: [id], compute: { n: count(*) } }"),
    right: aggregate("n: count(*)", undefined, "[id]"),
  },
  "window/other-watermark": {
    why: "A node above has set a watermark already, and Spark takes one alone.",
    mend: "Use the column and the delay of the watermark that is there.",
  },
};
