import { expect, test } from "vitest";
import { bestChoice, choiceWith, optionsOf } from "./chart-choice.ts";
import { chartData } from "./chart-data.ts";
import { leavesOf } from "./leaves.ts";

const windows = [0, 1, 2].flatMap((minute) =>
  ["North", "South"].map((region, at) => ({
    _id: { window_start: `2026-11-24T12:0${minute}:00.000Z`, region },
    store_id: 100 + at,
    window: { start: `2026-11-24T12:0${minute}:00.000Z`, end: `2026-11-24T12:0${minute + 1}:00.000Z` },
    region,
    revenue: 10 * minute + at,
    exact: `${minute}.50`,
  })),
);

test("windows are drawn over their start, a line for each region", () => {
  const leaves = leavesOf(windows);
  expect(bestChoice(leaves)).toEqual({ x: "window.start", y: "revenue", series: "region" });
  const data = chartData(windows, leaves, { x: "window.start", y: "revenue", series: "region" });
  expect(data.series.map(({ label, values }) => [label, values])).toEqual([
    ["North", [0, 10, 20]],
    ["South", [1, 11, 21]],
  ]);
  expect("times" in data.x && data.x.times[0]).toBe(Date.parse("2026-11-24T12:00:00Z") / 1000);
  expect(data).toMatchObject({ isSummed: false, drawn: 2, all: 2 });
});

test("without a time there are bars, the largest first, and documents of one place are added up", () => {
  const rows = ["a", "b", "b"].map((name, at) => ({ name, amount: at + 1 }));
  const leaves = leavesOf(rows);
  const best = bestChoice(leaves);
  expect(best).toEqual({ x: "name", y: "amount", series: undefined });
  const data = best && chartData(rows, leaves, best);
  expect(data).toMatchObject({ x: { names: ["b", "a"] }, series: [{ values: [5, 1] }], isSummed: true });
});

test("where nothing is a number documents are counted, decimals are numbers, and lists are none", () => {
  const leaves = leavesOf(windows.map(({ window, exact }) => ({ window, exact, list: [1], empty: null })));
  expect(leaves.map(({ path }) => path)).toEqual(["window.start", "window.end", "exact"]);
  expect(bestChoice(leaves)?.y).toBe("exact");
  const texts = leavesOf([{ name: "a" }, { name: "b" }]);
  expect(bestChoice(texts)).toEqual({ x: "name", y: undefined, series: undefined });
  expect(bestChoice(leavesOf([{ amount: 1 }]))).toBeUndefined();
});

test("what somebody chose stays as long as the columns have it, and of many lines the largest are drawn", () => {
  const leaves = leavesOf(windows);
  const best = { x: "window.start", y: "revenue", series: "region" };
  const options = optionsOf(leaves);
  expect(choiceWith(best, { y: undefined, series: "gone" }, options)).toEqual({ ...best, y: undefined });
  const rows = Array.from({ length: 20 }, (_, at) => ({ at: "2026-11-24T12:00:00Z", name: `n${at}`, amount: at }));
  const data = chartData(rows, leavesOf(rows), { x: "at", y: "amount", series: "name" });
  expect(data).toMatchObject({ drawn: 8, all: 20 });
  expect(data.series.some(({ label }) => label === "n19")).toBe(true);
});
