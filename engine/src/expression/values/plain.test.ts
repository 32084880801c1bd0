import { describe, expect, it } from "vitest";
import type { ColumnType } from "../../column-type.ts";
import { readPlain, toPlain } from "./plain.ts";

const ROW: ColumnType = {
  kind: "struct",
  fields: [
    { name: "__proto__", type: { kind: "int" }, required: false },
    { name: "big", type: { kind: "long" }, required: false },
    { name: "amount", type: { kind: "decimal", precision: 10, scale: 2 }, required: false },
    { name: "share", type: { kind: "double" }, required: false },
    { name: "at", type: { kind: "timestamp" }, required: false },
    { name: "day", type: { kind: "date" }, required: false },
    { name: "bytes", type: { kind: "binary" }, required: false },
    { name: "prices", type: { kind: "map", value: { kind: "double" } }, required: false },
    { name: "tags", type: { kind: "list", element: { kind: "string" } }, required: false },
  ],
};

describe("plain values", () => {
  it("are read in their type and written so that JSON gives them back", () => {
    const plain = {
      ...JSON.parse('{"__proto__":7}'),
      big: "9223372036854775807",
      amount: "12.50",
      share: "NaN",
      at: "2024-02-29T12:00:00.000001Z",
      day: "0001-01-01",
      bytes: "AAE=",
      prices: { constructor: 1.5 },
      tags: ["a", null],
    };
    const read = readPlain(ROW, plain);
    if ("mistake" in read) throw new Error(read.mistake);
    expect(read.value).toMatchObject({ big: 2n ** 63n - 1n, amount: 1250n, at: 1_709_208_000_000_001n, day: -719_162 });
    expect(JSON.parse(JSON.stringify(toPlain(ROW, read.value)))).toEqual(plain);
    expect(structuredClone(read.value)).toMatchObject({ prices: new Map([["constructor", 1.5]]) });
  });

  it.each([
    [{ big: 1.5 }, "big"],
    [{ big: "9223372036854775808" }, "big"],
    [{ amount: "123456789.00" }, "amount"],
    [{ at: "10:30" }, "at"],
    [{ day: "2023-02-29" }, "day"],
    [{ tags: ["a", 1] }, "tags[1]"],
    [{ tags: ["\ud800"] }, "tags[0]"],
    [{ prices: { a: true } }, "prices['a']"],
    [{ prices: [] }, "prices"],
  ])("that do not fit are told with their place: %o", (plain, path) => {
    expect(readPlain(ROW, plain)).toMatchObject({ path });
  });
});
