import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FileWish, readFiles } from "../../../../test/support/file-reading.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "source-file-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const write = (name: string, content: string | Uint8Array) => writeFile(join(root, name), content);
const read = (wish: FileWish) => readFiles(root, wish);

describe("Parquet", () => {
  const notation = {
    ...{ id: "string!", n: "long", total: "decimal(22,2)", price: "decimal(9,2)", at: "timestamp", day: "date", ok: "boolean" },
    ...{ ratio: "double", tags: ["string"], shop: { city: "string", fees: ["decimal(5,2)"] }, raw: "binary", extra: "map(int)" },
  };
  const wish = { path: "*.parquet", format: "parquet", columns: notation };
  /** Five rows in two groups, as pyarrow writes them with zstd and Snappy. */
  const sales = () => readFile(new URL("../../../../test/support/sales.parquet", import.meta.url));

  it("keeps the digits of its numbers and times, and reads the columns that are wanted", async () => {
    await write("a.parquet", await sales());
    const { texts } = await read(wish);
    const common =
      '"at":"2026-01-05T12:00:0N.123456Z","day":"2026-01-05","ok":OK,"ratio":R,"tags":T,"shop":{"city":"Róma","fees":[0.10]},"raw":"AP8=","extra":{"a":N}}';
    const rest = (n: number, ratio: string, tags = `["t${n}",null]`) =>
      common
        .replaceAll("N", String(n))
        .replace("OK", String(n % 2 === 0))
        .replace("R,", `${ratio},`)
        .replace("T,", `${tags},`);
    expect(texts).toEqual([
      `{"id":"p0","n":9007199254740993,"total":12345678901234567.05,"price":-0.05,${rest(0, "0")}`,
      `{"id":"p1","n":9007199254740994,"total":112345678901234567.15,"price":-1.05,${rest(1, "0.25")}`,
      `{"id":"p2","n":9007199254740995,"total":212345678901234567.25,"price":-2.05,${rest(2, "0.5", "[]")}`,
      `{"id":"p3","n":9007199254740996,"total":null,"price":-3.05,${rest(3, "0.75")}`,
      `{"id":"p4","n":9007199254740997,"total":412345678901234567.45,"price":-4.05,${rest(4, '"NaN"')}`,
    ]);
  });

  it("goes on behind any row, in the next file too", async () => {
    for (const name of ["a.parquet", "b.parquet"]) await write(name, await sales());
    const { texts, cursors } = await read(wish);
    for (const [at, cursor] of cursors.entries())
      expect((await read({ ...wish, cursor: cursor ?? "" })).texts).toEqual(texts.slice(at + 1));
  });

  it("that is none, was cut, or lacks a column ends the run", async () => {
    await write("a.parquet", await sales());
    await expect(read({ ...wish, columns: { idd: "string" } })).rejects.toMatchObject({
      message: "a.parquet has no column `idd`",
      hint: "did you mean `id`?",
    });
    const { cursors } = await read(wish);
    await write("a.parquet", (await sales()).subarray(0, 3000));
    await expect(read(wish)).rejects.toMatchObject({ message: expect.stringMatching(/^a.parquet cannot be read as Parquet/) });
    await write("a.parquet", "PAR1");
    await expect(read(wish)).rejects.toMatchObject({ name: "SourceFailure" });
    await expect(read({ ...wish, cursor: cursors[0] ?? "" })).rejects.toMatchObject({
      message: expect.stringMatching(/is another file/),
    });
  });
});
