import { createHash } from "node:crypto";
import { appendFile, chmod, mkdtemp, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FileWish, readFiles } from "../../../test/support/file-reading.ts";
import { createRecordCutter } from "./run/record-cutter.ts";
import { fileSource } from "./run.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "source-file-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const write = (name: string, content: string | Uint8Array) => writeFile(join(root, name), content);
const read = (wish?: FileWish) => readFiles(root, wish);

describe("lines of files", () => {
  it("come in the order of the files' names, packed or not, and a byte order mark is none of theirs", async () => {
    await write("b.ndjson", '{"id":"3"}\n\n{"id":"4"}');
    await write("a.ndjson", '\ufeff{"id":"1"}\r\n{"id":"2"}\n');
    await write("c.ndjson.gz", gzipSync('{"id":"5"}\n'));
    const { end, texts } = await read({ path: "*.ndjson*" });
    expect(end).toBe("ended");
    expect(texts).toEqual([1, 2, 3, 4, 5].map((id) => `{"id":"${id}"}`));
    expect(fileSource.hasCursor?.({} as never)).toBe(true);
  });

  it("go on behind any of them", async () => {
    for (const name of ["a.ndjson", "b.ndjson.gz"]) {
      const text = Array.from({ length: 40 }, (_, n) => `{"id":"${name} ${n}","note":"${"é".repeat(n)}"}\n`).join("");
      await write(name, name.endsWith("gz") ? gzipSync(text) : text);
    }
    const { texts, cursors } = await read({ path: "*.ndjson*" });
    for (const [at, cursor] of cursors.entries()) {
      if (at % 7 !== 0 && at !== 39) continue;
      expect((await read({ path: "*.ndjson*", cursor: cursor ?? "" })).texts).toEqual(texts.slice(at + 1));
    }
  });

  it("over the cap leave their head, length and hash", async () => {
    const long = "x".repeat(3000);
    await write("a.ndjson", `${long}\n{"id":"1"}\n`);
    const { items, texts } = await read();
    expect(texts).toEqual(["oversized 3000", '{"id":"1"}']);
    expect(items[0]).toMatchObject({
      head: Buffer.from(long.slice(0, 1024)),
      sha256: createHash("sha256").update(long).digest("hex"),
    });
  });

  it("are cut alike however they come in pieces", () => {
    const line = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", "é") });
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(60)), fc.boolean(), (lines, ends, quoted) => {
        const bytes = Buffer.from(lines.join("\n"));
        const cutIn = (pieces: number[]) => {
          const cutter = createRecordCutter({ maxBytes: 12, quoted, from: 0 });
          const places = [0, ...pieces.map((end) => Math.min(end, bytes.length)), bytes.length];
          const cuts = places.slice(1).flatMap((to, at) => cutter.push(bytes.subarray(places[at], to)));
          return [...cuts, ...cutter.end()].map((cut) =>
            cut.kind === "record" ? { ...cut, bytes: Buffer.from(cut.bytes) } : cut.end,
          );
        };
        expect(cutIn(ends.toSorted((a, b) => a - b))).toEqual(cutIn([]));
      }),
      { numRuns: 200 },
    );
  });
});

const csv = { path: "*.csv", format: "csv", columns: { id: "string!", n: "int" } };

describe("CSV", () => {
  it("has a header in each file, quotes with line ends, and goes on behind any row", async () => {
    await write("a.csv", 'id,n\r\n"a\n1",1\r\n"b",2\r\n');
    await write("b.csv", "n,id\n3,c\n4\n");
    const { texts, cursors } = await read(csv);
    expect(texts).toEqual(['{"id":"a\\n1","n":1}', '{"id":"b","n":2}', '{"id":"c","n":3}', "4"]);
    for (const [at, cursor] of cursors.entries())
      expect((await read({ ...csv, cursor: cursor ?? "" })).texts).toEqual(texts.slice(at + 1));
  });

  it("may have no header, another delimiter and another encoding", async () => {
    await write("a.csv", Buffer.from("caf\xe9;1\n", "latin1"));
    const wish = { ...csv, csv: { header: false, delimiter: ";" } };
    expect((await read({ ...wish, encoding: "windows-1252" })).texts).toEqual(['{"id":"café","n":1}']);
    // What is not UTF-8 is handed over as it is.
    expect((await read(wish)).items).toMatchObject([{ bytes: Buffer.from("caf\xe9;1", "latin1") }]);
  });

  it.each([
    ["idd,n\n1,2\n", "the header of a.csv has no column `id`", "did you mean `idd`?"],
    ["id,n,id\n", "the header of a.csv names `id` twice", undefined],
    ['id,"n\n1,2\n', "the header of a.csv is no line of CSV", undefined],
    ["\xff\xfei\0d\0", "a.csv is written in UTF-16", undefined],
  ])("with the beginning %j ends the run", async (content, message, hint) => {
    await write("a.csv", Buffer.from(content, "latin1"));
    await expect(read(csv)).rejects.toMatchObject({ name: "SourceFailure", message, ...(hint && { hint }) });
  });
});

describe("what is not as it was", () => {
  const first = '{"id":"1"}\n{"id":"2"}\n';
  const cursorBehind = async (content = first) => {
    await write("b.ndjson", content);
    return (await read({ path: "*.ndjson*" })).cursors.at(-1) ?? "";
  };

  it("a file that is missing is told, and so is a folder", async () => {
    await expect(read()).rejects.toMatchObject({ message: "no file is at `*.ndjson`" });
    await expect(read({ path: "." })).rejects.toMatchObject({ name: "SourceFailure" });
  });

  it("a file that may not be read, or is no gzip", async () => {
    await write("a.ndjson.gz", gzipSync(first.repeat(100)).subarray(0, -12));
    await expect(read({ path: "a.ndjson.gz" })).rejects.toMatchObject({
      message: "a.ndjson.gz is no gzip, or ends in the middle",
    });
    await write("a.ndjson", first);
    await chmod(join(root, "a.ndjson"), 0);
    // Root may read whatever it likes.
    if (process.getuid?.() !== 0) await expect(read()).rejects.toMatchObject({ message: "a.ndjson may not be read" });
  });

  it("a file that shrank or was replaced ends the run", async () => {
    const cursor = await cursorBehind();
    await truncate(join(root, "b.ndjson"), 5);
    await expect(read({ cursor })).rejects.toMatchObject({ message: "b.ndjson has 5 bytes, and 22 were read of it" });
    await write("b.ndjson", first.replace("1", "7") + first);
    await expect(read({ cursor })).rejects.toMatchObject({ message: "b.ndjson is another file than the one that was read" });
  });

  it("a file that grew is read on", async () => {
    const cursor = await cursorBehind();
    await appendFile(join(root, "b.ndjson"), '{"id":"3"}\n');
    expect(await read({ cursor })).toMatchObject({ texts: ['{"id":"3"}'], gaps: [] });
  });

  it("a file behind the place that was reached is a gap, once", async () => {
    const cursor = await cursorBehind();
    await write("a.ndjson", first);
    const { texts, gaps } = await read({ cursor });
    expect(texts).toEqual([]);
    expect(gaps).toEqual(["a.ndjson came or changed after b.ndjson was begun, and names are read in order"]);
  });

  it("a file that is gone is a gap only where it was not read to its end", async () => {
    await write("b.ndjson", first);
    const { cursors } = await read();
    await rename(join(root, "b.ndjson"), join(root, "b.read"));
    await write("c.ndjson", '{"id":"3"}\n');
    expect(await read({ cursor: cursors[1] ?? "" })).toMatchObject({ texts: ['{"id":"3"}'], gaps: [] });
    expect((await read({ cursor: cursors[0] ?? "" })).gaps).toEqual(["b.ndjson was removed before it was read to its end"]);
  });
});

describe("follow", () => {
  it("reads what is written, line by line, and the file that comes behind", async () => {
    await write("a.ndjson", '{"id":"1"}\n{"id"');
    const steps: Record<string, () => Promise<void>> = {
      '{"id":"1"}': () => appendFile(join(root, "a.ndjson"), ':"2"}\n{"id":"3"}'),
      '{"id":"2"}': () => write("b.ndjson", '{"id":"4"}\n'),
    };
    const { end, texts } = await read({ follow: true, until: 4, heard: (text) => void steps[text]?.() });
    expect(end).toBe("aborted");
    expect(texts).toEqual([1, 2, 3, 4].map((id) => `{"id":"${id}"}`));
  });

  it("waits for a file, and with `once` leaves a half line", async () => {
    await write("a.ndjson", '{"id":"1"}\n{"id"');
    expect(await read({ follow: true, once: true })).toMatchObject({ end: "ended", texts: ['{"id":"1"}'] });
  });

  it("a file that is replaced meanwhile ends the run", async () => {
    await write("a.ndjson", '{"id":"1"}\n');
    const replace = async () => {
      await write("other", '{"id":"1"}\n{"id":"2"}\n');
      await rename(join(root, "other"), join(root, "a.ndjson"));
    };
    await expect(read({ follow: true, heard: () => void replace() })).rejects.toMatchObject({
      message: "a.ndjson is another file than the one that was read",
    });
  });
});

describe("replay", () => {
  it("hands over records as far apart as they happened, divided by the speed", async () => {
    const at = (seconds: number) => `{"at":"2026-01-05T12:00:${String(seconds).padStart(2, "0")}Z"}`;
    const lines = [at(0), at(20), "no JSON", at(10), at(40)];
    await write("a.ndjson", lines.map((line) => `${line}\n`).join(""));
    const heard: [string, number][] = [];
    const began = performance.now();
    await read({
      columns: { at: "timestamp" },
      replay: { pace: "at", speed: 200 },
      heard: (text) => heard.push([text, performance.now() - began]),
    });
    expect(heard.map(([text]) => text)).toEqual(lines);
    const times = heard.map(([, time]) => time);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(90);
    expect((times[4] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(190);
  });
});
