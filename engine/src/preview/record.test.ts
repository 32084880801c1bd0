import { expect, it } from "vitest";
import { parseColumns } from "../columns-notation.ts";
import { toPlain } from "../expression/index.ts";
import { readRecord } from "./record.ts";

function read(columns: unknown, record: string | Uint8Array): unknown {
  const fields = parseColumns(columns, "").value ?? [];
  const found = readRecord(record, fields);
  return "row" in found ? toPlain({ kind: "struct", fields }, found.row) : found.code;
}

// What spark-templates/reading.py says of each.
it.each<[string, string, unknown]>([
  ["string", "5", "5"],
  ["string", '{"z": [1, 2]}', '{"z":[1,2]}'],
  ["string", "1.50", "1.5"],
  ["string", "1e3", "1000.0"],
  ["string", '"\\ud800"', "?"],
  ["int", "1.0", "record/wrong-type"],
  ["int", "1e2", "record/wrong-type"],
  ["int", "2147483648", "record/out-of-range"],
  ["long", "9223372036854775807", "9223372036854775807"],
  ["double", "1e400", "record/out-of-range"],
  ["double", '"1"', "record/wrong-type"],
  ["boolean", '"true"', "record/wrong-type"],
  ["decimal(5,2)", '"1.005"', "1.01"],
  ["decimal(5,2)", "1000", "record/out-of-range"],
  ["date", '"2024-02-30"', "record/out-of-range"],
  ["date", '"2024-1-3"', "record/wrong-type"],
  ["timestamp", '"2024-01-31 12:00:00+0100"', "2024-01-31T11:00:00Z"],
  ["timestamp", '"2024-01-31T12:00"', "record/wrong-type"],
  ["timestamp", "1700000000", "record/wrong-type"],
  ["timestamp(s)", "1700000000.5", "2023-11-14T22:13:20.5Z"],
  ["timestamp(ms)", '"1700000000000"', "2023-11-14T22:13:20Z"],
  ["binary", '"YQ"', "record/wrong-type"],
])("a column of type %s and %s", (type, json, wanted) => {
  const found = read({ c: type }, `{"c":${json}}`);
  expect(found).toEqual(typeof wanted === "string" && wanted.startsWith("record/") ? wanted : { c: wanted });
});

it.each<[string | Uint8Array, unknown]>([
  ['{"a":1}', { a: 1 }],
  [' {"a":1,"b":[{}]} ', { a: 1 }],
  ['{"a":1,"a":2}', { a: 2 }],
  ['{"a":"x","a":2}', "record/wrong-type"],
  ["{}", "record/missing-required"],
  ['{"a":null}', "record/missing-required"],
  ['{"a":1} {"a":2}', "record/not-json"],
  ["{'a':1}", "record/not-json"],
  ["[1]", "record/not-json"],
  ["", "record/not-json"],
  ['\ufeff{"a":1}', "record/not-json"],
  [Uint8Array.from([0x7b, 0xff, 0x7d]), "record/not-utf8"],
  [`{"a":1,"b":${"[".repeat(1001)}${"]".repeat(1001)}}`, "record/out-of-range"],
])("the record %j", (record, wanted) => {
  expect(read({ a: "int!" }, record)).toEqual(wanted);
});
