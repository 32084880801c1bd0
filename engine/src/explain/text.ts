import { type Explanations, filter, node, sink, source, topic } from "./explanation.ts";

const file = (rest: string) => `version: 1\nname: orders\n${rest}\nnodes: []`;

/** YAML, and the shape of a spec. */
const STEPS = `version: 1
name: orders
steps:
  - { type: source.http, config: { url: demo://retail, columns: { id: string! } } }
  - { type: kafka.topic, config: { topic: orders } }
`;

export const text: Explanations = {
  "yaml/syntax": {
    why: "The text is not YAML at this place. Often a text holds a character that means something to YAML: a bracket, a colon with a space, a `#`.",
    mend: "Quote the text. Inside of { } and [ ] a reference must be quoted too.",
    wrong: node("kafka.topic", "{ topic: ${env:TOPIC} }"),
  },
  "yaml/tab": { why: "YAML does not allow tabs to indent a line.", mend: "Indent with spaces." },
  "yaml/duplicate-key": {
    why: "A map holds a key twice. YAML parsers would take one of the two without a word.",
    mend: "Remove one of the two.",
    wrong: file("description: one\ndescription: two"),
    right: file("description: two"),
  },
  "yaml/alias": {
    why: "Anchors and aliases make a short text stand for a very large one, and a value change in places that nobody looks at.",
    mend: "Repeat the value. A text that begins with `*` or `&` is quoted.",
    wrong: file("description: &text one"),
    right: file("description: one"),
  },
  "yaml/tag": {
    why: "Tags such as `!!binary` turn a value into something else than what is written.",
    mend: "Remove the tag. A text that begins with `!` is quoted.",
    wrong: file("description: !text one"),
    right: file("description: '!text one'"),
  },
  "yaml/merge-key": {
    why: "`<<` merges keys from elsewhere, so that what holds at a place does not stand there.",
    mend: "Repeat the keys.",
    wrong: file("<<: {}"),
  },
  "yaml/directive": { why: "A line that begins with `%` changes how YAML is read.", mend: "Remove the line." },
  "yaml/multiple-documents": {
    why: "`---` begins a second document, and a file holds one pipeline.",
    mend: "Move the second one to a file of its own.",
  },
  "yaml/empty": { why: "The file holds nothing but comments.", mend: "Begin with `version: 1`." },
  "yaml/key": {
    why: "A key must be plain text, and not `__proto__`, `constructor` or `prototype`, which programs take for something else.",
    mend: "Quote a key that holds brackets; choose another name.",
    wrong: file("__proto__: 1"),
  },
  "yaml/number": {
    why: "Infinity and not-a-number cannot be written as JSON, which plans and topics are made of.",
    mend: "Write a number, or quote it if it is text.",
    wrong: file("x-limit: .inf"),
    right: file("x-limit: '.inf'"),
  },
  "yaml/unbalanced": {
    why: "Inside of { } and [ ] YAML ends a value at the comma, so an expression with a comma is cut into two.",
    mend: "Quote the expression, or write it on a line of its own.",
    wrong: node("transform.select", "{ compute: { cents: round(total, 2) } }"),
    right: node("transform.select", "{ compute: { cents: 'round(total, 2)' } }"),
  },
  "yaml/control-character": {
    why: "The file holds a character that YAML does not allow, such as NUL. It is often no text at all.",
    mend: 'Remove it, or write it as an escape in double quotes, such as "\\u0000".',
  },
  "yaml/too-deep": { why: "Values are nested so deep that reading them could end the process.", mend: "Flatten the structure." },
  "yaml/too-large": {
    why: "The file is larger than any pipeline that people write, and reading it would take long.",
    mend: "Split the pipeline, and keep data out of the spec.",
  },
  "schema/unknown-key": {
    why: "There is no such setting here. It is refused and not ignored, because a misspelt setting would do nothing without a word.",
    mend: "Take the spelling of the hint. A key of your own begins with `x-`.",
    wrong: topic("topic: orders, partitons: 3"),
    right: topic("topic: orders, partitions: 3, x-owner: sales"),
  },
  "schema/missing-key": {
    why: "A setting is missing for which there is no default.",
    mend: "Add it; the hint shows an example.",
    wrong: topic("partitions: 3"),
    right: topic("topic: orders, partitions: 3"),
  },
  "schema/wrong-type": {
    why: "The value is of another kind than the setting takes: a number where text belongs, a text where a map does.",
    mend: "Write a value as the message describes it. A text that looks like a number is quoted.",
    wrong: topic("topic: orders, partitions: two"),
    right: topic("topic: orders, partitions: 2"),
  },
  "schema/wrong-value": {
    why: "The value is of the right kind, but not written as the setting takes it.",
    mend: "Write it as the message describes it, for example a duration as `7d`.",
    wrong: topic("topic: orders, retention: 7 days"),
    right: topic("topic: orders, retention: 7d"),
  },
  "schema/not-allowed": {
    why: "The setting takes only certain values, and this is none of them.",
    mend: "Take one of those that the message lists.",
    wrong: sink("validator: strict"),
    right: sink("validator: error"),
  },
  "schema/wrong-size": {
    why: "A list, map or text holds more or fewer entries than it may.",
    mend: "Add or remove some; a setting that should hold nothing is left out.",
    wrong: node("transform.select", "{ keep: [] }"),
    right: node("transform.select", "{ keep: [id] }"),
  },
  "schema/repeated": {
    why: "An entry stands twice in a list that names each thing once.",
    mend: "Remove one of the two.",
    wrong: sink("key: [id, id]"),
    right: sink("key: [id]"),
  },
  "schema/duplicate-id": {
    why: "Nodes are found by their id, so no two may share one.",
    mend: "Give every node an id of its own, and correct `from` where the second was meant.",
    wrong: `- id: stream\n  from: orders\n  ${topic("topic: again").replace("\n", "\n  ")}`,
  },
  "steps/from": {
    why: "Under `steps` each step reads the one before it, so there is nothing to say in `from`.",
    mend: "Remove `from`. A pipeline with branches is written under `nodes`.",
    wrong: `${STEPS}  - { type: sink.mongodb, from: http, config: { collection: orders } }`,
    right: `${STEPS}  - { type: sink.mongodb, config: { collection: orders } }`,
  },
  "steps/beside-nodes": {
    why: "`nodes` and `steps` each say the whole pipeline, so a file has one of them.",
    mend: "Keep `steps` where every node reads the one before, else `nodes`.",
    wrong: `${STEPS}  - { type: sink.mongodb, config: { collection: orders } }\nnodes: [{ id: a, type: sink.mongodb, from: b, config: { collection: c } }]`,
    right: `${STEPS}  - { type: sink.mongodb, config: { collection: orders } }`,
  },
  "schema/unknown-node-type": {
    why: "There is no node type of this name.",
    mend: "Take the spelling of the hint; `schemas/REFERENCE.md` lists all types.",
    wrong: node("transform.filtr", "{ where: total > 0 }"),
    right: filter("total > 0"),
  },
  "schema/wrong-input": {
    why: "`from` holds something that cannot be the id of a node.",
    mend: "Write an id, a list of ids, or named inputs: `{ left: a, right: b }`.",
    wrong: `- id: large\n  from: The Stream\n  ${filter("total > 0").replace("\n", "\n  ")}`,
  },
  "columns/not-a-map": {
    why: "Columns are a map of names to types.",
    mend: "Name every column with its type.",
    wrong: source("[id, total]"),
    right: source("{ id: string!, total: double }"),
  },
  "columns/empty": {
    why: "Rows without columns hold nothing.",
    mend: "Name at least one column.",
    wrong: source("{ id: string!, shop: { } }"),
    right: source("{ id: string!, shop: { city: string } }"),
  },
  "columns/name": {
    why: "The name cannot be a column: dots separate the steps of a path, `__` is the engine's own, `$` has a meaning to MongoDB.",
    mend: "Leave the field out, or write what it holds as a map of columns; the topic keeps the original bytes.",
    wrong: source("{ id: string!, shop.city: string }"),
    right: source("{ id: string!, shop: { city: string } }"),
  },
  "columns/duplicate": {
    why: "Two columns of one object differ only in upper and lower case, which people and other systems confuse.",
    mend: "Read only one of the two.",
    wrong: source("{ id: string!, Total: double, total: double }"),
    right: source("{ id: string!, total: double }"),
  },
  "columns/type": {
    why: "There is no type of this name.",
    mend: "The types are string, int, long, double, boolean, date, timestamp, binary, decimal(p,s), map(type), a map of columns, and a list of one type.",
    wrong: source("{ id: string!, total: float }"),
    right: source("{ id: string!, total: double }"),
  },
  "columns/list": {
    why: "A list type has one element, which is the type of all elements; none of them can be required.",
    mend: "Write for example `[string]` or `[{ price: double }]`.",
    wrong: source("{ id: string!, tags: [string!] }"),
    right: source("{ id: string!, tags: [string] }"),
  },
  "reference/syntax": {
    why: "A text holds `${`, which begins a reference, but not in one of its three forms.",
    mend: "Write `${env:NAME}`, `${env:NAME:-default}` or `${file:path}`.",
    wrong: 'type: source.http\nconfig: { url: "${API_URL}", columns: { id: string! } }',
    right: 'type: source.http\nconfig: { url: "${env:API_URL}", columns: { id: string! } }',
  },
  "reference/not-here": {
    why: "A spec gives the same plan everywhere, so only addresses, headers and secrets may come from the environment.",
    mend: "Write the value. What differs between environments belongs in targets.yaml.",
    wrong: topic('topic: "${env:TOPIC}"'),
    right: topic("topic: orders"),
  },
  "secret/literal": {
    why: "A password or token stands in the text, and specs are kept in git, shown and logged.",
    mend: "Put it in an environment variable or a file, and write `${env:NAME}` or `${file:path}`, without a default.",
    wrong:
      'type: source.http\nconfig: { url: demo://retail, columns: { id: string! }, headers: { authorization: "Bearer abc" } }',
    right:
      'type: source.http\nconfig: { url: demo://retail, columns: { id: string! }, headers: { authorization: "Bearer ${env:TOKEN}" } }',
  },
};
