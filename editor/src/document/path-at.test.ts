import { expect, it } from "vitest";
import { pathAt } from "./index.ts";

const TEXT = `version: 1
name: a
nodes:
  - id: n # the first
    type: transform.filter
    config: { where: "a > 1", x-list: [one, { two: 2 }] }
`;
const at = (word: string) => {
  const { path, isKey, from, to } = pathAt(TEXT, TEXT.indexOf(word) + 1) ?? {};
  return { path: path?.join("/"), isKey, text: TEXT.slice(from, to) };
};

it("finds the key or the value at a place, in blocks and in braces", () => {
  expect(at("where")).toEqual({ path: "nodes/0/config/where", isKey: true, text: "where" });
  expect(at("a > 1")).toEqual({ path: "nodes/0/config/where", isKey: false, text: '"a > 1"' });
  expect(at("one")).toEqual({ path: "nodes/0/config/x-list/0", isKey: false, text: "one" });
  expect(at("two")).toEqual({ path: "nodes/0/config/x-list/1/two", isKey: true, text: "two" });
  expect(at("transform")).toMatchObject({ path: "nodes/0/type", isKey: false });
  expect(pathAt("a: [", 1)).toBeUndefined();
});
