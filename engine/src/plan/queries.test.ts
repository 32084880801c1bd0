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

describe("a query", () => {
  it("tells of a stateful step if no other does", () => {
    const plan = planned(minutes("trend", "stream") + windows("one", "trend") + windows("two", "trend"));
    expect(query(plan, "one")).toMatchObject({ operators: ["trend"], windows: true });
    expect(query(plan, "two")).toMatchObject({ operators: [null], windows: true });
    expect(query(plan, "stream.rejects").operators).toBeUndefined();
  });

  it("reads which outputs of a node, as the node is told", () => {
    const plan = planned(split("by_size", "stream") + sink("b", "by_size.big"));
    expect(plan.streams.find(({ node }) => node === "by_size")?.arguments).toMatchObject({ read: ["big"], otherwise: "small" });
  });
});
