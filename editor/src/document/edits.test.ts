import { compile } from "@pipeline-engine/engine/core";
import { describe, expect, it } from "vitest";
import { facts } from "../compile/facts.ts";
import {
  addEntry,
  addNode,
  connect,
  disconnect,
  type Edit,
  insertOnEdge,
  learnNodeTypes,
  removeNodes,
  removeValue,
  renameInTests,
  renameKey,
  renameNode,
  setValue,
  textAfter,
} from "./index.ts";

learnNodeTypes(facts().types);

const SHOP = `# what it is for
version: 1
name: shop

nodes:
  # the shop's own
  - id: orders   # from the till
    type: source.http
    config:
      url: 'demo://retail' # quoted
      columns: { id: string!, total: double, at: timestamp }

  - id: raw
    type: kafka.topic
    from: orders
    config: { topic: shop.orders }

  # drops refunds
  - id: sales
    type: transform.filter
    from: raw
    config:
      # more than nothing
      where: "total > 0"   # in euro

  - id: parts
    type: transform.split
    from: sales
    config:
      outputs: { large: total > 100 }
      otherwise: small

  - id: store
    type: sink.mongodb
    from: parts.large
    config: { collection: sales, key: id }
# the end
`;

/** The text after an edit that is not refused, as the lines that changed: `-` before, `+` after. */
function changed(before: string, edit: Edit): string[] {
  if ("refused" in edit) throw new Error(edit.refused);
  const after = textAfter(before, edit).split("\n");
  const lines = before.split("\n");
  let head = 0;
  while (head < Math.min(lines.length, after.length) && lines[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(lines.length, after.length) - head && lines.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return [
    ...lines.slice(head, lines.length - tail).map((line) => `-${line}`),
    ...after.slice(head, after.length - tail).map((line) => `+${line}`),
  ];
}

const refusal = (edit: Edit) => ("refused" in edit ? edit.refused : "not refused");

describe("a node is added", () => {
  it("behind the others, with the settings that it must have, and selected", () => {
    const edit = addNode(SHOP, { type: "transform.filter", from: { node: "raw" } });
    expect(edit).toMatchObject({ select: "filter" });
    expect(changed(SHOP, edit)).toEqual([
      "+",
      "+  - id: filter",
      "+    type: transform.filter",
      "+    from: raw",
      "+    config:",
      "+      where: summary.total > 0",
    ]);
  });

  it.each(["version: 1\nname: a\n", "version: 1\nname: a\nnodes:\n", "version: 1\nname: a\nnodes: []"])(
    "to nothing: %j",
    (text) => {
      const after = textAfter(
        text,
        addNode(text, { type: "source.http", config: { url: "demo://retail", columns: { id: "string!" } } }),
      );
      expect(after.trimEnd().split("\n").slice(2)).toEqual([
        "nodes:",
        "  - id: http",
        "    type: source.http",
        "    config:",
        "      url: demo://retail",
        "      columns:",
        "        id: string!",
      ]);
    },
  );

  it("of every type, valid as it stands but for what it reads", async () => {
    const { configExamples } = await import("@pipeline-engine/engine/core");
    for (const type of Object.keys(configExamples)) {
      const after = textAfter(SHOP, addNode(SHOP, { type, id: "added" }));
      const codes = compile(after, "").diagnostics.map(({ code }) => code);
      expect(
        codes.filter((code) => code.startsWith("schema/") || code.startsWith("yaml/")),
        type,
      ).toEqual([]);
    }
  });

  it("with an id of its own", () => {
    expect(addNode(SHOP, { type: "kafka.topic", config: {} })).toMatchObject({ select: "topic" });
    const twice = textAfter(SHOP, addNode(SHOP, { type: "kafka.topic", config: {} }));
    expect(addNode(twice, { type: "kafka.topic", config: {} })).toMatchObject({ select: "topic_2" });
    expect(refusal(addNode(SHOP, { type: "kafka.topic", id: "raw" }))).toMatch(/already/);
    expect(refusal(addNode(SHOP, { type: "kafka.topics" }))).toMatch(/no type/);
    expect(refusal(addNode(SHOP, { type: "sink.mongodb", from: { node: "orders" } }))).toMatch(/Put a `kafka.topic` between/);
  });
});

describe("an edge", () => {
  it("takes the place of the one input", () => {
    const edit = connect(SHOP, { from: { node: "parts", output: "small" }, to: "store" });
    expect(changed(SHOP, edit)).toEqual(["-    from: parts.large", "+    from: parts.small"]);
  });

  it("is written behind the type where there is none yet", () => {
    const text = textAfter(SHOP, addNode(SHOP, { type: "transform.filter" }));
    expect(changed(text, connect(text, { from: { node: "raw" }, to: "filter" }))).toEqual(["+    from: raw"]);
  });

  it("is one of several", () => {
    let text = textAfter(SHOP, addNode(SHOP, { type: "transform.union", from: { node: "raw" }, config: {} }));
    text = textAfter(text, connect(text, { from: { node: "sales" }, to: "union" }));
    expect(text).toContain("from: [raw, sales]\n");
    text = textAfter(text, connect(text, { from: { node: "parts", output: "small" }, to: "union" }));
    expect(text).toContain("from: [raw, sales, parts.small]\n");
    const fewer = textAfter(text, disconnect(text, { from: { node: "raw" }, to: "union" }));
    expect(fewer).toContain("from: [sales, parts.small]\n");
    const named = text.replace("[raw, sales, parts.small]", "\n      left: raw # the first\n      right: sales");
    expect(changed(named, connect(named, { from: { node: "parts", output: "small" }, to: "union", input: "third" }))).toEqual([
      "+      third: parts.small",
    ]);
    expect(changed(named, connect(named, { from: { node: "parts", output: "small" }, to: "union", input: "right" }))).toEqual([
      "-      right: sales",
      "+      right: parts.small",
    ]);
    expect(changed(named, disconnect(named, { from: { node: "sales" }, to: "union" }))).toEqual(["-      right: sales"]);
  });

  it("gets the first name that is free, where inputs have names", () => {
    let text = textAfter(SHOP, addNode(SHOP, { type: "transform.join", from: { node: "raw" }, config: {} }));
    expect(text).toContain("  - id: join\n    type: transform.join\n    from:\n      left: raw\n");
    expect(changed(text, connect(text, { from: { node: "sales" }, to: "join" }))).toEqual(["+      right: sales"]);
    text = text.replace("from:\n      left: raw", "from: raw"); // as somebody may write it
    expect(changed(text, connect(text, { from: { node: "sales" }, to: "join" }))).toEqual([
      "-    from: raw",
      "+    from:",
      "+      left: raw",
      "+      right: sales",
    ]);
    const right = text.replace("transform.join\n    from: raw", "transform.join\n    from: { right: raw }");
    expect(textAfter(right, connect(right, { from: { node: "sales" }, to: "join" }))).toContain("{ right: raw, left: sales }");
    text = textAfter(SHOP, addNode(SHOP, { type: "transform.join", config: {} }));
    expect(textAfter(text, connect(text, { from: { node: "raw" }, to: "join" }))).toContain("from:\n      left: raw\n");
    const steps = "version: 1\nname: a\nsteps:\n  - { type: source.generator, config: {} }\n";
    expect(textAfter(steps, addNode(steps, { type: "kafka.topic", from: { node: "generator" } }))).toContain("steps:");
  });

  it("that cannot be is refused with the reason", () => {
    expect(refusal(connect(SHOP, { from: { node: "orders" }, to: "sales" }))).toMatch(/Put a `kafka.topic` between/);
    expect(refusal(connect(SHOP, { from: { node: "raw" }, to: "orders" }))).toMatch(/is a source/);
    expect(refusal(connect(SHOP, { from: { node: "store" }, to: "sales" }))).toMatch(/is a sink/);
    expect(refusal(connect(SHOP, { from: { node: "raw" }, to: "sales" }))).toMatch(/already/);
    expect(refusal(connect(SHOP, { from: { node: "parts" }, to: "sales" }))).toBe(
      "Data flows one way: sales → parts → sales would be a circle.",
    );
    expect(refusal(connect(SHOP, { from: { node: "none" }, to: "sales" }))).toMatch(/no node `none`/);
  });

  it("goes with its line", () => {
    expect(changed(SHOP, disconnect(SHOP, { from: { node: "raw" }, to: "sales" }))).toEqual(["-    from: raw"]);
    expect(refusal(disconnect(SHOP, { from: { node: "orders" }, to: "sales" }))).toMatch(/does not read/);
  });

  it("takes a node between", () => {
    const edit = insertOnEdge(
      SHOP,
      { from: { node: "raw" }, to: "sales" },
      { type: "transform.deduplicate", config: { key: "id" } },
    );
    const after = textAfter(SHOP, edit);
    expect(after).toContain(
      "  - id: deduplicate\n    type: transform.deduplicate\n    from: raw\n    config:\n      key: id\n\n  # drops refunds\n",
    );
    expect(after).toContain("  - id: sales\n    type: transform.filter\n    from: deduplicate\n");
  });
});

describe("a node is removed", () => {
  it("with its comment, and the edge heals", () => {
    const edit = removeNodes(SHOP, ["sales"]);
    const after = textAfter(SHOP, edit);
    expect(after).toContain("    config: { topic: shop.orders }\n\n  - id: parts\n    type: transform.split\n    from: raw\n");
    expect(after).not.toContain("refunds");
    expect(after.split("\n").length).toBe(SHOP.split("\n").length - 8);
  });

  it("with its neighbours, side outputs and all", () => {
    expect(textAfter(SHOP, removeNodes(SHOP, ["sales", "parts"]))).toContain("    type: sink.mongodb\n    from: raw\n");
    // A filter cannot read a source.
    expect(textAfter(SHOP, removeNodes(SHOP, ["raw"]))).toContain("    type: transform.filter\n    config:\n");
  });

  it("as the last one, and as the only one", () => {
    expect(textAfter(SHOP, removeNodes(SHOP, ["store"]))).toBe(SHOP.replace(/\n {2}- id: store[\s\S]*?(?=# the end)/, ""));
    const none = textAfter(SHOP, removeNodes(SHOP, ["orders", "raw", "sales", "parts", "store"]));
    expect(none).toBe("# what it is for\nversion: 1\nname: shop\n\nnodes: []\n# the end\n");
  });
});

describe("a value", () => {
  const set = (path: (string | number)[], value: unknown, id = "sales") => changed(SHOP, setValue(SHOP, id, path, value));

  it("keeps its quotes and its comment", () => {
    expect(set(["config", "where"], "total > 5")).toEqual([
      '-      where: "total > 0"   # in euro',
      '+      where: "total > 5"   # in euro',
    ]);
    expect(setValue(SHOP, "sales", ["config", "where"], "total > 5")).toMatchObject({
      changes: [{ from: SHOP.indexOf('0"   # in'), insert: "5" }],
    });
    expect(set(["config", "url"], "it's", "orders")).toEqual([
      "-      url: 'demo://retail' # quoted",
      "+      url: 'it''s' # quoted",
    ]);
  });

  it("is quoted where it would be misread", () => {
    expect(set(["config", "outputs", "large"], "round(total, 2) > 1", "parts").at(-1)).toBe(
      "+      outputs: { large: 'round(total, 2) > 1' }",
    );
    expect(set(["config", "columns", "total"], "null", "orders").at(-1)).toContain("total: 'null', at");
    expect(set(["description"], "on")).toEqual(["+    description: 'on'"]);
    expect(set(["description"], "a # b: c")).toEqual(["+    description: 'a # b: c'"]);
    expect(set(["description"], "")).toEqual(["+    description: ''"]);
  });

  it("of several lines is a block", () => {
    expect(set(["description"], "one\ntwo\n")).toEqual(["+    description: |", "+      one", "+      two"]);
    const text = textAfter(SHOP, setValue(SHOP, "sales", ["description"], "one\ntwo\n"));
    expect(changed(text, setValue(text, "sales", ["description"], "one\n2\n"))).toEqual(["-      two", "+      2"]);
    expect(textAfter(text, setValue(text, "sales", ["description"], "one"))).toContain("    description: one\n    config:");
  });

  it("makes what must be around it", () => {
    expect(set(["config", "indexes", 0, "unique"], true, "store").at(-1)).toBe(
      "+    config: { collection: sales, key: id, indexes: [{ unique: true }] }",
    );
    expect(set(["config", "x-note", "a"], 1)).toEqual(["+      x-note:", "+        a: 1"]);
    expect(refusal(setValue(SHOP, "sales", ["config", "where", "a"], 1))).toMatch(/no place/);
  });

  it("that is a map changes by what differs", () => {
    expect(set(["config"], { outputs: { large: "total > 100", huge: "total > 1000" }, otherwise: "rest" }, "parts")).toEqual([
      "-      outputs: { large: total > 100 }",
      "-      otherwise: small",
      "+      outputs: { large: total > 100, huge: total > 1000 }",
      "+      otherwise: rest",
    ]);
  });

  it("goes with its own comments, and what is empty stays one", () => {
    expect(changed(SHOP, removeValue(SHOP, "sales", ["config", "where"]))).toEqual([
      "-    config:",
      "-      # more than nothing",
      '-      where: "total > 0"   # in euro',
      "+    config: {}",
    ]);
    const empty = textAfter(SHOP, removeValue(SHOP, "sales", ["config", "where"]));
    expect(changed(empty, setValue(empty, "sales", ["config", "where"], "total > 1"))).toEqual([
      "-    config: {}",
      "+    config:",
      "+      where: total > 1",
    ]);
    expect(changed(SHOP, removeValue(SHOP, "orders", ["config", "columns", "total"])).at(-1)).toBe(
      "+      columns: { id: string!, at: timestamp }",
    );
  });

  it("is a new entry, and none that is there is written over", () => {
    expect(changed(SHOP, addEntry(SHOP, "parts", ["config", "outputs", "small"], "total <= 100"))).toEqual([
      "-      outputs: { large: total > 100 }",
      "+      outputs: { large: total > 100, small: total <= 100 }",
    ]);
    expect(changed(SHOP, addEntry(SHOP, "raw", ["config", "x-free", "a"], 1))).toHaveLength(2);
    expect(refusal(addEntry(SHOP, "parts", ["config", "outputs", "large"], "true"))).toBe(
      "`large` stands there already. Choose another name.",
    );
  });

  it("has its key renamed in place", () => {
    expect(changed(SHOP, renameKey(SHOP, "orders", ["config", "columns", "total"], "a, b")).at(-1)).toBe(
      "+      columns: { id: string!, 'a, b': double, at: timestamp }",
    );
    expect(refusal(renameKey(SHOP, "orders", ["config", "columns", "total"], "at"))).toMatch(/already/);
  });

  it("of the pipeline itself", () => {
    expect(changed(SHOP, setValue(SHOP, null, ["name"], "store"))).toEqual(["-name: shop", "+name: store"]);
  });

  it("stays as it is in a text with a mistake", () => {
    expect(refusal(setValue(`${SHOP}\n  : [`, "sales", ["description"], "a"))).toMatch(/^Line \d+ cannot be read: .*Mend it/);
  });
});

describe("a node is renamed", () => {
  it("wherever it is read", () => {
    expect(changed(SHOP, renameNode(SHOP, "parts", "sizes"))).toContain("+    from: sizes.large");
    expect(textAfter(SHOP, renameNode(SHOP, "orders", "till"))).toContain("  - id: till   # from the till\n");
    expect(refusal(renameNode(SHOP, "parts", "store"))).toMatch(/already/);
    expect(refusal(renameNode(SHOP, "parts", "Store"))).toMatch(/is no id/);
  });

  it("in its tests", () => {
    const tests = `version: 1
tests:
  - name: parts stays
    given: { orders: [{ id: a }] } # parts
    expect:
      parts.large: [{ id: a }]
  - name: in batches
    batches:
      - given: { orders: [] }
        expect: { "parts.small": [], parts: { filtered: 1 } }
`;
    expect(textAfter(tests, renameInTests(tests, "parts", "sizes"))).toBe(
      tests.replace("parts.large:", "sizes.large:").replace('"parts.small"', '"sizes.small"').replace("parts: {", "sizes: {"),
    );
    expect(renameInTests(tests, "store", "shelf")).toEqual({ changes: [] });
  });
});
