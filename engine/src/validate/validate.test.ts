import { describe, expect, test } from "vitest";
import { readDocument } from "../document.ts";
import type { Spec } from "../spec.ts";
import { validate } from "./index.ts";
import { validateTargets } from "./targets.ts";

const check = (text: string) => validate(readDocument(text, "f.yaml"));

function specOf(text: string): Spec {
  const { value, findings } = check(text);
  expect(findings).toEqual([]);
  if (value === undefined) throw new Error("no spec");
  return value;
}

describe("a spec", () => {
  test("written as steps is the same as with nodes that read each the one before", () => {
    const head = "version: 1\nname: small\n";
    const steps = specOf(`${head}steps:
  - { type: source.http, config: { url: demo://retail, columns: { id: string } } }
  - { id: all, type: kafka.topic, description: What came., config: { topic: t } }
  - { type: transform.filter, config: { where: id > 'a' } }
  - { type: sink.mongodb, config: { collection: c, key: id } }
`);
    const nodes = specOf(`${head}nodes:
  - { id: http, type: source.http, config: { url: demo://retail, columns: { id: string } } }
  - { id: all, type: kafka.topic, from: http, description: What came., config: { topic: t } }
  - { id: filter, type: transform.filter, from: all, config: { where: id > 'a' } }
  - { id: mongodb, type: sink.mongodb, from: filter, config: { collection: c, key: id } }
`);
    const moved = JSON.stringify(nodes).replaceAll('"/nodes/', '"/steps/');
    expect(JSON.parse(JSON.stringify(steps))).toEqual(JSON.parse(moved));
  });

  test("needs no config where its type requires no setting", () => {
    const nodes = (sink: string) => `version: 1
name: small
nodes:
  - { id: a, type: source.http, config: { url: demo://retail, columns: { id: string } } }
  - { id: b, type: kafka.topic, from: a, config: { topic: t } }
  - { id: c, type: ${sink}, from: b }
`;
    expect(specOf(nodes("sink.console")).nodes[2]?.config).toEqual({ rows: 20, every: null });
    const { findings } = check(nodes("sink.kafka"));
    expect(findings).toEqual([
      expect.objectContaining({
        code: "schema/missing-key",
        pointer: "/nodes/2",
        hint: expect.stringContaining("config: { topic:"),
      }),
    ]);
  });

  test("has its defaults, its inputs and none of the user's own keys", () => {
    const spec = specOf(`
version: 1
name: small
x-owner: us
nodes:
  - { id: a, type: source.http, x-pos: 1, config: { url: demo://retail, x-note: n, columns: { x-id: string }, headers: { x-trace: t } } }
  - { id: b, type: kafka.topic, from: [a], config: { topic: t } }
  - { id: c, type: transform.select, from: { left: b, right: b.rejected }, config: { keep: [x-id], compute: { x-y: '1' } } }
`);
    const [a, b, c] = spec.nodes;
    expect(a?.config).toEqual({
      url: "demo://retail",
      format: "ndjson",
      columns: { "x-id": "string" },
      headers: { "x-trace": "t" },
      auth: null,
      every: null,
      csv: null,
      records: null,
      pages: null,
      maxLine: "1MiB",
      idleTimeout: "60s",
      metadata: {},
      resume: null,
    });
    expect(a && Object.keys(a)).toEqual(["id", "type", "from", "config", "onError", "pointer"]);
    expect(b?.from).toEqual([{ node: "a", pointer: "/nodes/1/from/0" }]);
    expect(c?.from).toEqual([
      { name: "left", node: "b", pointer: "/nodes/2/from/left" },
      { name: "right", node: "b", output: "rejected", pointer: "/nodes/2/from/right" },
    ]);
    expect(c?.config).toEqual({ keep: ["x-id"], drop: null, rename: {}, compute: { "x-y": "1" } });
  });

  test("has maps in which no inherited name is found", () => {
    const spec = specOf("version: 1\nname: s\nnodes: [{ id: a, type: transform.select, config: { drop: [b] } }]");
    const [node] = spec.nodes;
    if (node?.type !== "transform.select") throw new Error("narrowing failed");
    expect("toString" in node.config.rename).toBe(false);
  });

  test("leaves the document as it is", () => {
    const document = readDocument("version: 1\nname: s\nnodes: [{ id: a, type: kafka.topic, config: { topic: t } }]", "f.yaml");
    const before = JSON.stringify(document.value);
    validate(document);
    expect(JSON.stringify(document.value)).toBe(before);
  });

  test("with mistakes has no value, but what could be read or mended can still be looked at", () => {
    const { value, partial } = check(`
version: 1
name: s
nodes:
  - { id: a, type: kafka.topic, config: { topic: t } }
  - { id: b, type: kafka.topic, config: { topic: t, partitions: two, retention: 1d } }
  - { id: c, type: kafka.topics, config: { topic: t } }
`);
    expect(value).toBeUndefined();
    expect(partial?.spec.nodes.map((node) => node.id)).toEqual(["a", "b"]);
    expect(partial?.spec.nodes[1]).toMatchObject({
      config: { topic: "t", partitions: 2, retention: "1d" },
      mended: { places: [{ path: ["partitions"], dropped: false }], otherConfigs: [{ partitions: 12 }] },
    });
    expect(partial?.broken).toEqual([{ id: "c", pointer: "/nodes/2" }]);
  });

  test.each([
    "[]",
    "1",
    "text",
    "version: 1",
    "nodes: 1",
    "nodes: [1, null, []]",
    "nodes: [{ type: toString, id: a, config: {} }]",
    "nodes: { a: 1 }",
  ])("%s has findings, and nothing throws", (text) => {
    expect(check(text).findings.length).toBeGreaterThan(0);
  });

  test("of four times as many nodes costs some four times as much, not sixteen times", () => {
    const node = (i: number) => `  - id: n${i}
    type: ${i % 2 === 0 ? "sink.mongodb" : "source.http"}
    config: ${i % 2 === 0 ? "{ collection: c, key: [a, b], indexes: [{ fields: { a: 1 } }] }" : "{ url: demo://retail, columns: { id: string!, at: timestamp!, address: { city: string } } }"}
`;
    // The CPU time of the best of a few: other work on the machine must not fail this.
    const cost = (nodes: number) => {
      const text = `version: 1\nname: big\nnodes:\n${Array.from({ length: nodes }, (_, i) => node(i)).join("")}`;
      const document = readDocument(text, "f.yaml");
      const costs = [1, 2, 3, 4, 5].map(() => {
        const begun = process.cpuUsage();
        expect(validate(document).findings).toEqual([]);
        return process.cpuUsage(begun).user;
      });
      return Math.min(...costs);
    };
    cost(250);
    expect(cost(2000) / cost(500)).toBeLessThan(10);
  });
});

describe("hints", () => {
  const config = (type: string, settings: string) =>
    check(`version: 1\nname: s\nnodes: [{ id: a, type: ${type}, config: ${settings} }]`).findings;

  test.each([
    ["{ topic: t, retention: 7 days }", "did you mean `7d`?"],
    ["{ topic: t, retention: 1 year }", "did you mean `365d`?"],
    ["{ topic: t, retention: 60 }", "add a unit, for example `60s`"],
    ["{ topic: 12 }", "quote it: '12'"],
    ["{ topic: t, partitons: 3 }", "did you mean `partitions`?"],
    ["{ topic: t, partitions: 1.5 }", undefined],
  ])("%s", (settings, hint) => {
    expect(config("kafka.topic", settings).map((finding) => finding.hint)).toEqual([hint]);
  });

  test("a type without its drawer is recognised", () => {
    expect(config("filter", "{}").map((finding) => finding.hint)).toEqual(["did you mean `transform.filter`?"]);
  });
});

describe("targets", () => {
  const targets = (text: string) => validateTargets(readDocument(text, "targets.yaml"));

  test("have their defaults", () => {
    const { value, findings } = targets(`
version: 1
targets:
  local: { kind: local }
  compose:
    kind: services
    kafka: { bootstrap: "localhost:9092" }
    mongodb: { uri: "\${env:MONGODB_URI:-mongodb://localhost:27017}", database: retail }
`);
    expect(findings).toEqual([]);
    expect(value).toEqual({
      version: 1,
      default: "local",
      targets: {
        local: { kind: "local", code: true },
        compose: {
          kind: "services",
          code: false,
          kafka: { bootstrap: "localhost:9092", security: null },
          mongodb: { uri: "${env:MONGODB_URI:-mongodb://localhost:27017}", database: "retail" },
          start: null,
          spark: { master: "local[*,4]", submit: null, checkpoints: null },
        },
      },
    });
  });

  test("have no secrets in plain text, and every mistake is found", () => {
    const { value, findings } = targets(`
version: 1
default: prod
targets:
  a: { kind: clusters }
  b:
    kind: services
    kafka: { bootstrap: h, security: { protocol: SASL_SSL, mechanism: PLAIN, username: u, password: hunter2 } }
    mongodb: { uri: "mongodb://u:hunter2@h", database: "a b" }
    spark: { mastr: x }
`);
    expect(value).toBeUndefined();
    expect(findings.map(({ code, pointer }) => `${code} ${pointer}`).sort()).toEqual([
      "schema/unknown-key /targets/b/spark/mastr",
      "schema/wrong-value /targets/b/mongodb/database",
      "secret/literal /targets/b/kafka/security/password",
      "secret/literal /targets/b/mongodb/uri",
      "target/unknown /default",
      "target/unknown-kind /targets/a/kind",
    ]);
    expect(JSON.stringify(findings)).not.toContain("hunter2");
  });
});
