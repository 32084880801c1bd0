import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Ends } from "../counters.ts";
import { enoughToRead } from "./existing-ends.ts";

// The timers of this module are not among those that are faked.
vi.mock("node:timers/promises", () => ({
  setTimeout: (ms: number, _: unknown, { signal }: { signal: AbortSignal }) =>
    new Promise((resolve, reject) => {
      setTimeout(resolve, ms);
      signal.addEventListener("abort", () => reject(new Error("The operation was aborted")), { once: true });
    }),
}));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const from: Ends = { orders: { "0": 5, "1": 0 }, stock: { "0": 2 } };
const none = new AbortController().signal;

/** A Kafka whose topics hold what `answers` say, one after the other; an answer that is missing is one that does not come. */
function holding(...answers: (Ends | undefined)[]) {
  const endOffsets = vi.fn(async () => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === undefined) throw new Error("Kafka is away");
    return answer;
  });
  return { endOffsets };
}

test("what the topics hold now is enough for a run that reads once", async () => {
  const ends: Ends = { orders: { "0": 9 }, stock: {} };
  expect(await enoughToRead({ from, kafka: holding(ends), once: true, signal: none })).toEqual(ends);
});

test("so many records of every topic are enough, and Kafka may be away meanwhile", async () => {
  const few: Ends = { orders: { "0": 9, "1": 1 }, stock: { "0": 3 } };
  const enough: Ends = { orders: { "0": 9, "1": 1 }, stock: { "0": 7 } };
  const kafka = holding(few, undefined, enough);
  const asked = enoughToRead({ from, kafka, once: false, records: 5, signal: none });
  await vi.advanceTimersByTimeAsync(1000);
  expect(await asked).toEqual(enough);
  expect(kafka.endOffsets).toHaveBeenCalledTimes(3);
});

test("an endless run goes on until it is asked to end, and asks Kafka nothing", async () => {
  const over = new AbortController();
  const kafka = holding({});
  const asked = enoughToRead({ from, kafka, once: false, signal: over.signal });
  await vi.advanceTimersByTimeAsync(5000);
  over.abort();
  expect(await asked).toEqual({});
  expect(kafka.endOffsets).not.toHaveBeenCalled();
});

test("a pipeline that reads no topic of others waits for nothing", async () => {
  expect(await enoughToRead({ from: {}, kafka: holding(undefined), once: false, signal: none })).toEqual({});
});
