import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { renderArtefacts } from "../src/artefacts/index.ts";
import { compile } from "../src/core.ts";
import { loadTemplates } from "../src/runtime/templates.ts";

const folder = fileURLToPath(new URL("../../pipelines/", import.meta.url));
const specs = readdirSync(folder).filter((name) => name.endsWith(".yaml") && !name.endsWith(".test.yaml"));
/** What no pipeline shows: a topic of others, and what Kafka knows of a record. */
const EXISTING = `version: 1
name: existing
nodes:
  - id: orders
    type: source.kafka
    config:
      topic: shop.orders
      columns: { id: string!, total: double }
      start: 2026-01-05T12:00:00Z
      metadata: { arrived: timestamp, record_key: key, trace: header.trace }
  - id: per_hour
    type: transform.aggregate
    from: orders
    config: { window: { on: arrived, size: 1h, watermark: 5m }, by: [trace], compute: { orders: count(*) } }
  - { id: stored, type: sink.mongodb, from: orders, config: { collection: orders, key: id } }
  - { id: trend, type: sink.mongodb, from: per_hour, config: { collection: orders_by_hour, key: [window_start, trace] } }
`;
const texts = [
  ...specs.map((name) => [name, readFileSync(folder + name, "utf8")] as const),
  ["existing.yaml", EXISTING] as const,
];

describe.each(texts)("%s", (name, text) => {
  const { plan, typed, document, diagnostics } = compile(text, name);

  it("has no mistakes", () => {
    expect(diagnostics).toEqual([]);
  });

  it("gives the plan and the job that are committed", async () => {
    if (plan === undefined || typed === undefined) throw new Error("no plan");
    const lines = new Map(typed.nodes.map(({ node }) => [node.id, document.locate(node.pointer).line]));
    const artefacts = renderArtefacts(plan, await loadTemplates(), name, (node) => lines.get(node) ?? 0);
    const own = artefacts.filter(({ path }) => !path.startsWith("stream_job/"));
    await expect(`${JSON.stringify(plan, null, 2)}\n`).toMatchFileSnapshot(`golden/${basename(name, ".yaml")}/plan.json`);
    for (const { path, text } of own) await expect(text).toMatchFileSnapshot(`golden/${basename(name, ".yaml")}/${path}`);
  });

  it("compiles to the same bytes every time, without touching its input", () => {
    expect(JSON.stringify(compile(text, name).plan)).toBe(JSON.stringify(plan));
  });
});
