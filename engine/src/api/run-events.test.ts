import { expect, test } from "vitest";
import { RunEvents } from "./run-events.ts";

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
