import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLineSplitter, type Line } from "./line-splitter.ts";

const cap = 40;

/** The plain definition, over the whole text at once. */
function expected(bytes: Buffer): Line[] {
  let text = bytes.toString("latin1");
  if (text.startsWith("\xef\xbb\xbf")) text = text.slice(3);
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  return lines
    .filter((line) => line.length > cap || !/^[ \t\r]*$/.test(line))
    .map((line) => {
      const whole = Buffer.from(line, "latin1");
      if (whole.length <= cap) return { kind: "record", bytes: whole };
      return { kind: "oversized", head: whole.subarray(0, 1024), length: whole.length, sha256: sha(whole) };
    });
}
function sha(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
function plain(lines: Line[]): unknown[] {
  return lines.map((line) =>
    line.kind === "record"
      ? Buffer.from(line.bytes).toString("latin1")
      : { ...line, head: Buffer.from(line.head).toString("latin1") },
  );
}
function split(chunks: Uint8Array[]): Line[] {
  const splitter = createLineSplitter(cap);
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
}

const piece = fc.oneof(
  fc.constantFrom("\n", "\r\n", "\r", "\r\r\n", " ", "\t", "\xef\xbb\xbf", "\xef", "é", "\x00", "\xff"),
  fc.string({ maxLength: 60, unit: "binary-ascii" }),
  fc.constantFrom(cap - 1, cap, cap + 1, cap + 2, cap + 4, 200, 3000).map((length) => "x".repeat(length)),
);

describe("the line splitter", () => {
  test("gives the same lines however the bytes are chunked", () => {
    fc.assert(
      fc.property(fc.array(piece), fc.array(fc.nat(1000)), (pieces, cuts) => {
        const bytes = Buffer.from(pieces.join(""), "latin1");
        const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
        const chunks = [0, ...at].map((from, index) => bytes.subarray(from, at[index]));
        expect(plain(split(chunks))).toEqual(plain(expected(bytes)));
        expect(plain(split([...bytes].map((byte) => Buffer.from([byte]))))).toEqual(plain(expected(bytes)));
      }),
      { numRuns: 500 },
    );
  });

  test("throws half a line away at a cut and starts afresh", () => {
    const splitter = createLineSplitter(cap);
    expect(plain(splitter.push(Buffer.from("one\ntw")))).toEqual(["one"]);
    expect(splitter.cut()).toBe(2);
    expect(splitter.cut()).toBe(0);
    splitter.push(Buffer.alloc(100_000, "x"));
    expect(splitter.cut()).toBe(100_000);
    expect(plain(splitter.push(Buffer.from("\ufeffthree\n")))).toEqual(["three"]);
  });

  test("holds a line of the cap and no more", () => {
    expect(plain(split([Buffer.from(`${"x".repeat(cap)}\r\n`)]))).toEqual(["x".repeat(cap)]);
    expect(split([Buffer.from("x".repeat(cap + 1))])).toMatchObject([{ kind: "oversized", length: cap + 1 }]);
  });
});
