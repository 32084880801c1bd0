import { expect, test } from "vitest";
import { count, duration as ofTheCommandLine } from "../../../engine/src/cli/live-view/picture.ts";
import { duration, longNumber } from "./written.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;

test("the page writes times and numbers as the command line does", () => {
  const times = [0, 840, 999.6, 1500, 9999, 12_000, 187_000, HOUR - 1, HOUR, 2.1 * HOUR, 48 * HOUR - 1, 48 * HOUR, 1000 * HOUR];
  expect(times.map(duration)).toEqual(times.map(ofTheCommandLine));
  expect(duration(54 * HOUR)).toBe("2 d 6 h");
  expect(longNumber(1_234_567.4)).toBe(count(1_234_567.4));
});
