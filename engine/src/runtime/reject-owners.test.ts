import { describe, expect, test } from "vitest";
import type { Plan } from "../plan/plan.ts";
import { takenOverTooLate } from "./reject-owners.ts";

/** A plan as far as ownership goes: query → the nodes whose dead letters it writes. */
function plan(owns: Record<string, string[]>): Plan {
  const queries = Object.entries(owns).map(([name, nodes]) => ({
    name,
    from: "stream",
    owns: nodes,
    topics: ["t"],
    fingerprint: {},
  }));
  return { queries } as unknown as Plan;
}
const at = (offsets: Record<string, number>) => async (query: string) =>
  query in offsets ? { t: { 0: offsets[query] ?? 0 } } : ({} as Record<string, Record<string, number>>);

describe("a query that takes over dead letters", () => {
  const before = plan({ a: ["stream", "sales"], b: [] });
  const after = plan({ b: ["stream", "sales"] });

  test("starts anew where it is ahead of the former owner", async () => {
    expect(await takenOverTooLate(after, before, at({ a: 5, b: 6 }))).toEqual(new Set(["b"]));
  });
  test("goes on where it is not: what lies between is told twice, under the same keys", async () => {
    expect(await takenOverTooLate(after, before, at({ a: 6, b: 6 }))).toEqual(new Set());
    expect(await takenOverTooLate(after, before, at({ a: 6, b: 2 }))).toEqual(new Set());
  });
  test("starts anew where the former owner never committed", async () => {
    expect(await takenOverTooLate(after, before, at({ b: 1 }))).toEqual(new Set(["b"]));
  });
  test("goes on where it owned them before, where nobody did, and where it is new", async () => {
    expect(await takenOverTooLate(before, before, at({ a: 1, b: 9 }))).toEqual(new Set());
    expect(await takenOverTooLate(after, undefined, at({ b: 9 }))).toEqual(new Set());
    expect(await takenOverTooLate(after, before, at({ a: 5 }))).toEqual(new Set());
  });
});
