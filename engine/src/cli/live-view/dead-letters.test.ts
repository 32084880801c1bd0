import { expect, test } from "vitest";
import { codesByNode, letterCount, lettersInLine, lettersOf, mostFrequentCode } from "./dead-letters.ts";
import { newSource } from "./run-view.ts";

const codes = { "record/not-json": 4, "record/wrong-type": 1_700, "record/not-utf8": 2 };

test("nodes and codes that make most dead letters come first", () => {
  const letters = { sales: { "filter/failed": 3 }, stream: codes };
  expect(lettersInLine(letters)).toBe(
    "1,709 dead letters: stream record/wrong-type 1,700, record/not-json 4, record/not-utf8 2; sales filter/failed 3",
  );
  expect(mostFrequentCode(letters)).toBe("record/wrong-type");
  expect(mostFrequentCode({})).toBeUndefined();
  expect(letterCount({ sales: { "filter/failed": 1 } })).toBe("1 dead letter");
});

test("what ingest refused at a source counts with what the job says of the same node", () => {
  const source = { ...newSource({ node: "api", topic: "orders" }), dead: { "source/line-too-long": 2 } };
  expect(lettersOf({ dead: { api: { "source/line-too-long": 1 }, stream: codes }, sources: [source] })).toEqual({
    api: { "source/line-too-long": 3 },
    stream: codes,
  });
});

test("of many nodes and codes the rest is counted together", () => {
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`n${at}`, { ...codes, "record/out-of-range": 1 }]));
  expect(codesByNode(many)).toHaveLength(9);
  expect(codesByNode(many).at(-1)).toEqual(["12 more nodes", "20,484"]);
  expect(codesByNode(many)[0]?.[1]).toBe("record/wrong-type 1,700, record/not-json 4, record/not-utf8 2, 1 more code 1");
  expect(lettersInLine(many)).toMatch(/^34,140 dead letters: n0 .*; 17 more nodes 29,019$/);
});
