import { expect, test } from "vitest";
import { HeldBatches, RunEvents } from "./run-events.ts";

const batch = (query: string, written: number) => ({ event: "batch", query, written, dead: { read: { bad: 1 } } });

test("numbers go on, and what falls out leaves the sums as they were", () => {
  const events = new RunEvents(4);
  events.add({ event: "state", state: "RUNNING" });
  for (let n = 1; n <= 5; n++) events.add(batch(n % 2 === 0 ? "even" : "odd", n));
  events.add({ event: "ingest", node: "read", produced: 9 });
  expect(events.list().map(({ number }) => number)).toEqual([1, 5, 6, 7]);
  const sums = events.list().flatMap(({ event }) => (event.event === "batch" ? [[event.query, event.written, event.dead]] : []));
  expect(sums).toEqual([
    ["even", 6, { read: { bad: 2 } }],
    ["odd", 9, { read: { bad: 3 } }],
  ]);
});

test("batches that follow too soon are told as one with the next, each query by itself, and an empty one is not waited for", () => {
  const held = new HeldBatches();
  const counted = (query: string, rows: number) => ({ event: "batch", query, rows });
  expect(held.pass({ event: "state" }, 0)).toEqual({ event: "state" });
  expect(held.pass(counted("a", 1), 0)).toMatchObject({ query: "a", rows: 1 });
  expect(held.pass(counted("a", 2), 499)).toBeUndefined();
  expect(held.pass(counted("b", 4), 499)).toMatchObject({ query: "b", rows: 4 });
  expect(held.pass(counted("a", 8), 500)).toMatchObject({ query: "a", rows: 10 });
  expect(held.pass(counted("a", 16), 999)).toBeUndefined();
  expect(held.pass(counted("a", 0), 999)).toMatchObject({ query: "a", rows: 16 });
  expect(held.pass(counted("b", 32), 998)).toBeUndefined();
  expect(held.rest()).toMatchObject([{ query: "b", rows: 32 }]);
  expect(held.rest()).toEqual([]);
});
