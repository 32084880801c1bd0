import fc from "fast-check";
import { expect, it } from "vitest";
import { parseColumns } from "../columns-notation.ts";
import { csvHeader, csvRecords, csvRows, headerMistake } from "./csv.ts";

const columns =
  parseColumns({ id: "string!", n: "int", ok: "boolean", at: "timestamp(ms)", tags: ["string"], shop: { city: "string" } }, "")
    .value ?? [];
const header = ["id", "n", "ok", "at", "tags", "shop.city", "note"];
const records = (...rows: string[]) => csvRecords(header, columns, ",")(rows).map((text) => JSON.parse(text) as unknown);

it("a row becomes an object of the columns' types", () => {
  expect(records('a,12,TRUE,1700000000000,"[""x""]",Rome,"said ""so"",\nthen"', ',,,,,,""')).toEqual([
    { id: "a", n: 12, ok: true, at: 1_700_000_000_000, tags: ["x"], shop: { city: "Rome" }, note: 'said "so",\nthen' },
    { id: null, n: null, ok: null, at: null, tags: null, shop: { city: null }, note: "" },
  ]);
});

it("a number keeps its digits, and what is none stays text", () => {
  const [one, two] = csvRecords(
    ["n", "d"],
    parseColumns({ n: "long", d: "decimal(20,2)" }, "").value ?? [],
    ";",
  )(["9007199254740993;1.10", "1,5;007"]);
  expect([one, two]).toEqual(['{"n":9007199254740993,"d":1.10}', '{"n":"1,5","d":"007"}']);
});

it("a row that is none is given back, and spoils no other", () => {
  const rows = ["a,1,,,,,", "too,few", 'b"c,1,,,,,', '"open,1,,,,,', "d,4,,,,,"];
  const made = csvRecords(header, columns, ",")(rows);
  expect(made.slice(1, 4)).toEqual(rows.slice(1, 4));
  expect([made[0], made[4]].map((text) => JSON.parse(text ?? "").n)).toEqual([1, 4]);
});

it("any texts come through as they were", () => {
  const text = fc.string({ unit: "grapheme" });
  const names = ["id", "note"];
  const types = parseColumns({ id: "string", note: "string" }, "").value ?? [];
  const quote = (value: string) => `"${value.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 20 }), (pairs) => {
      const rows = pairs.map((pair) => pair.map(quote).join(","));
      const made = csvRecords(names, types, ",")(rows);
      expect(made.map((each) => JSON.parse(each) as unknown)).toEqual(pairs.map(([id, note]) => ({ id, note })));
      for (const end of ["\n", "\r\n"]) expect(csvRows(rows.map((row) => row + end).join(""), ",")).toEqual(rows);
    }),
    { numRuns: 60 },
  );
});

it("a header names every column, once", () => {
  expect(csvHeader('id, "n",ok', ",")).toBeUndefined();
  expect(csvHeader('id,"n",ok', ",")).toEqual(["id", "n", "ok"]);
  expect(headerMistake(header, columns)).toBeUndefined();
  expect(headerMistake([...header.slice(1), "idd"], columns)).toEqual({
    message: "has no column `id`",
    hint: "did you mean `idd`?",
  });
  expect(headerMistake([...header, "id"], columns)?.message).toBe("names `id` twice");
});
