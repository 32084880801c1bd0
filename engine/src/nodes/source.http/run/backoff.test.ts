import { expect, test } from "vitest";
import { createBackoff, retryAfterMs } from "../../backoff.ts";
import { shownUrl } from "./address.ts";

test("waits double up to a minute, scaled by chance, and begin again after a reset", () => {
  const longest = createBackoff(() => 1);
  expect(Array.from({ length: 9 }, () => longest.next())).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  expect(longest.attempt).toBe(9);
  longest.reset();
  expect(longest.next()).toBe(500);
  expect(createBackoff(() => 0).next()).toBe(0);
});

test("what the server asks for wins, but never more than a day", () => {
  const backoff = createBackoff(() => 1);
  expect(backoff.next(7000)).toBe(7000);
  expect(backoff.next(1e12)).toBe(86_400_000);
  expect(backoff.next()).toBe(2000);
});

test("Retry-After is seconds or a date", () => {
  const now = Date.parse("2026-01-31T12:00:00Z");
  expect(retryAfterMs("3", now)).toBe(3000);
  expect(retryAfterMs("Sat, 31 Jan 2026 12:00:05 GMT", now)).toBe(5000);
  expect(retryAfterMs("Sat, 31 Jan 2026 11:00:05 GMT", now)).toBe(0);
  expect(retryAfterMs("soon", now)).toBeUndefined();
  expect(retryAfterMs(undefined, now)).toBeUndefined();
});

test("an address is shown without what may be secret", () => {
  expect(shownUrl("https://me:secret@host:8443/a/b?token=abc&from=3#frag")).toBe("https://host:8443/a/b?token=***&from=***");
  expect(shownUrl("demo://retail?seed=1")).toBe("demo://retail?seed=1");
});
