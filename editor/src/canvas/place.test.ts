import { describe, expect, it } from "vitest";
import type { PictureEdge, PictureNode } from "../compile/picture.ts";
import { NODE_HEIGHT, NODE_WIDTH, placeBeside, placeNodes } from "./place.ts";

const nodes = ["a", "b", "c"].map((id) => ({ id }) as PictureNode);
const edges = [
  { id: "a→b", source: "a", target: "b" },
  { id: "b→c", source: "b", target: "c" },
] as PictureEdge[];
const picture = { nodes, edges };
const FAR = { x: 3000, y: 2000 };

describe("a new node", () => {
  it("is laid out with the others where nobody has moved its neighbours", () => {
    expect(placeBeside(picture, {}, { reads: "a" })).toBeUndefined();
    expect(placeBeside(picture, { c: FAR }, { reads: "a", readBy: "b" })).toBeUndefined();
    expect(placeBeside(picture, { c: FAR }, {})).toBeUndefined();
  });

  it("stands right of what it reads, left of what reads it, or between both", () => {
    expect(placeBeside(picture, { a: FAR }, { reads: "a" })).toEqual({ x: 3276, y: 2000 });
    expect(placeBeside(picture, { b: FAR }, { reads: "a", readBy: "b" })).toEqual({ x: 2724, y: 2000 });
    const apart = { a: FAR, b: { x: 4000, y: 2200 } };
    expect(placeBeside(picture, apart, { reads: "a", readBy: "b" })).toEqual({ x: 3500, y: 2100 });
  });

  it("stands on no other node, moved or not", () => {
    const layout = { a: FAR, b: { x: 3276, y: 2000 }, c: { x: 3276, y: 2106 } };
    expect(placeBeside(picture, layout, { reads: "a" })).toEqual({ x: 3276, y: 2212 });
    const laid = placeNodes(nodes, edges);
    const found = placeBeside(picture, { a: laid.get("a") ?? FAR }, { reads: "a" });
    for (const { x, y } of laid.values()) {
      const isApart = Math.abs(x - (found?.x ?? x)) >= NODE_WIDTH || Math.abs(y - (found?.y ?? y)) >= NODE_HEIGHT;
      expect(isApart).toBe(true);
    }
  });
});
