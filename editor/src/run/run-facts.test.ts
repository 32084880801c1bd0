import { expect, test } from "vitest";
import { fakeRun } from "../../../engine/src/cli/live-view/fake-run.ts";
import { initialLive, type LiveEvent, type Told } from "../state/live.ts";
import { liveAfter } from "../state/live-after.ts";
import { fitting, linesOf, printedLines } from "./log-lines.ts";
import { barsOf, failuresOf, remarksOf, summaryOf, troubleOf } from "./run-facts.ts";

const numbered = (events: readonly (readonly [number, LiveEvent])[]) =>
  events.map(([at, event], n): Told => ({ number: n + 1, at, event })).reduce(liveAfter, initialLive);
const run = (...more: LiveEvent[]) => numbered([...fakeRun(), ...more.map((event) => [39_000, event] as const)]);
const until = (ms: number) => numbered(fakeRun().filter(([at]) => at < ms));

test("where the rows went is counted while it runs, and by the summary at the end", () => {
  expect(barsOf(until(12_000)).map(({ label, rows }) => `${label} ${rows}`)).toEqual([
    "transactions: read 1880",
    "in Kafka 1876",
    "→ store_sales 1940",
    "→ store_trend 1",
    "dead letters 38",
  ]);
  const bars = barsOf(run({ event: "exit", code: 0 }));
  expect(bars.find(({ kind }) => kind === "dead")?.rows).toBe(541);
  expect(bars.find(({ node }) => node === "store_trend")).toMatchObject({ rows: 15, note: "+ 96 replaced" });
  const summary = summaryOf(run());
  expect(summary && remarksOf(summary)).toHaveLength(3);
});

test("a failed run says why and what to do: the problem, the mistakes, or at least the code", () => {
  const problem = { event: "problem", code: "job/failed", message: "It ended.", hint: "look at it" } as const;
  const query = { event: "query", query: "store_sales", state: "failed", message: "no" } as const;
  expect(failuresOf(run(query, problem, { event: "exit", code: 2 }))).toEqual([
    { code: "job/failed", message: "It ended.", hint: "look at it", node: "store_sales" },
  ]);
  const mistake = { event: "diagnostic", code: "a/b", severity: "error", message: "No `x`.", at: { line: 3 } } as const;
  expect(failuresOf(run(mistake, { event: "exit", code: 1 }))).toEqual([{ code: "a/b", message: "No `x`. (line 3)" }]);
  expect(failuresOf(run({ event: "exit", code: 2 }))[0]?.message).toContain("code 2");
  for (const code of [0, 130]) expect(failuresOf(run({ event: "exit", code }))).toEqual([]);
  expect(troubleOf(until(21_000))).toBe("mongodb");
  expect(troubleOf(run())).toBeUndefined();
});

test("the log is in words, by node and by text", () => {
  const lines = linesOf(run({ event: "exit", code: 0 }).told);
  expect(fitting(lines, "transactions", "").map(({ text }) => text.split(":")[0])).toEqual([
    "connected to demo",
    "the first dead letters",
    "records may be missing between 12",
  ]);
  expect(fitting(lines, undefined, "CONNECTION refused").map(({ level }) => level)).toEqual(["warning", "warning"]);
  expect(lines.filter(({ text }) => text.startsWith("keep"))).toEqual([]);
  expect(printedLines([{ number: 1, at: 0, text: "store_sales started" }], ["sales", "store_sales"])[0]?.node).toBe(
    "store_sales",
  );
});
