import { describe, expect, it } from "vitest";
import { readTable } from "./csv.ts";

const records = (text: string) => readTable(text)?.records.map((record) => JSON.parse(record) as unknown);

describe("a table as records", () => {
  it("has numbers and truths where all values of a column are such", () => {
    expect(records("id,n,ok,zip\na,1,true,01234\nb,,FALSE,9\nc,-2.5e3,,x\n")).toEqual([
      { id: "a", n: 1, ok: true, zip: "01234" },
      { id: "b", n: null, ok: false, zip: "9" },
      { id: "c", n: -2500, ok: null, zip: "x" },
    ]);
  });

  it("has an object where names are paths, and a value may hold line ends", () => {
    expect(records('id,shop.city,shop.at.x\r\n1,"Ann\r\n""Arbor""",2\r\n')).toEqual([
      { id: 1, shop: { city: 'Ann\r\n"Arbor"', at: { x: 2 } } },
    ]);
  });

  it.each([",", ";", "\t", "|"])("is read whatever stands between its values: %j", (delimiter) => {
    const rows = [
      ["name", "price"],
      ["a, b", "1;5"],
      ["c", "2"],
    ].map((row) => row.map((value) => `"${value}"`).join(delimiter));
    expect(readTable(rows.join("\n"))?.delimiter).toBe(delimiter);
    expect(records(rows.join("\n"))).toEqual([
      { name: "a, b", price: "1;5" },
      { name: "c", price: "2" },
    ]);
  });

  it("gives a row with too few values back as it stands", () => {
    expect(readTable("a,b\n1,2\n3\n")?.records).toEqual(['{"a":1,"b":2}', "3"]);
  });

  it("is nothing where it is no CSV", () => {
    expect(readTable('a,b\n"1,2\n')).toBeUndefined();
    expect(readTable("")).toBeUndefined();
  });
});
