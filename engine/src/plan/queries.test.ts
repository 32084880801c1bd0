import { describe, expect, it } from "vitest";
import { compile } from "../core.ts";
import type { Plan, QueryPlan } from "./plan.ts";

const SOURCE = `version: 1
name: test
nodes:
  - id: a
    type: source.http
    config: { url: demo://retail, columns: { id: string!, at: timestamp!, total: double!, kind: string, tags: [string] } }
  - { id: stream, type: kafka.topic, from: a, config: { topic: test.a, key: id } }
`;
const sink = (id: string, from: string, key = "id") =>
  `  - { id: ${id}, type: sink.mongodb, from: ${from}, config: { collection: ${id}, key: ${key} } }\n`;
const filter = (id: string, from: string, where = "total > 0") =>
  `  - { id: ${id}, type: transform.filter, from: ${from}, config: { where: "${where}" } }\n`;
const minutes = (id: string, from: string, compute = "n: count(*)") =>
  `  - { id: ${id}, type: transform.aggregate, from: ${from}, config: { window: { on: at, size: 1m, watermark: 1m }, compute: { ${compute} } } }\n`;
const split = (id: string, from: string) =>
  `  - { id: ${id}, type: transform.split, from: ${from}, config: { outputs: { big: total > 9 }, otherwise: small } }\n`;
const windows = (id: string, from: string) => sink(id, from, "window_start");

function planned(nodes: string): Plan {
  const { plan, diagnostics } = compile(SOURCE + nodes, "test.yaml");
  if (plan === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return plan;
}

/** query → what it owns. */
function owns({ queries }: Plan): Record<string, string[]> {
  return Object.fromEntries(queries.map((query) => [query.name, query.owns]));
}

function query(plan: Plan, name: string): QueryPlan {
  const found = plan.queries.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no query ${name}`);
  return found;
}

it.each([
  ["mongodb", "collection: a, key: id"],
  ["file", "path: a"],
  ["kafka", "topic: test.b"],
  ["console", "rows: 1"],
])("a batch of sink.%s comes as often as it says, and else as soon as there are rows", (word, config) => {
  const sinkOf = (id: string, more: string) =>
    `  - { id: ${id}, type: sink.${word}, from: stream, config: { ${config.replace("test.b", `test.${id}`).replace(": a", `: ${id}`)}${more} } }\n`;
  const plan = planned(sinkOf("seldom", ", every: 5m") + sinkOf("often", ""));
  expect(query(plan, "seldom").every).toBe(300_000);
  expect(query(plan, "often").every).toBeUndefined();
});

describe("who owns the rejects of a node", () => {
  it("the first query that no stateful step hides them from", () => {
    expect(owns(planned(minutes("trend", "stream") + windows("t", "trend") + filter("f", "stream") + sink("s", "f")))).toEqual({
      t: [],
      s: ["stream", "trend", "f"],
    });
  });

  it("a query for rejects alone, where all queries are stateful", () => {
    const plan = planned(filter("f", "stream") + minutes("trend", "f") + windows("t", "trend"));
    expect(owns(plan)).toEqual({ t: [], "f.rejects": ["stream", "f", "trend"] });
    expect(query(plan, "f.rejects")).toMatchObject({ from: "f", topics: ["test.a"] });
  });

  it("what a stateful step refuses of its own rows is found below it, what its guard refuses above", () => {
    const plan = planned(minutes("trend", "stream", "n: sum(cast(total as int))") + windows("t", "trend") + sink("s", "stream"));
    expect(owns(plan)).toEqual({ t: ["trend"], s: ["stream", "trend"] });
  });

  it("one of the outputs of a node, for all of them", () => {
    const plan = planned(split("by_size", "stream") + sink("b", "by_size.big") + sink("s", "by_size.small"));
    expect(owns(plan)).toEqual({ b: ["stream", "by_size"], s: [] });
    expect(query(plan, "b").from).toBe("by_size.big");
  });

  it("only the output that a guard stands on sees what it refuses", () => {
    const plan = planned(
      split("by_size", "stream") + minutes("trend", "by_size.big") + windows("t", "trend") + sink("s", "by_size.small"),
    );
    expect(owns(plan)).toEqual({ t: [], s: ["stream", "by_size"], "by_size.big.rejects": ["trend"] });
    expect(plan.streams.find(({ call }) => call === "guard")).toMatchObject({ stream: "by_size.big", from: "by_size.big" });
  });
});

const second = `  - { id: b, type: source.http, config: { url: demo://retail, columns: { id: string!, at: timestamp!, total: double!, kind: string, tags: [string] } } }
  - { id: web, type: kafka.topic, from: b, config: { topic: test.b, key: id } }
`;
const union = (id: string, from: string, config = "watermark: { on: at, delay: 1m }") =>
  `  - { id: ${id}, type: transform.union, from: [${from}], config: { ${config} } }\n`;
const once = (id: string, from: string) =>
  `  - { id: ${id}, type: transform.deduplicate, from: ${from}, config: { key: id, on: at, within: 1m } }\n`;

describe("several ways to one sink", () => {
  it("are topics in the order of the inputs, which a checkpoint depends on", () => {
    const there = planned(second + union("both", "web, stream") + sink("s", "both"));
    expect(query(there, "s")).toMatchObject({ topics: ["test.b", "test.a"], owns: ["stream", "web", "both"] });
    expect(query(there, "s").fingerprint).toEqual({ topics: ["test.b", "test.a"] });
    expect(there.streams.find(({ node }) => node === "both")).toMatchObject({ from: ["web", "stream"] });
    const back = planned(second + union("both", "stream, web") + sink("s", "both"));
    expect(query(back, "s").fingerprint).toEqual({ topics: ["test.a", "test.b"] });
  });

  it("scan a topic once each, and tell of what they share once", () => {
    const plan = planned(
      split("by_size", "stream") +
        filter("f", "by_size.big") +
        union("both", "f, by_size.small, web") +
        second +
        sink("s", "both"),
    );
    expect(query(plan, "s")).toMatchObject({ topics: ["test.a", "test.b"], scans: [2, 1] });
    expect(plan.streams.find(({ node }) => node === "both")?.arguments.told).toEqual([[], ["stream", "by_size"], []]);
  });

  it("count a stateful step once for each, from the sink upwards, and tell of it once", () => {
    const plan = planned(
      once("first", "stream") +
        filter("f", "first") +
        filter("g", "first", "total > 1") +
        union("both", "f, g", "") +
        minutes("trend", "both") +
        windows("t", "trend"),
    );
    expect(query(plan, "t").operators).toEqual(["trend", "first", null]);
    expect((query(plan, "t").fingerprint.state as { node: string }[]).map(({ node }) => node)).toEqual([
      "trend",
      "first",
      "first",
    ]);
    expect(owns(plan)).toEqual({ t: ["f", "g", "both"], "stream.rejects": ["stream", "first"] });
  });

  it("let a step between two stateful ones tell of its rejects by a query of its own", () => {
    const plan = planned(
      once("first", "stream") + filter("f", "first", "total / total > 0") + minutes("trend", "f") + windows("t", "trend"),
    );
    expect(owns(plan)).toEqual({ t: [], "f.rejects": ["f"], "stream.rejects": ["stream", "first"] });
    expect(query(plan, "f.rejects").operators).toEqual([null]);
  });
});

const joined = (from: string, below = "") =>
  `  - { id: both, type: transform.join, from: { ${from} }, config: { on: { kind: kind }, after: 1m, prefix: r_, left: { time: at, watermark: 1m }, right: { time: at, watermark: 2m } } }\n${below}`;

describe("a join", () => {
  it("reads its inputs by their names, and guards each by itself", () => {
    const plan = planned(second + joined("right: web, left: stream") + sink("s", "both", "[id, r_id]"));
    expect(plan.streams.find(({ call, node }) => call === "apply" && node === "both")).toMatchObject({
      from: ["stream", "web"],
      arguments: { left: { watermark: "1 minute" }, right: { watermark: "2 minutes" } },
    });
    expect(plan.streams.filter(({ call }) => call === "guard").map(({ stream }) => stream)).toEqual(["stream", "web"]);
    expect(owns(plan)).toEqual({ s: [], "stream.rejects": ["stream", "both"], "web.rejects": ["web", "both"] });
    expect(query(plan, "s")).toMatchObject({ operators: ["both"], topics: ["test.a", "test.b"] });
  });

  it("has what both guards refuse told by one query, where one sees both", () => {
    const branch = filter("f", "stream") + joined("left: stream, right: f") + sink("s", "both", "[id, r_id]");
    expect(owns(planned(branch + sink("before", "stream")))).toEqual({
      s: ["f"],
      before: ["stream"],
      "f.rejects": ["both"],
    });
  });

  it("starts anew when the steps below read other columns: its state holds the rows", () => {
    const fingerprint = (drop: string) => {
      const select = `  - { id: less, type: transform.select, from: both, config: { drop: [${drop}] } }\n`;
      return query(planned(filter("f", "stream") + joined("left: stream, right: f", select) + sink("s", "less", "r_id")), "s")
        .fingerprint;
    };
    expect(fingerprint("total")).toEqual(fingerprint("total"));
    expect(fingerprint("total")).not.toEqual(fingerprint("tags"));
  });
});

describe("a query", () => {
  it("tells of a stateful step if no other does", () => {
    const plan = planned(minutes("trend", "stream") + windows("one", "trend") + windows("two", "trend"));
    expect(query(plan, "one")).toMatchObject({ operators: ["trend"], windows: true });
    expect(query(plan, "two")).toMatchObject({ operators: [null], windows: true });
    expect(query(plan, "stream.rejects").operators).toBeUndefined();
  });

  it("a running total has nothing that is late, and no windows", () => {
    const totals =
      "  - { id: totals, type: transform.aggregate, from: stream, config: { by: [kind], compute: { n: count(*) } } }\n";
    const plan = planned(totals + sink("t", "totals", "kind"));
    expect(query(plan, "t")).toMatchObject({ operators: [null], sink: { arguments: { output_mode: "update" } } });
    expect(query(plan, "t").windows).toBeUndefined();
  });

  it("windows that are final may be aggregated again, and both are reported", () => {
    const final = (id: string, from: string, window: string, compute: string) =>
      `  - { id: ${id}, type: transform.aggregate, from: ${from}, config: { window: { ${window}, watermark: 1m }, emit: final, compute: { ${compute} } } }\n`;
    const plan = planned(
      final("minutes", "stream", "on: at, size: 1m", "n: count(*)") +
        final("hours", "minutes", "on: window_end, size: 1h", "n: sum(n)") +
        windows("t", "hours"),
    );
    expect(query(plan, "t")).toMatchObject({
      operators: ["hours", "minutes"],
      windows: true,
      sink: { arguments: { output_mode: "append" } },
      fingerprint: { outputMode: "append" },
    });
  });

  it("reads which outputs of a node, as the node is told", () => {
    const plan = planned(split("by_size", "stream") + sink("b", "by_size.big"));
    expect(plan.streams.find(({ node }) => node === "by_size")?.arguments).toMatchObject({ read: ["big"], otherwise: "small" });
  });
});
