import { expect, test } from "vitest";
import { keyOf } from "./key.ts";

test.each([
  ['{"id":"T1"}', ["id"], "T1"],
  ['{"a":{"b":"ü"}}', ["a", "b"], "ü"],
  ['{"id":17}', ["id"], "17"],
  ['{"id":false}', ["id"], "false"],
  ['{"id":""}', ["id"], ""],
  ['{"id":null}', ["id"], null],
  ['{"id":{"x":1}}', ["id"], null],
  ['{"id":[1]}', ["id"], null],
  ['{"other":1}', ["id"], null],
  ['{"a":"text"}', ["a", "length"], null],
  ["{}", ["toString"], null],
  ['{"a":[1]}', ["a", "length"], null],
  ['[{"id":"T1"}]', ["id"], null],
  ['{"id":"T1"', ["id"], null],
  ['{"id":"T1"} more', ["id"], null],
  ["null", ["id"], null],
])("%s at %j is %j", (line, path, key) => {
  expect(keyOf(Buffer.from(line), path)?.toString() ?? null).toBe(key);
});
