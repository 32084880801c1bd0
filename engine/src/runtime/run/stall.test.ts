import { expect, test } from "vitest";
import { StallWatch } from "./stall.ts";

const START = 1_000_000;
const after = (seconds: number) => START + seconds * 1000;

test("waits a minute before records that nobody commits are a stall, and five before they are hopeless", () => {
  const watch = new StallWatch(START);
  const states = [59.999, 60, 299.999, 300].map((seconds) => watch.look({ orders: 7 }, after(seconds)).state);
  expect(states).toEqual(["fine", "stalled", "stalled", "hopeless"]);
});

test("says which query waits, for how much and for how long", () => {
  const reason = "no batch was committed for 61 s although orders has 7 records to go";
  expect(new StallWatch(START).look({ orders: 7, sales: 0 }, after(61))).toEqual({ state: "stalled", reason });
});

test("a batch starts the minute anew", () => {
  const watch = new StallWatch(START);
  watch.progress("orders", after(50));
  expect(watch.look({ orders: 7 }, after(109)).state).toBe("fine");
  expect(watch.look({ orders: 7 }, after(110)).state).toBe("stalled");
});

test("a query that had nothing to do has not been quiet", () => {
  const watch = new StallWatch(START);
  expect(watch.look({ orders: 0 }, after(500)).state).toBe("fine");
  expect(watch.look({ orders: 7 }, after(559)).state).toBe("fine");
  expect(watch.look({ orders: 7 }, after(560)).state).toBe("stalled");
});

test("a query that hangs does not hide behind one that works", () => {
  const watch = new StallWatch(START);
  watch.progress("sales", after(60));
  const verdict = watch.look({ orders: 7, sales: 9 }, after(61));
  expect(verdict).toMatchObject({ state: "stalled", reason: expect.stringContaining("orders") });
  expect(verdict).not.toMatchObject({ reason: expect.stringContaining("sales") });
});

test("a query that has a batch every so often is given that time besides", () => {
  const watch = new StallWatch(START, (query) => (query === "slow" ? 300_000 : 0));
  expect(watch.look({ slow: 7 }, after(359)).state).toBe("fine");
  expect(watch.look({ slow: 7 }, after(360)).state).toBe("stalled");
  expect(watch.look({ slow: 7 }, after(600)).state).toBe("hopeless");
});
