import { type Explanations, filter, node, select, sink, topic } from "./explanation.ts";

const clean = (config: string) => node("transform.text_clean", `{ ${config} }`);
const split = (config: string) => node("transform.split", `{ ${config} }`);
const explode = (config: string) => node("transform.explode", `{ ${config} }`);
const check = (config: string) => node("transform.check", `{ ${config} }`);
const mask = (config: string) => node("transform.mask", `{ ${config} }`);
const deduplicate = (key: string, on = "at") => node("transform.deduplicate", `{ key: ${key}, on: ${on}, within: 1h }`);
const records = (config: string) => node("sink.kafka", `{ ${config} }`);
const files = (config: string) => node("sink.file", `{ path: exports, ${config} }`);
const index = (fields: string, more = "") => sink(`key: id, indexes: [{ fields: { ${fields} }${more} }]`);

/** What each node type has of its own. */
export const rooms: Explanations = {
  "language/unknown": {
    why: "`among` names a language for which there is no model, or something that is no code of ISO 639-1.",
    mend: "Take one of the codes that the hint names.",
    wrong: node("transform.language", "{ text: id, among: [en, ef] }"),
    right: node("transform.language", "{ text: id, among: [en, fr] }"),
  },
  "texts/unknown-column": {
    why: "The node works on a column that the rows do not have.",
    mend: "Take the spelling of the hint; `engine preview` shows the columns.",
    wrong: clean("text: shop.town, html: true"),
    right: clean("text: shop.city, html: true"),
  },
  "texts/wrong-type": {
    why: "The node works on text, and the column holds something else.",
    mend: "Name a column of text, or a field of this one.",
    wrong: clean("text: total, html: true"),
    right: clean("text: id, html: true"),
  },
  "texts/duplicate-column": {
    why: "The node would add a column under a name that is taken.",
    mend: "Choose another name.",
    wrong: clean("text: id, into: total, html: true"),
    right: clean("text: id, into: plain, html: true"),
  },
  "texts/nothing-to-do": {
    why: "Every switch of the node is off, so it would hand the text on as it came.",
    mend: "Switch something on, or remove the node.",
    wrong: clean("text: id"),
    right: clean("text: id, whitespace: true"),
  },
  "kafka/unknown-key": {
    why: "The key of a topic names a field that the records do not have.",
    mend: "Take the spelling of the hint, or declare the field in the columns of the source.",
    wrong: topic("topic: orders.keyed, key: idd"),
    right: topic("topic: orders.keyed, key: id"),
  },
  "kafka/key-not-single": {
    why: "The key chooses a partition, so it must be one value and no list, map or structure.",
    mend: "Choose a field of it, or another column.",
    wrong: topic("topic: orders.keyed, key: shop"),
    right: topic("topic: orders.keyed, key: shop.city"),
  },
  "filter/not-boolean": {
    why: "A filter keeps the rows for which its condition is true, and this expression is neither true nor false.",
    mend: "Compare it with something.",
    wrong: filter("total"),
    right: filter("total > 0"),
  },
  "select/unknown-column": {
    why: "A column that the rows do not have is kept, dropped or renamed.",
    mend: "Take the spelling of the hint. `rename` applies to what `keep` and `drop` have left.",
    wrong: select("keep: [id, totl]"),
    right: select("keep: [id, total]"),
  },
  "select/keep-and-drop": {
    why: "What is not kept is dropped, so the two together say one thing twice.",
    mend: "Leave out one of them.",
    wrong: select("keep: [id], drop: [total]"),
    right: select("keep: [id]"),
  },
  "select/duplicate-column": {
    why: "A renamed column would take the name of another one.",
    mend: "Drop the other one first, or choose another name.",
    wrong: select("rename: { id: total }"),
    right: select("rename: { id: order_id }"),
  },
  "select/nothing-to-do": {
    why: "The select says nothing, so rows would leave it as they came.",
    mend: "Add `keep`, `drop`, `rename` or `compute`, or remove the node.",
    wrong: select(""),
    right: select("keep: [id]"),
  },
  "select/nothing-left": {
    why: "All columns are dropped, and rows without columns hold nothing.",
    mend: "Keep at least one column, or compute one.",
    wrong: select("drop: [id, at, total, shop, tags, items, more]"),
    right: select("drop: [at, total, shop, tags, items, more]"),
  },
  "mask/unknown-column": {
    why: "A column that the rows do not have is to be masked. If it is another one that was meant, that one would be stored readable.",
    mend: "Take the spelling of the hint. A field is named by its path, such as `shop.city`; fields of a list's elements can be named behind a transform.explode.",
    wrong: mask("redact: [shop.citty]"),
    right: mask("redact: [shop.city]"),
  },
  "mask/wrong-type": {
    why: "Text and whole numbers can be hashed, and only text can be cut or reduced to its shape.",
    mend: "Redact the column, which fits every type, or name a field of it.",
    wrong: mask("truncate: { at: 4 }"),
    right: mask("redact: [at]"),
  },
  "mask/twice": {
    why: "A column, or a structure and a field of it, is masked in two ways.",
    mend: "Choose one of them.",
    wrong: mask("redact: [shop], shape: { shop.city: 0 }"),
    right: mask("redact: [shop.region], shape: { shop.city: 0 }"),
  },
  "mask/missing-salt": {
    why: "Without a secret, whoever guesses a value could make its hash and compare: names and numbers of customers are soon guessed.",
    mend: "Add `salt` with a reference to a secret.",
    wrong: mask("hash: [id]"),
    right: mask('hash: [id], salt: "${env:MASK_SALT}"'),
  },
  "mask/nothing-to-do": {
    why: "The mask names no column, so rows would leave it readable.",
    mend: "Add `hash`, `redact`, `truncate` or `shape`, or remove the node.",
    wrong: mask(""),
    right: mask("redact: [tags]"),
  },
  "file/partition-column": {
    why: "The values of the column become folders, and this one has values without one form that reads back.",
    mend: "Take a column of text, a whole number, a boolean or a date, or make one with transform.select, such as the day of a time.",
    wrong: files("partitionBy: [at]"),
    right: files("partitionBy: [id]"),
  },
  "file/nothing-left": {
    why: "In Parquet a column of `partitionBy` stands in the path and not in the file, and here every column does.",
    mend: "Leave out one of them, or write `format: ndjson`, whose lines hold all columns.",
    wrong: `- id: ids\n  from: stream\n  ${select("keep: [id]").replace("\n", "\n  ")}\n- id: stored\n  from: ids\n  ${files("format: parquet, partitionBy: [id]").replace("\n", "\n  ")}`,
    right: files("format: parquet, partitionBy: [id]"),
  },
  "kafka/topic-column": {
    why: "The name of a topic is text, and this column is none: its values have no one form, or one that Kafka does not take.",
    mend: "Take a column of text, a whole number, a boolean or a date, or make one with transform.select.",
    wrong: records('topic: "alerts-{total}", topics: [alerts-1]'),
    right: records('topic: "alerts-{id}", topics: [alerts-1]'),
  },
  "kafka/missing-topics": {
    why: "A topic is made for the values of a column. One value that nobody thought of, or a column with many, would make topics without end.",
    mend: "List in `topics` what the name may become; a row that would go elsewhere is a dead letter.",
    wrong: records('topic: "alerts-{id}"'),
    right: records('topic: "alerts-{id}", topics: [alerts-1, alerts-2]'),
  },
  "kafka/topics-without-column": {
    why: "The name of the topic has no column in it, so it is the only one.",
    mend: "Leave out `topics`, or write a column into the name.",
    wrong: records("topic: alerts, topics: [alerts-1]"),
    right: records("topic: alerts"),
  },
  "kafka/other-topic": {
    why: "A topic is listed that the name cannot become, so nothing would ever be written to it.",
    mend: "Correct the name, or what is listed.",
    wrong: records('topic: "alerts-{id}", topics: [alarms-1]'),
    right: records('topic: "alerts-{id}", topics: [alerts-1]'),
  },
  "sink/unknown-column": {
    why: "The key or an index names a column that the rows do not have: it would index nothing.",
    mend: "Take the spelling of the hint.",
    wrong: index("totl: 1"),
    right: index("total: 1"),
  },
  "sink/missing-key": {
    why: "One record became several of these rows, or several became one, so no record's place tells them apart, and a rerun would write them twice.",
    mend: "Add `key` with the columns that identify a row; the hint names them.",
    wrong: `- id: parts\n  from: stream\n  ${explode("list: items").replace("\n", "\n  ")}\n- id: stored\n  from: parts\n  ${sink("validator: error").replace("\n", "\n  ")}`,
    right: `- id: parts\n  from: stream\n  ${explode("list: items").replace("\n", "\n  ")}\n- id: stored\n  from: parts\n  ${sink("key: [id, index]").replace("\n", "\n  ")}`,
  },
  "sink/key-not-single": {
    why: "A key is made of single values, and this column is a list, a map or a structure.",
    mend: "Choose a field of it, or another column.",
    wrong: sink("key: shop"),
    right: sink("key: shop.city"),
  },
  "sink/duplicate-key-field": {
    why: "The fields of a key are named by the last step of their paths, and two would be named alike.",
    mend: "Rename one with transform.select before.",
    wrong: `- id: renamed\n  from: stream\n  type: transform.select\n  config: { compute: { city: upper(id) } }\n- id: stored\n  from: renamed\n  ${sink("key: [city, shop.city]").replace("\n", "\n  ")}`,
    right: sink("key: [id, shop.city]"),
  },
  "sink/id-is-not-key": {
    why: "A document has one `_id`, and the column of that name would take its place beside the key, or beside what `mode: insert` makes it of.",
    mend: "Write `key: _id`, or rename the column with transform.select.",
  },
  "sink/delete-without-key": {
    why: "A row that deletes is found by nothing but its key: its own place in the topic is that of no document.",
    mend: "Add `key` with the columns that identify a document.",
    wrong: sink("delete: total = 0"),
    right: sink("key: id, delete: total = 0"),
  },
  "sink/delete-with-insert": {
    why: "A history keeps every row, the last one of its key as well.",
    mend: "Leave out `mode: insert` to hold the present state, or `delete` to keep the history.",
    wrong: sink("key: id, mode: insert, delete: total = 0"),
    right: sink("key: id, delete: total = 0"),
  },
  "sink/delete-not-boolean": {
    why: "A row either deletes its document or becomes one, and this expression is neither true nor false.",
    mend: "Compare it with something.",
    wrong: sink("key: id, delete: total"),
    right: sink("key: id, delete: total = 0"),
  },
  "sink/time-series-mode": {
    why: "MongoDB neither replaces a document of a time series nor finds it by its `_id`.",
    mend: "Add `mode: insert`, which keeps every row.",
    wrong: sink("key: id, timeSeries: { timeField: at }"),
    right: sink("mode: insert, timeSeries: { timeField: at }"),
  },
  "sink/time-series-field": {
    why: "A time series needs a column with a time, and another one, if any, that says whose times they are.",
    mend: "Name a timestamp column as `timeField`, and another column as `metaField`.",
    wrong: sink("mode: insert, timeSeries: { timeField: total }"),
    right: sink("mode: insert, timeSeries: { timeField: at, metaField: id }"),
  },
  "sink/time-series-index": {
    why: "MongoDB keeps the documents of a time series in buckets, over which it cannot have every index.",
    mend: "Leave the index out, or make it one of order 1 or -1; an expiry stands under `timeSeries`.",
    wrong: sink("mode: insert, timeSeries: { timeField: at }, indexes: [{ fields: { id: 1 }, unique: true }]"),
    right: sink("mode: insert, timeSeries: { timeField: at }, indexes: [{ fields: { id: 1 } }]"),
  },
  "sink/index-where": {
    why: "MongoDB decides by a filter which documents are in an index, and its filters know fixed values and few operators.",
    mend: "Compare columns with fixed values by =, <, <=, >, >=, in, between or is null, and join them by and, or. What needs more, compute in a transform.select before.",
    wrong: index("id: 1", ", where: total + 1 > 5"),
    right: index("id: 1", ", where: total > 4"),
  },
  "sink/index-not-boolean": {
    why: "A document is in the index or it is not, and this expression is neither true nor false.",
    mend: "Compare it with something.",
    wrong: index("id: 1", ", where: total"),
    right: index("id: 1", ", where: total > 0"),
  },
  "sink/duplicate-index": {
    why: "Two indexes have the same fields or the same name, and MongoDB takes one of them.",
    mend: "Remove one of the two, or make them differ in name and fields.",
    wrong: sink("key: id, indexes: [{ fields: { total: 1 } }, { fields: { total: 1 }, name: again }]"),
    right: sink("key: id, indexes: [{ fields: { total: 1 } }, { fields: { at: 1 } }]"),
  },
  "sink/parallel-lists": {
    why: "An index has an entry for every element of a list, and MongoDB does not take two lists in one index.",
    mend: "Give each list an index of its own.",
    wrong: index("tags: 1, items.price: 1"),
    right: sink("key: id, indexes: [{ fields: { tags: 1 } }, { fields: { items.price: 1 } }]"),
  },
  "sink/index-kind": {
    why: "A text index holds the words of strings, a 2dsphere index places, a hashed index single values. On another column MongoDB would find nothing, or refuse the documents.",
    mend: "Index the column with 1 or -1, or choose one of the type that is needed.",
    wrong: index("total: text"),
    right: index("id: text"),
  },
  "sink/index-combination": {
    why: "MongoDB does not take these together in one index.",
    mend: "Make two indexes, or leave out what the message names.",
    wrong: index("id: hashed", ", unique: true"),
    right: index("id: hashed"),
  },
  "sink/second-text-index": {
    why: "A collection takes one text index; it may have many fields.",
    mend: "Put all text fields into one index.",
    wrong: sink("key: id, indexes: [{ fields: { id: text } }, { fields: { shop.city: text } }]"),
    right: sink("key: id, indexes: [{ fields: { id: text, shop.city: text } }]"),
  },
  "sink/number-in-index": {
    why: "The order of an index's fields matters, and a name that is a number always comes first.",
    mend: "Rename the column with transform.select.",
  },
  "sink/expiry-not-date": {
    why: "MongoDB deletes a document when the date in its index is old enough. Without a date it would never delete one.",
    mend: "Index a timestamp or date.",
    wrong: index("total: 1", ", expireAfter: 7d"),
    right: index("at: 1", ", expireAfter: 7d"),
  },
  "sink/expiry-on-compound": {
    why: "MongoDB expires documents by one date, so the index must have one field.",
    mend: "Give the expiry an index of its own.",
    wrong: index("at: 1, id: 1", ", expireAfter: 7d"),
    right: index("at: 1", ", expireAfter: 7d"),
  },
  "sink/expiry-too-long": {
    why: "MongoDB counts an expiry in seconds up to 2147483647, which is 68 years.",
    mend: "Leave out `expireAfter` to keep documents for ever.",
    wrong: index("at: 1", ", expireAfter: 30000d"),
    right: index("at: 1"),
  },
  "split/not-boolean": {
    why: "An output takes the rows for which its condition is true, and this expression is neither true nor false.",
    mend: "Compare it with something.",
    wrong: split("outputs: { large: total }"),
    right: split("outputs: { large: total > 100 }"),
  },
  "split/duplicate-output": {
    why: "`otherwise` names an output that has a condition already.",
    mend: "Choose another name.",
    wrong: split("outputs: { large: total > 100 }, otherwise: large"),
    right: split("outputs: { large: total > 100 }, otherwise: small"),
  },
  "explode/unknown-column": {
    why: "The list that is to be taken apart is no column of the rows.",
    mend: "Take the spelling of the hint.",
    wrong: explode("list: itms"),
    right: explode("list: items"),
  },
  "explode/not-a-list": {
    why: "Only a list has elements to make rows of.",
    mend: "Choose a list; the hint names those that there are.",
    wrong: explode("list: total"),
    right: explode("list: items"),
  },
  "explode/duplicate-column": {
    why: "The column of the element or of its index would take the name of another one.",
    mend: "Choose another name with `as` or `index`.",
    wrong: explode("list: items, as: total"),
    right: explode("list: items, as: item"),
  },
  "explode/updates": {
    why: "These rows replace earlier ones. Where a list became shorter, the rows of its former elements would stay.",
    mend: "Explode first, then aggregate.",
  },
  "check/not-boolean": {
    why: "A rule is a condition that a row meets or not, and this expression is neither true nor false.",
    mend: "Compare it with something.",
    wrong: check("rules: { positive: total }"),
    right: check("rules: { positive: total > 0 }"),
  },
  "check/duplicate-column": {
    why: "The column with the names of the broken rules would take the name of another one.",
    mend: "Choose another name with `tag`.",
    wrong: check("rules: { positive: total > 0 }, else: tag, tag: total"),
    right: check("rules: { positive: total > 0 }, else: tag"),
  },
  "deduplicate/unknown-column": {
    why: "The key or the time names a column that the rows do not have.",
    mend: "Take the spelling of the hint.",
    wrong: deduplicate("idd"),
    right: deduplicate("id"),
  },
  "deduplicate/key-not-single": {
    why: "Repeats are told by single values, and this column is a list, a map or a structure.",
    mend: "Choose a field of it, or another column.",
    wrong: deduplicate("shop"),
    right: deduplicate("shop.city"),
  },
  "deduplicate/not-timestamp": {
    why: "Repeats are looked for within a time, which a timestamp tells.",
    mend: "Choose a timestamp, or convert the column with `to_timestamp` before.",
    wrong: deduplicate("id", "total"),
    right: deduplicate("id"),
  },
  "deduplicate/updates": {
    why: "These rows replace earlier ones with the same key, and all but the first would be taken for repeats.",
    mend: "Deduplicate before the aggregate.",
  },
  "deduplicate/other-watermark": {
    why: "A node above has set a watermark already, and Spark takes one alone.",
    mend: "Use the column and the time of the watermark that is there.",
  },
  "union/missing-column": {
    why: "One of the inputs lacks a column that another has, and all rows of a stream have the same columns.",
    mend: "Drop it with transform.select, compute it where it is missing, or write `missing: fill`.",
  },
  "union/type-mismatch": {
    why: "A column has different types in the inputs.",
    mend: "Convert one of them with transform.select before.",
  },
  "union/unknown-column": {
    why: "The watermark names a column that the rows do not have.",
    mend: "Take the spelling of the hint.",
  },
  "union/not-timestamp": { why: "A watermark needs a timestamp.", mend: "Choose a timestamp, or convert the column before." },
  "union/other-watermark": {
    why: "An input has a watermark already, and Spark takes one alone.",
    mend: "Set the watermark in the union, or in the nodes below.",
  },
  "union/updates": {
    why: "The rows of one input replace earlier ones, and in a union nothing tells which rows those are.",
    mend: "Bring the rows together before they are aggregated.",
  },
};
