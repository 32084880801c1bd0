import { expect, test } from "vitest";
import { parseByteSize, parseDuration, showDuration, sparkInterval } from "./duration.ts";

test.each([
  ["500ms", 500, "500 milliseconds"],
  ["1s", 1000, "1 second"],
  ["90s", 90_000, "90 seconds"],
  ["60s", 60_000, "1 minute"],
  ["2m", 120_000, "2 minutes"],
  ["24h", 86_400_000, "1 day"],
  ["7d", 604_800_000, "7 days"],
  ["0s", 0, "0 seconds"],
])("%s", (text, milliseconds, interval) => {
  expect(parseDuration(text)).toBe(milliseconds);
  expect(sparkInterval(milliseconds)).toBe(interval);
});

test("what is no duration or size is undefined", () => {
  for (const text of ["", "1", "1 s", "-1s", "1.5s", "1w", "s", "1S"]) expect(parseDuration(text)).toBeUndefined();
  for (const text of ["", "1", "1MB", "1 MiB", "1GiB"]) expect(parseByteSize(text)).toBeUndefined();
});

test("sizes are in bytes", () => {
  expect([parseByteSize("12B"), parseByteSize("2KiB"), parseByteSize("1MiB")]).toEqual([12, 2048, 1_048_576]);
});

test("a time is shown as a spec would write it", () => {
  expect([0, 1500, 90_000, 120_000, 7 * 86_400_000].map(showDuration)).toEqual(["0ms", "1500ms", "90s", "2m", "7d"]);
});
