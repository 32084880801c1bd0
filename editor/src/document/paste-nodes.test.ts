import { describe, expect, it } from "vitest";
import { facts } from "../compile/facts.ts";
import { copyNodes, duplicateNodes, learnNodeTypes, pasteNodes, textAfter } from "./index.ts";
import { readSpecText } from "./spec-text.ts";

learnNodeTypes(facts().types);

const SHOP = `version: 1
name: shop
nodes:
  - id: orders   # from the till
    type: source.http
    config: { url: demo://retail, columns: { id: string! } }

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
    # said of sales

  - id: store
    type: sink.mongodb
    from: sales
    config: { collection: sales }
# the end
`;

const SALES = `# drops refunds
- id: sales
  type: transform.filter
  from: raw
  config:
    # more than nothing
    where: "total > 0"   # in euro
  # said of sales
`;

const STEPS = `version: 1
name: shop
steps:
- type: source.generator
  config: {}
- type: kafka.topic   # rests here
  config: { topic: shop }
- { type: sink.console, config: {} }
`;

const refusal = (edit: ReturnType<typeof pasteNodes>) => ("refused" in edit ? edit.refused : "not refused");

describe("nodes are copied", () => {
  it("as they stand, comments too, in the order of the text", () => {
    expect(copyNodes(SHOP, ["sales"])).toBe(SALES);
    expect(copyNodes(SHOP, ["sales", "orders"])).toBe(
      `- id: orders   # from the till\n  type: source.http\n  config: { url: demo://retail, columns: { id: string! } }\n\n${SALES}`,
    );
    expect(copyNodes(SHOP, ["none"])).toBe("");
    expect(copyNodes("a: [", ["sales"])).toBe("");
  });

  it("out of steps with what they read", () => {
    expect(copyNodes(STEPS, ["topic", "console"])).toBe(
      "- id: topic\n  type: kafka.topic   # rests here\n  from: generator\n  config: { topic: shop }\n\n" +
        "- { id: console, type: sink.console, from: topic, config: {} }\n",
    );
  });

  it("out of a list on one line", () => {
    const text =
      "version: 1\nname: a\nnodes: [{ id: a, type: kafka.topic }, { id: b,\n   type: sink.console, # shown\n  from: a }]\n";
    expect(copyNodes(text, ["b"])).toBe("- { id: b,\n  type: sink.console, # shown\n  from: a }\n");
  });
});

describe("nodes are pasted", () => {
  it("behind the others, under free ids, and what reads them among the pasted follows", () => {
    const edit = pasteNodes(SHOP, copyNodes(SHOP, ["sales", "store"]));
    expect(edit).toMatchObject({ select: "sales_2", pasted: { sales: "sales_2", store: "store_2" } });
    const sales = SALES.replace("id: sales", "id: sales_2").replaceAll(/^/gm, "  ").trimEnd();
    const store = "  - id: store_2\n    type: sink.mongodb\n    from: sales_2\n    config: { collection: sales }";
    expect(textAfter(SHOP, edit)).toBe(SHOP.replace("# the end\n", `\n${sales}\n\n${store}\n# the end\n`));
  });

  it("into another pipeline under the ids they had", () => {
    for (const text of ["version: 1\nname: a\n", "version: 1\nname: a\nnodes: []\n", "version: 1\nname: a\nnodes:\n"]) {
      const after = textAfter(text, pasteNodes(text, SALES));
      expect(after).toBe(`version: 1\nname: a\nnodes:\n${SALES.trimEnd().replaceAll(/^/gm, "  ")}\n`);
    }
  });

  it("into steps, which become nodes", () => {
    const after = textAfter(STEPS, duplicateNodes(STEPS, ["topic", "console"]));
    expect(after).toContain("- id: topic\n  type: kafka.topic   # rests here\n  from: generator\n  config: { topic: shop }\n");
    expect(after).toContain("- id: topic_2\n  type: kafka.topic   # rests here\n  from: generator\n");
    expect(after).toContain("- { id: console_2, type: sink.console, from: topic_2, config: {} }\n");
  });

  it("as text that somebody else wrote: one node, a whole pipeline, CR LF, no ids", () => {
    const text = "version: 1\nname: a\nnodes: []\n";
    const pasted = (yaml: string) => readSpecText(textAfter(text, pasteNodes(text, yaml)));
    const node = { id: "topic", type: "kafka.topic", from: "a" };
    expect(pasted("    type: kafka.topic\r\n    from: a\r\n")).toMatchObject({ value: { nodes: [node] } });
    expect(pasted("- type: kafka.topic\n- type: kafka.topic\n")).toMatchObject({
      value: { nodes: [{ id: "topic" }, { id: "topic_2" }] },
    });
    expect(pasted(STEPS)).toMatchObject({
      value: { nodes: [{ id: "generator" }, { id: "topic" }, { id: "console", from: "topic" }] },
    });
  });

  it("or refused with a sentence", () => {
    expect(refusal(pasteNodes(SHOP, "- just\n- words\n"))).toMatch(/holds no nodes/);
    expect(refusal(pasteNodes(SHOP, "hello"))).toMatch(/holds no nodes/);
    expect(refusal(pasteNodes(SHOP, ""))).toMatch(/holds no nodes/);
    expect(refusal(pasteNodes(SHOP, "- { a: ["))).toMatch(/^What was copied cannot be read\. Line 1/);
    expect(refusal(pasteNodes(SHOP, "- { id: a, type: x }\n- { id: a, type: y }\n"))).toMatch(/Two nodes are called `a`/);
    expect(refusal(duplicateNodes(SHOP, ["none"]))).toBe("There is no node `none`.");
    expect(refusal(duplicateNodes(SHOP, []))).toMatch(/nothing/);
    expect(refusal(duplicateNodes("a: [", ["a"]))).toMatch(/cannot be read/);
  });
});
