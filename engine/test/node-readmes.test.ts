import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compile } from "../src/core.ts";

const root = new URL("../../", import.meta.url);
const rooms = readdirSync(new URL("engine/src/nodes/", root), { withFileTypes: true }).filter((entry) => entry.isDirectory());
const files = rooms.map(({ name }) => `engine/src/nodes/${name}/README.md`);

/** What stands around an example of one node: a source, a topic, and a sink that reads the example. */
const FRAME: Record<string, string> = {
  transactions: `- id: transactions
  type: source.http
  config:
    url: demo://retail
    columns: { transaction_id: string!, timestamp: timestamp!, store_location: { region: string }, items: [{ category: string, price: double, quantity: int }], summary: { total: double! } }
`,
  stream: "- { id: stream, type: kafka.topic, from: transactions, config: { topic: example.transactions } }\n",
};

function blocks(file: string): string[] {
  const text = readFileSync(new URL(file, root), "utf8");
  return [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, block]) => block ?? "");
}

/** A pipeline around one node; a source with columns of its own brings what reads it. */
function framed(node: string): string {
  const id = /^- id: (\w+)$/m.exec(node)?.[1] ?? "";
  const isWhole = node.includes("type: source.") && node.includes("type: sink.");
  const around = Object.entries(FRAME).filter(([name]) => name !== id && !isWhole);
  const last = id in FRAME ? "stream" : id;
  const key = node.includes("transform.aggregate") ? "[window_start, region]" : "transaction_id";
  const sink = `- { id: sink, type: sink.mongodb, from: ${last}, config: { collection: example, key: ${key} } }\n`;
  const nodes = [...around.map(([, text]) => text), node, ...(node.includes("type: sink.") ? [] : [sink])];
  return `version: 1\nname: example\nnodes:\n${nodes.join("").replace(/^/gm, "  ").trimEnd()}\n`;
}

function mistakes(node: string, file: string): string[] {
  return compile(framed(node), file).diagnostics.map(({ at, message }) => `${at.line}: ${message}`);
}

describe.each(files)("%s", (file) => {
  test("has an example that the engine takes without a word", () => {
    const found = blocks(file);
    expect(found.length).toBeGreaterThan(0);
    for (const block of found) expect(mistakes(block, file), block).toEqual([]);
  });
});

test("an example with a mistake would be found", () => {
  const [block = ""] = blocks("engine/src/nodes/transform.filter/README.md");
  expect(mistakes(block.replace("summary.total", "summary.totl"), "x")).toEqual([expect.stringContaining("`totl`")]);
});
