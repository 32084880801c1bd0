import { expect, test } from "vitest";
import type { Picture } from "../compile/picture.ts";
import { measuredEdges } from "./measured-edges.ts";

const ROLES = {
  till: "source",
  stream: "topic",
  sales: "transform",
  summed: "transform",
  stored: "sink",
  trend: "sink",
  raw: "sink",
};
const EDGES = [
  ["till", "stream"],
  ["stream", "sales"],
  ["sales", "stored"],
  ["sales", "summed"],
  ["summed", "trend"],
  ["stream", "raw"],
];
const picture = {
  nodes: Object.entries(ROLES).map(([id, role]) => ({ id, role })),
  edges: EDGES.map(([source, target]) => ({ id: `${source}-${target}`, source, target })),
} as unknown as Picture;

const edges = measuredEdges(picture);

test.each([
  ["till-stream", { nodes: ["till"], by: "rate" }],
  ["stream-sales", { nodes: ["stored", "trend"], by: "rate" }],
  ["sales-stored", { nodes: ["stored"], by: "writes" }],
  ["sales-summed", undefined],
  ["summed-trend", { nodes: ["trend"], by: "writes" }],
  ["stream-raw", { nodes: ["raw"], by: "rate" }],
  ["of-no-picture", undefined],
])("what goes along %s is measured where it is known", (edge, measured) => {
  expect(edges.get(edge)).toEqual(measured);
});
