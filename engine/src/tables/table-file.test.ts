import fc from "fast-check";
import { expect, test } from "vitest";
import { parseColumns } from "../columns-notation.ts";
import type { TableFile } from "../nodes/node-kind.ts";
import { MOST_ROWS } from "../nodes/transform.lookup/file-text.ts";
import { readTableFile } from "./table-file.ts";

const columns = parseColumns({ id: "long", boss: "string", area: "decimal(6,2)", since: "date" }, "").value ?? [];
const table = (path: string, more: Partial<TableFile> = {}): TableFile => ({
  path,
  delimiter: ",",
  columns,
  key: ["id"],
  ...more,
});
const told = (text: string, path: string, more?: Partial<TableFile>) =>
  readTableFile(text, path, table(path, more)).diagnostics.map(({ at, code, message }) => `${at.line}: ${code} ${message}`);

test("CSV and NDJSON give the same rows, with every digit", () => {
  const csv = '\uFEFFsince,boss,id,more\r\n2026-02-28,"Okafor,\n""Ann""",9007199254740993,x\r\n,,2,\r\n\r\n';
  const ndjson = '{"id":9007199254740993,"boss":"Okafor,\\n\\"Ann\\"","since":"2026-02-28"}\n\n{"id":2,"more":[1]}';
  const rows = [
    { id: 9007199254740993n, boss: 'Okafor,\n"Ann"', since: 20512 },
    { id: 2n, boss: null, since: null },
  ];
  const without = { columns: columns.filter(({ name }) => name !== "area") };
  for (const [path, text] of [
    ["a.csv", csv],
    ["a.jsonl", ndjson],
  ] as const) {
    const read = readTableFile(text, path, table(path, without));
    expect(read.diagnostics).toEqual([]);
    expect(read.rows.map((row) => ({ ...row }))).toEqual(rows);
  }
});

test("what is wrong with a row stands at its line in the file", () => {
  expect(told("id,boss,area,since\n1,a,,\nx,b,1,\n3,c\n,d,,\n1,e,,\n5,f,12345678,2026-02-30\n", "a.csv")).toEqual([
    '3: lookup/wrong-value This row does not fit: column `id` wants a long, not "x".',
    "4: lookup/wrong-value This row does not fit: it has not the 4 values of the header.",
    "5: lookup/wrong-value This row does not fit: column `id` is required and null.",
    "6: lookup/duplicate-key The key `id: 1` stands in line 2 already.",
    "7: lookup/wrong-value This row does not fit: column `area` wants decimal(6,2), not 12345678.",
  ]);
  expect(told('{"id": 1}\n[]\n{"id": 1, "id": 1}', "a.ndjson")).toEqual([
    "2: lookup/wrong-value This row does not fit: not a JSON object: [].",
    "3: lookup/duplicate-key The key `id: 1` stands in line 1 already.",
  ]);
});

test("a mistake is the row's own range, so that it can be shown", () => {
  const text = '\uFEFFid;boss;area;since\n1;"a\nb";;\n1;"a\nb";;\n';
  const [found] = readTableFile(text, "a.csv", table("a.csv", { delimiter: ";" })).diagnostics;
  expect(text.slice(found?.at.from, found?.at.to)).toBe('1;"a\nb";;');
  expect(found?.at).toMatchObject({ file: "a.csv", line: 4, column: 1 });
});

test("a header must name the columns, and a table must have rows", () => {
  expect(told("id,bos,area,since\n1,a,,\n", "a.csv")).toEqual(["1: lookup/wrong-header The header has no column `boss`."]);
  expect(told('id,"boss\n1,a', "a.csv")).toEqual(["1: lookup/wrong-header The header is no line of CSV."]);
  for (const text of ["", "\uFEFF\n\n", "id,boss,area,since\n"]) expect(told(text, "a.csv")[0]).toContain("lookup/no-rows");
  expect(told("", "a.ndjson")).toEqual(["1: lookup/no-rows This table has no rows."]);
});

test("a file full of mistakes tells the first, and how many more there are", () => {
  const found = told('{"id":"x"}\n'.repeat(50), "a.ndjson");
  expect(found).toHaveLength(21);
  expect(found.at(-1)).toBe("21: lookup/wrong-value This and 29 more rows of the table have mistakes.");
});

test("a table is bounded", () => {
  const lines = (count: number) => Array.from({ length: count }, (_, id) => `{"id":${id}}`).join("\n");
  expect(told(lines(MOST_ROWS), "a.ndjson")).toEqual([]);
  expect(told(lines(MOST_ROWS + 1), "a.ndjson")).toEqual([expect.stringMatching(/^100001: lookup\/too-large/)]);
});

test("any text survives CSV", () => {
  const texts = fc.array(
    fc.string({ unit: "grapheme" }).filter((text) => text !== "" && !/^[\r\n]*$/.test(text)),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(texts, (bosses) => {
      const rows = bosses.map((boss, id) => `${id}\t"${boss.replaceAll('"', '""')}"\t\t`);
      const text = `id\tboss\tarea\tsince\n${rows.join("\n")}\n`;
      const read = readTableFile(text, "a.tsv", table("a.tsv", { delimiter: "\t" }));
      expect(read.diagnostics).toEqual([]);
      expect(read.rows.map(({ boss }) => boss)).toEqual(bosses);
    }),
    { numRuns: 200 },
  );
});
