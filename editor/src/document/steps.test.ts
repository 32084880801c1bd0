import { compile } from "@pipeline-engine/engine/core";
import { describe, expect, it } from "vitest";
import { facts } from "../compile/facts.ts";
import {
  addNode,
  connect,
  disconnect,
  type Edit,
  insertOnEdge,
  learnNodeTypes,
  removeNodes,
  removeValue,
  renameNode,
  setValue,
  textAfter,
} from "./index.ts";

learnNodeTypes(facts().types);

const STEPS = `version: 1
name: shop
# one behind the other
steps:
  # rows out of nothing
  - type: source.generator # many
    config: { columns: { id: string!, total: double } }

  - type: kafka.topic
    config: { topic: shop.orders }

  # refunds go
  - id: sales
    type: transform.filter
    config:
      where: total > 0

  - { type: sink.console, config: {} } # to look at
`;

const NODES = STEPS.replace("steps:", "nodes:")
  .replace("- type: source.generator", "- id: generator\n    type: source.generator")
  .replace("- type: kafka.topic", "- id: topic\n    type: kafka.topic\n    from: generator")
  .replace("type: transform.filter", "type: transform.filter\n    from: topic")
  .replace("{ type: sink.console,", "{ id: console, type: sink.console, from: sales,");

function after(text: string, edit: Edit): string {
  if ("refused" in edit) throw new Error(edit.refused);
  return textAfter(text, edit);
}

/** The text with one line put in, or one taken out. */
const withLine = (before: string, line: string) => STEPS.replace(before, `${line}\n${before}`);

describe("in a list of steps", () => {
  it("a node is added behind the last one, where it reads that", () => {
    const text = after(STEPS, removeNodes(STEPS, ["console"]));
    const more = after(text, addNode(text, { type: "sink.mongodb", from: { node: "sales" }, config: { collection: "a" } }));
    expect(more).toBe(`${text}\n  - id: mongodb\n    type: sink.mongodb\n    config:\n      collection: a\n`);
    expect(compile(more, "").diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it("a node is put between two, and taken out, without any other line", () => {
    const more = after(STEPS, insertOnEdge(STEPS, { from: { node: "topic" }, to: "sales" }, { type: "transform.filter" }));
    expect(more).toBe(
      withLine("  # refunds go", "  - id: filter\n    type: transform.filter\n    config:\n      where: summary.total > 0\n"),
    );
    expect(after(more, removeNodes(more, ["filter"]))).toBe(STEPS);
  });

  it("a value is set and taken out", () => {
    const named = after(STEPS, setValue(STEPS, "topic", ["description"], "rests"));
    expect(named).toBe(withLine("    config: { topic: shop.orders }", "    description: rests"));
    expect(after(named, removeValue(named, "topic", ["description"]))).toBe(STEPS);
  });

  it("a node gets an id where it had none", () => {
    const named = after(STEPS, renameNode(STEPS, "topic", "raw"));
    expect(named).toBe(STEPS.replace("- type: kafka.topic", "- id: raw\n    type: kafka.topic"));
  });
});

describe("steps become nodes, comments and all", () => {
  const branch = "\n  - id: mongodb\n    type: sink.mongodb\n    from: topic\n    config:\n      collection: a\n";

  it("where the flow branches", () => {
    const edit = addNode(STEPS, { type: "sink.mongodb", from: { node: "topic" }, config: { collection: "a" } });
    expect(after(STEPS, edit)).toBe(NODES + branch);
    expect(compile(NODES + branch, "").diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it("where an edge is drawn or taken away", () => {
    expect(after(STEPS, connect(STEPS, { from: { node: "topic" }, to: "console" }))).toBe(
      NODES.replace("from: sales", "from: topic"),
    );
    expect(after(STEPS, disconnect(STEPS, { from: { node: "sales" }, to: "console" }))).toBe(NODES.replace(" from: sales,", ""));
  });

  it("where a node that has only side outputs comes between", () => {
    const edit = insertOnEdge(
      STEPS,
      { from: { node: "topic" }, to: "sales" },
      { type: "transform.split", config: { outputs: { large: "total > 9" }, otherwise: "small" } },
    );
    expect(after(STEPS, edit)).toContain("  - id: sales\n    type: transform.filter\n    from: split.large\n");
  });
});
