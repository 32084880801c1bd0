import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, expect, test, vi } from "vitest";
import { deadline } from "./deadline.ts";

afterEach(() => vi.useRealTimers());

/** What `--for` makes of its time: nothing holds on to the inner signal. */
const within = (signal: AbortSignal) => AbortSignal.any([new AbortController().signal, signal]);

test("fires after a garbage collection though only a combined signal knows of it", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const signal = within(deadline(100).signal);
  const fired = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  for (let n = 0; n < 5; n++) {
    await turn();
    collect();
  }
  await fired;
});

test("waits longer than a timer can", () => {
  vi.useFakeTimers();
  const month = 30 * 86_400_000;
  const { signal } = deadline(month);
  vi.advanceTimersByTime(month - 1);
  expect(signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(signal.aborted).toBe(true);
});

test("can be called off", () => {
  vi.useFakeTimers();
  const { signal, cancel } = deadline(1000);
  cancel();
  vi.advanceTimersByTime(2000);
  expect(signal.aborted).toBe(false);
});
