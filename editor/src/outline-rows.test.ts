import { describe, expect, it } from "vitest";
import type { PictureNode } from "./compile/picture.ts";
import { outlineRows } from "./outline-rows.ts";

function levels(ids: string, ...edges: [string, string][]): string[] {
  const nodes = [...ids].map((id) => ({ id }) as PictureNode);
  const drawn = edges.map(([source, target]) => ({ id: `${source}→${target}`, source, target }));
  return outlineRows({ nodes, edges: drawn }).map(({ node, level }) => `${node.id}${level}`);
}

describe("the outline", () => {
  it("follows the rows: a line stays on one level, branches go one deeper", () => {
    expect(levels("abc", ["a", "b"], ["b", "c"])).toEqual(["a1", "b1", "c1"]);
    expect(levels("cbade", ["a", "b"], ["a", "c"], ["b", "d"], ["c", "e"])).toEqual(["a1", "b2", "d2", "c2", "e2"]);
  });

  it("shows what reads several nodes below the last of them, and each node once", () => {
    expect(levels("abjc", ["a", "j"], ["b", "j"], ["j", "c"])).toEqual(["a1", "b1", "j1", "c1"]);
  });

  it("shows circles too", () => {
    expect(levels("abc", ["a", "b"], ["b", "a"])).toEqual(["c1", "a1", "b1"]);
  });
});
