import { expect, test } from "vitest";
import { fakeRun } from "../../../engine/src/cli/live-view/fake-run.ts";
import { initialLive, type Live, type LiveEvent, type Told } from "./live.ts";
import { liveAfter } from "./live-after.ts";

const BEGUN = Date.parse("2026-11-24T12:00:00Z");
const told = fakeRun().map(([at, event], n): Told => ({ number: n + 1, at: BEGUN + at, event }));
const after = (events: readonly Told[], from: Live = initialLive) => events.reduce(liveAfter, from);
const one = (event: LiveEvent, number = 1): Told => ({ number, at: BEGUN, event });

test("a run is counted by node, measured over time, and told", () => {
  const live = after(told);
  expect(live.state).toBe("STOPPED");
  expect(live.nodes.transactions).toMatchObject({ read: 26_881, produced: 26_877, refused: 1, dead: 438 });
  expect(live.nodes.store_sales).toMatchObject({ written: 26_190, repeats: 216, lag: 4, batchMs: 640 });
  expect(Object.values(live.nodes).filter((node) => "rate" in node || "writes" in node)).toEqual([]);
  expect(after(told.slice(0, 80)).nodes.store_sales).toMatchObject({ rate: expect.any(Number), writes: expect.any(Number) });
  expect(live.nodes.sales_by_region).toEqual({ late: 21 });
  const trend = live.measures.filter(({ of }) => of === "store_trend");
  expect(trend.at(-1)).toMatchObject({ written: 12, behind: expect.any(Number), allDead: 439 });
  expect(live.told.some(({ event }) => event.event === "batch" || event.event === "ingest")).toBe(false);
  const firsts = live.told.flatMap(({ event }) => (event.event === "first" ? [`${event.node} ${event.what}`] : []));
  expect(firsts).toEqual(["transactions dead", "store_sales dead", "sales_by_region late"]);
});

test("a step of the set-up takes the place of the one before", () => {
  const setup = (done: number): LiveEvent => ({ event: "setup", step: "a", label: "A", done, total: 9, unit: "files" });
  expect(after([one(setup(1)), one(setup(2), 2)]).told.map(({ event }) => event)).toEqual([setup(2)]);
});

test("what an event does not speak of stays the same object", () => {
  const before = after(told.slice(0, 80));
  const next = liveAfter(
    before,
    one({ event: "ingest", node: "transactions", read: 99_999, produced: 1, deadLettered: 0, dead: {}, skipped: 0 }),
  );
  expect(next.nodes.store_sales).toBe(before.nodes.store_sales);
  expect(next.nodes.transactions).not.toBe(before.nodes.transactions);
});

test("measures reach back ten minutes", () => {
  const batchAt = (s: number) =>
    told
      .filter(({ event }) => event.event === "batch")
      .slice(0, 1)
      .map((each) => ({ ...each, at: BEGUN + s * 1000 }));
  const live = after(Array.from({ length: 700 }, (_, s) => batchAt(s)).flat());
  expect(live.measures).toHaveLength(600);
});
