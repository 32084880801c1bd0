import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compile } from "../src/core.ts";

const retail = readFileSync(new URL("../../pipelines/retail.yaml", import.meta.url), "utf8");

/** What is written instead of a piece of the pipeline, and the code that it must earn on its line. `groups`: of each only one mistake is made. */
interface Slip {
  old: string;
  now: string;
  code: string;
  groups?: string;
}

/** Mistakes of every stage. None leaves open what another one needs in order to be one. */
const SLIPS: Slip[] = [
  { old: "name: retail\n", now: "name: Retail\n", code: "schema/wrong-value" },
  { old: "description: Live", now: "descripton: Live", code: "schema/unknown-key" },
  { old: "id: transactions\n", now: "id: Transactions\n", code: "schema/wrong-value", groups: "transactions" },
  { old: "from: transactions", now: "from: transaction", code: "dag/unknown-input", groups: "transactions" },
  { old: "url: ${env:RETAIL_API_URL:-demo://retail}", now: "url: ${RETAIL_API_URL}", code: "reference/syntax" },
  { old: "format: ndjson", now: "format: xml", code: "schema/not-allowed", groups: "format" },
  { old: "format: ndjson", now: "fromat: ndjson", code: "schema/unknown-key", groups: "format" },
  { old: "      columns:", now: "      colums:", code: "schema/unknown-key" },
  { old: "store_name: string", now: "store_name: strng", code: "columns/type" },
  { old: "items: [{", now: "items: [string, {", code: "columns/list", groups: "items" },
  { old: "zip: string", now: "zip: 12345", code: "columns/type" },
  { old: "tax_rate: double", now: "tax_rate: float", code: "columns/type" },
  { old: "loyalty_member: boolean", now: "loyalty.member: boolean", code: "columns/name", groups: "customer" },
  { old: "topic: retail.transactions", now: "topic: retail/transactions", code: "schema/wrong-value", groups: "topic" },
  { old: "topic: retail.transactions", now: "topc: retail.transactions", code: "schema/unknown-key", groups: "topic" },
  { old: "topic: retail.transactions, ", now: "", code: "schema/missing-key", groups: "topic" },
  { old: "partitions: 2", now: "partitions: two", code: "schema/wrong-type" },
  { old: "retention: 7d", now: "retention: 7 days", code: "schema/wrong-value" },
  { old: "key: transaction_id }", now: "key: transaction_idd }", code: "kafka/unknown-key", groups: "key" },
  { old: "key: transaction_id }", now: "key: summary }", code: "kafka/key-not-single", groups: "key" },
  { old: "from: stream", now: "from: steam", code: "dag/unknown-input", groups: "stream" },
  { old: "from: stream", now: "form: stream", code: "schema/unknown-key", groups: "stream" },
  { old: "type: transform.filter", now: "typ: transform.filter", code: "schema/unknown-key" },
  { old: "where: summary.total > 0", now: "where: summary.totl > 0", code: "expression/unknown-column", groups: "where" },
  { old: "where: summary.total > 0", now: "where: summary.total", code: "filter/not-boolean", groups: "where" },
  { old: "where: summary.total > 0", now: "where: true", code: "schema/wrong-type", groups: "where" },
  { old: "where: summary.total > 0", now: "wher: summary.total > 0", code: "schema/unknown-key", groups: "where" },
  { old: "where: summary.total > 0", now: "where: summary.total >", code: "expression/syntax", groups: "where" },
  { old: "id: sales_by_region", now: "id: sales_by_regions", code: "dag/unknown-input", groups: "sales_by_region" },
  { old: "window: { on: timestamp", now: "window: { on: summary.total", code: "window/not-timestamp", groups: "on" },
  { old: "window: { on: timestamp", now: "window: { on: timestmp", code: "window/unknown-column", groups: "on" },
  { old: "size: 1m", now: "size: 1 minute", code: "schema/wrong-value" },
  { old: "watermark: 2m", now: "watermark: 0s", code: "window/zero-watermark", groups: "watermark" },
  { old: ", watermark: 2m", now: "", code: "schema/missing-key", groups: "watermark" },
  { old: "by: [store_location.region]", now: "by: [store_location.regio]", code: "group/unknown-column", groups: "by" },
  { old: "by: [store_location.region]", now: "by: [store_location.region, 5]", code: "schema/wrong-type", groups: "by" },
  { old: "sum(summary.total)", now: "sume(summary.total)", code: "expression/unknown-function" },
  { old: "baskets: count(*)", now: "baskets: 5", code: "schema/wrong-type" },
  { old: "avg(summary.total)", now: "avg(customer.id)", code: "expression/type-mismatch", groups: "customer" },
  { old: "id: store_sales", now: "id: stream", code: "schema/duplicate-id" },
  { old: "collection: sales\n", now: "collection: system.sales\n", code: "schema/wrong-value" },
  { old: "key: transaction_id\n", now: "key: transaction\n", code: "sink/unknown-column", groups: "sales-key" },
  { old: "key: transaction_id\n", now: "key: items\n", code: "sink/key-not-single", groups: "sales-key items" },
  { old: "key: transaction_id\n", now: "key: 5\n", code: "schema/wrong-type", groups: "sales-key" },
  { old: "timestamp: -1", now: "timestamp: down", code: "schema/wrong-value" },
  { old: "{ store_id: 1", now: "{ storeid: 1", code: "sink/unknown-column" },
  { old: "expireAfter: 365d", now: "expireAfter: 1y", code: "schema/wrong-value", groups: "expiry" },
  { old: "expireAfter: 365d", now: "expireAfter: 40000d", code: "sink/expiry-too-long", groups: "expiry" },
  { old: "expireAfter: 365d", now: "expires: 365d", code: "schema/unknown-key", groups: "expiry" },
  { old: "from: sales_by_region", now: "from: Sales Trend", code: "schema/wrong-input", groups: "by sales_by_region" },
  { old: "key: [window_start, region]", now: "key: [window_start, regoin]", code: "sink/unknown-column", groups: "by" },
  { old: ", key: [window_start, region]", now: "", code: "sink/missing-key", groups: "by sales_by_region" },
];

const chosen = fc.shuffledSubarray(SLIPS, { minLength: 1 }).map((slips) => {
  const taken = new Set<string>();
  return slips.filter(({ groups = "" }) => {
    const names = groups.split(" ").filter((name) => name !== "");
    const free = names.every((name) => !taken.has(name));
    if (free) for (const name of names) taken.add(name);
    return free;
  });
});

const byLine = (a: string, b: string) => Number.parseInt(a, 10) - Number.parseInt(b, 10) || a.localeCompare(b);
function told(text: string): string[] {
  const errors = compile(text, "retail.yaml").diagnostics.filter(({ severity }) => severity === "error");
  return errors.map(({ at, code }) => `${at.line}: ${code}`).sort(byLine);
}

test("the pipeline as it is has no mistake, and each slip is a piece of it", () => {
  expect(told(retail)).toEqual([]);
  for (const { old } of SLIPS) expect(retail.split(old).length, old).toBe(2);
});

test.each(SLIPS)("`$now` instead of `$old` is one mistake", ({ old, now, code }) => {
  expect(told(retail.replace(old, () => now)).map((line) => line.replace(/^\d+: /, ""))).toEqual([code]);
});

// fast-check prints the seed of a run that fails.
test("any number of mistakes are told, each once, and no others", () => {
  fc.assert(
    fc.property(chosen, (slips) => {
      const text = slips.reduce((whole, { old, now }) => whole.replace(old, () => now), retail);
      const expected = slips.map((slip) => `${lineOf(slip)}: ${slip.code}`).sort(byLine);
      expect(told(text)).toEqual(expected);
    }),
    { numRuns: 150 },
  );
});

/** An id that is misspelt is noticed where it is read. */
function lineOf({ old, now }: Slip): number {
  const noticed = now === "id: sales_by_regions" ? "from: sales_by_region" : old;
  return retail.slice(0, retail.indexOf(noticed)).split("\n").length;
}

const damage = fc.array(
  fc.record({
    at: fc.nat(retail.length),
    without: fc.nat(12),
    put: fc.oneof(
      fc.constantFrom("", "[", "}", ": ", "\n", '"', "  - ", "null", "x: ", "&a ", "!t ", "-1", "{}"),
      fc.string({ maxLength: 6 }),
    ),
  }),
  { minLength: 1, maxLength: 4 },
);

test("whatever happens to the text, nothing throws, and nothing is told twice", () => {
  fc.assert(
    fc.property(damage, (wounds) => {
      const text = wounds.reduce((all, { at, without, put }) => all.slice(0, at) + put + all.slice(at + without), retail);
      const { diagnostics } = compile(text, "retail.yaml");
      const told = diagnostics.map(({ code, at, message }) => `${code} ${at.from} ${at.to} ${message}`);
      expect(told).toEqual([...new Set(told)]);
    }),
    { numRuns: 150 },
  );
});
