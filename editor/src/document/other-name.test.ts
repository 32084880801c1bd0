import { readdirSync, readFileSync } from "node:fs";
import { compile } from "@pipeline-engine/engine/core";
import { expect, it } from "vitest";
import { textAfter } from "./draft.ts";
import { otherName } from "./other-name.ts";

const SPEC = `# The shop.
version: 1
name: shop # as on the sign
nodes:
  - { id: orders, type: source.http, config: { url: demo://retail, columns: { id: string!, total: double! } } }
  - { id: stream, type: kafka.topic, from: orders, config: { topic: shop.orders } } # all of them
  - { id: paid, type: kafka.topic, config: { topic: shop.paid, columns: { id: string! } } }
  - { id: stored, type: sink.mongodb, from: stream, config: { collection: orders, key: id } }
  - { id: sent, type: sink.kafka, from: stream, config: { topic: alerts } }
  - { id: kept, type: sink.file, from: stream, config: { path: exports/orders } }
`;

it("renames what a pipeline writes into, leaves what it reads, and no comment is lost", () => {
  expect(textAfter(SPEC, otherName(SPEC, "store-sales"))).toBe(
    SPEC.replace("name: shop", "name: store-sales")
      .replace("topic: shop.orders", "topic: store-sales.orders")
      .replace("collection: orders", "collection: store_sales_orders")
      .replace("topic: alerts", "topic: store-sales.alerts")
      .replace("exports/orders", "exports/orders-store-sales"),
  );
});

it("gives a name to a pipeline that has none, and says where a text cannot be read", () => {
  const text = "version: 1\nsteps: []\n";
  expect(textAfter(text, otherName(text, "store"))).toContain("name: store");
  expect(otherName("a: [", "store")).toHaveProperty("refused");
});

const folder = new URL("../../../pipelines/", import.meta.url);
const ids = readdirSync(folder).filter((name) => name.endsWith(".yaml") && !name.endsWith(".test.yaml"));

it.each(ids)("makes of %s a pipeline that is valid and shares nothing", (file) => {
  const text = readFileSync(new URL(file, folder), "utf8");
  const made = textAfter(text, otherName(text, "another"));
  const [before, after] = [compile(text, file), compile(made, "another.yaml")];
  expect(after.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const written = (plan: typeof before.plan) => [
    ...(plan?.topics ?? []).map(({ name }) => name),
    ...(plan?.collections ?? []).map(({ name }) => name),
  ];
  expect(written(after.plan).length).toBeGreaterThan(0);
  expect(written(after.plan).filter((name) => written(before.plan).includes(name))).toEqual([]);
});
