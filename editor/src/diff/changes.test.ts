import { describe, expect, it } from "vitest";
import { changesOf } from "./changes.ts";

const SPEC = `version: 1
name: shop
nodes:
  - { id: orders, type: source.http, config: { url: demo://retail, columns: { id: string!, total: double! } } }
  - { id: stream, type: kafka.topic, from: orders, config: { topic: shop.orders, partitions: 2 } }
  - { id: large, type: transform.filter, from: stream, config: { where: total > 100 } }
  - { id: shown, type: sink.console, from: large }
  - id: stored
    type: sink.mongodb
    from: large
    config: { collection: orders, key: id, indexes: [{ fields: { total: 1 } }, { fields: { id: 1 } }] }
`;
const NOTHING = { nodes: [], pipeline: [] };
const lines = SPEC.split("\n");

function changed(from: string, to: string) {
  expect(SPEC).toContain(from);
  const changes = changesOf(SPEC, SPEC.replace(from, to));
  if ("unreadable" in changes) throw new Error(changes.unreadable);
  return changes;
}

describe("no change of a node", () => {
  it.each([
    ["a comment", SPEC.replace("  - { id: large", "  # only what is worth it\n  - { id: large")],
    ["the order of nodes", [...lines.slice(0, 3), lines[6], lines[5], lines[4], lines[3], ...lines.slice(7)].join("\n")],
    ["the order of keys", SPEC.replace("topic: shop.orders, partitions: 2", "partitions: 2, topic: shop.orders")],
    ["quotes and blocks", SPEC.replace("config: { where: total > 100 } }", 'config: { where: "total > 100" } }')],
    ["one input as a list", SPEC.replace("from: stream", "from: [stream]")],
    ["an empty config", SPEC.replace("type: sink.console, from: large", "type: sink.console, from: large, config: {}")],
  ])("is %s", (_, now) => {
    expect(now).not.toBe(SPEC);
    expect(changesOf(SPEC, now)).toEqual(NOTHING);
  });

  it("are steps that became nodes", () => {
    const steps = `version: 1
name: shop
steps:
  - { type: source.http, config: { url: demo://retail, columns: { id: string! } } }
  - { type: kafka.topic, config: { topic: shop.orders } }
`;
    const nodes = `version: 1
name: shop
nodes:
  - { id: http, type: source.http, config: { url: demo://retail, columns: { id: string! } } }
  - { id: topic, type: kafka.topic, from: http, config: { topic: shop.orders } }
`;
    expect(changesOf(steps, nodes)).toEqual(NOTHING);
  });
});

describe("a change of a node", () => {
  it("names the setting, before and after", () => {
    expect(changed("partitions: 2", "partitions: 3").nodes).toEqual([
      {
        ...{ change: "changed", id: "stream", type: "kafka.topic", at: expect.any(Number) },
        settings: [{ path: "config.partitions", before: "2", after: "3" }],
      },
    ]);
  });

  it("names a setting that came or went", () => {
    expect(changed(", partitions: 2", "").nodes[0]?.settings).toEqual([
      { path: "config.partitions", before: "2", after: undefined },
    ]);
  });

  it("of a list names what came and what went", () => {
    expect(changed("indexes: [", "indexes: [{ fields: { at: 1 } }, ").nodes[0]?.settings).toEqual([
      { path: "config.indexes[0]", before: undefined, after: '{"fields":{"at":1}}' },
    ]);
    expect(changed("{ fields: { total: 1 } }, ", "").nodes[0]?.settings).toEqual([
      { path: "config.indexes[0]", before: '{"fields":{"total":1}}', after: undefined },
    ]);
    expect(changed("{ total: 1 }", "{ total: -1 }").nodes[0]?.settings).toEqual([
      { path: "config.indexes[0].fields.total", before: "1", after: "-1" },
    ]);
  });

  it("may be another id, which those that read it see as well", () => {
    const now = SPEC.replaceAll("large", "big");
    const changes = changesOf(SPEC, now);
    expect("nodes" in changes && changes.nodes.map(({ change, id, settings }) => [change, id, settings])).toEqual([
      ["changed", "big", [{ path: "id", before: "large", after: "big" }]],
      ["changed", "shown", [{ path: "from", before: "large", after: "big" }]],
      ["changed", "stored", [{ path: "from", before: "large", after: "big" }]],
    ]);
  });

  it("covers what looks like a secret, and shows a reference", () => {
    const config = (value: string) => `config: { topic: shop.orders, partitions: 2, x-password: "${value}" }`;
    const [head, now] = [config("hunter2hunter2"), config("${env:PASSWORD}")].map((one) =>
      SPEC.replace("config: { topic: shop.orders, partitions: 2 }", one),
    );
    const changes = changesOf(head ?? "", now ?? "");
    expect("nodes" in changes && changes.nodes[0]?.settings).toEqual([
      { path: "config.x-password", before: "••••••••••••••", after: "${env:PASSWORD}" },
    ]);
  });
});

it("tells nodes that came and went, with their places in the text where they stand", () => {
  const now = SPEC.replace(/ {2}- { id: shown.*\n/, "  - { id: watched, type: sink.console, from: stream }\n");
  const changes = changesOf(SPEC, now);
  expect("nodes" in changes && changes.nodes).toMatchObject([
    { change: "added", id: "watched", at: now.indexOf("- { id: watched") },
    { change: "removed", id: "shown", at: SPEC.indexOf("- { id: shown") },
  ]);
});

it("tells what is said of the pipeline itself", () => {
  expect(changed("name: shop", "name: shops\ndescription: all of them")).toEqual({
    nodes: [],
    pipeline: [
      { path: "name", before: "shop", after: "shops" },
      { path: "description", before: undefined, after: "all of them" },
    ],
  });
});

it("says which text cannot be read", () => {
  expect(changesOf(SPEC, `${SPEC}  broken: [`)).toEqual({ unreadable: "now" });
  expect(changesOf(`${SPEC}  broken: [`, SPEC)).toEqual({ unreadable: "before" });
});
