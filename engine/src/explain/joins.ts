import { aggregate, type Explanations, node } from "./explanation.ts";

const indented = (id: string, from: string, body: string) => `- id: ${id}\n  from: ${from}\n  ${body.replaceAll("\n", "\n  ")}`;
const branch = (id: string, where: string) => indented(id, "stream", node("transform.filter", `{ where: ${where} }`));
const branches = `${branch("large", "total >= 10")}\n${branch("small", "total < 10")}`;

const TIMED = "left: { time: at, watermark: 10m }, right: { time: at, watermark: 10m }";
const GOOD = `on: { id: id }, after: 1h, prefix: small_, ${TIMED}`;
const join = (config: string, from = "{ left: large, right: small }") =>
  `${branches}\n${indented("both", from, node("transform.join", `{ ${config} }`))}`;

const good = join(GOOD);
const once = (config: string) =>
  [
    branches,
    indented("once", "large", node("transform.deduplicate", "{ key: id, on: at, within: 1h }")),
    indented("both", "{ left: once, right: small }", node("transform.join", `{ ${config} }`)),
  ].join("\n");
const updates = indented("totals", "stream", aggregate("n: count(*)", "{ on: at, size: 1m, watermark: 10m }", "[id]"));

/** What `transform.join` has of its own. */
export const joins: Explanations = {
  "dag/input-names": {
    why: "The node does another thing with each of its inputs, so they are told apart by name, and each is another stream.",
    mend: "Name them as the hint shows. To compare rows of one stream with each other, put a filter or a split between.",
    wrong: join(GOOD, "[large, small]"),
    right: good,
  },
  "join/unknown-column": {
    why: "A key or the time of a join names a column that does not exist on its side: `on` goes from a column of the left rows to one of the right.",
    mend: "Take the spelling of the hint, or look whether the two sides are the right way round.",
    wrong: join(GOOD.replace("id: id", "id: order")),
    right: good,
  },
  "join/key-type": {
    why: "Keys bring rows together by being equal. Values of two types never are, and numbers with a point may differ where they look equal.",
    mend: "Give both sides the same type: text, whole numbers, booleans, dates or timestamps.",
    wrong: join(GOOD.replace("id: id", "id: total")),
    right: good,
  },
  "join/not-timestamp": {
    why: "Rows are joined within a time, so each side needs a timestamp that says when its rows happened.",
    mend: "Choose a timestamp, or convert the column before.",
    wrong: join(GOOD.replace("left: { time: at", "left: { time: total")),
    right: good,
  },
  "join/no-watermark": {
    why: "Without a watermark nobody knows when a row has waited long enough, and Spark would remember every row of that side for good.",
    mend: "Set `left` or `right` with the column that holds the time of the rows, and how late they may come.",
    wrong: join(GOOD.replace(", right: { time: at, watermark: 10m }", "")),
    right: good,
  },
  "join/other-watermark": {
    why: "A step above has set a watermark on these rows, and Spark takes one alone on one way.",
    mend: "Leave `left` or `right` out: the join takes over the watermark that is there.",
    wrong: once(GOOD),
    right: once(GOOD.replace("left: { time: at, watermark: 10m }, ", "")),
  },
  "join/updates": {
    why: "Rows that are sent again whenever they change would be joined each time, and Spark joins only what is sent once.",
    mend: "Write `emit: final` in the aggregate above, or join its input.",
    wrong: `${updates}\n${join(GOOD, "{ left: large, right: totals }")}`,
    right: good,
  },
  "join/duplicate-column": {
    why: "A row of a join has the columns of both sides, and two of them have the same name. The keys stand in it once.",
    mend: "Set a `prefix` for the right side, or drop what is not needed in a transform.select above.",
    wrong: join(GOOD.replace("prefix: small_, ", "")),
    right: good,
  },
  "join/same-moment": {
    why: "Without `before` and `after` a right row must have happened in the same microsecond as the left. That is right for windows of one size, and hardly ever for records.",
    mend: "Say how far apart the two may lie.",
    wrong: join(GOOD.replace("after: 1h, ", "")),
    right: good,
  },
};
