import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDocument } from "./document.ts";

/** The text that a place covers. */
function covered(text: string, pointer: string, options?: Parameters<ReturnType<typeof readDocument>["locate"]>[1]): string {
  const { from, to } = readDocument(text, "f.yaml").locate(pointer, options);
  return text.slice(from, to);
}

const yamlish = fc
  .array(
    fc.constantFrom(
      "a",
      "b: ",
      "- ",
      "\n",
      "  ",
      "\t",
      "{",
      "}",
      "[",
      "]",
      ",",
      ": ",
      "'",
      '"',
      "|",
      ">",
      "&x ",
      "*x",
      "!t ",
      "#",
      "---\n",
      "? ",
      "\\",
      "1",
      "<<",
      "%",
      "\r\n",
      "\uFEFF",
      "é",
      "😀",
      "\u0001",
    ),
    { maxLength: 60 },
  )
  .map((pieces) => pieces.join(""));

describe("any text", () => {
  test("never throws, and every finding has a place inside it", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 200 }), fc.string({ unit: "binary", maxLength: 200 }), yamlish), (text) => {
        const document = readDocument(text, "f.yaml");
        expect(document.value === undefined).toBe(document.findings.length > 0);
        for (const finding of document.findings) {
          const { at } = document.place(finding);
          expect(at.from).toBeGreaterThanOrEqual(0);
          expect(at.to).toBeGreaterThanOrEqual(at.from);
          expect(at.to).toBeLessThanOrEqual(text.length);
          expect(at.column).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test("that is JSON is read as JSON reads it", () => {
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const keys = fc.string({ minLength: 1 }).filter((key) => !["__proto__", "constructor", "prototype", "<<"].includes(key));
    const value = fc.dictionary(keys, fc.oneof(scalar, fc.array(scalar), fc.dictionary(keys, scalar)), {
      minKeys: 1,
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(value, (data) => {
        // YAML refuses some characters that JSON lets stand raw.
        const text = JSON.stringify(data).replace(/[\u007f-\u009f]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
        expect(JSON.parse(JSON.stringify(readDocument(text, "f.yaml").value ?? null))).toEqual(data);
      }),
    );
  });

  test.each([
    ["brackets", "[".repeat(200_000)],
    ["braces", "{a: ".repeat(100_000)],
    ["list items", "- ".repeat(200_000)],
    ["explicit keys", "? ".repeat(200_000)],
    ["tags", `[${"!a ".repeat(200_000)}`],
    ["indentation", Array.from({ length: 1000 }, (_, i) => `${" ".repeat(i)}a:`).join("\n")],
    ["brackets behind small ones", `[${"[],".repeat(1000)}${"[".repeat(100_000)}`],
  ])("nested by %s is refused at once", (_, text) => {
    const begun = performance.now();
    expect(readDocument(text, "f.yaml").findings.map((finding) => finding.code)).toEqual(["yaml/too-deep"]);
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  test.each([
    ["brackets in text", `[],${"[".repeat(300_000)}`],
    ["blanks", `a: x${" ".repeat(500_000)}y: z`],
    ["keys in keys", "a: b: ".repeat(100_000)],
    ["quotes", `a: ${"'".repeat(500_001)}`],
    ["anchors", "&a x\n".repeat(100_000)],
    ["closing brackets", "]".repeat(60_000)],
    ["equal keys", "a: 1\n".repeat(40_000)],
    ["colons", ":".repeat(500_000)],
    ["commas", `[${",".repeat(60_000)}`],
    ["question marks", "?\n".repeat(300_000)],
    ["lines of an open quote", `'${"\n".repeat(500_000)}`],
  ])("a flood of %s is answered within seconds", (_, text) => {
    const begun = performance.now();
    const document = readDocument(text, "f.yaml");
    for (const finding of document.findings) document.place(finding);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  test("over the cap is refused unread", () => {
    expect(readDocument("a: b\n".repeat(300_000), "f.yaml").findings.map((f) => f.code)).toEqual(["yaml/too-large"]);
  });

  test("of ordinary depth is read", () => {
    const text = `${"[".repeat(90)}1${"]".repeat(90)}`;
    expect(readDocument(text, "f.yaml").findings).toEqual([]);
  });
});

describe("values", () => {
  test("follow YAML 1.2: yes and on are text, maps have no prototype", () => {
    const { value } = readDocument("a: yes\nb: on\nc: 0x10\nd: ~\n1: x\n", "f.yaml");
    expect(value).toEqual({ a: "yes", b: "on", c: 16, d: null, "1": "x" });
    expect(Object.getPrototypeOf(value)).toBeNull();
  });

  test("keep the user's spelling", () => {
    const document = readDocument("a: 0010\nb: 'x'\n", "f.yaml");
    expect(document.source("/a")).toBe("0010");
    expect(document.source("/c")).toBeUndefined();
  });
});

describe("places", () => {
  const text = "a:\n  b: some text # note\n  c: [x, {d: 'it''s'}]\n  e:\n  f: |\n    one\n    two\ng~/h: 1\n";

  test.each([
    ["/a/b", undefined, "some text"],
    ["/a/b", { on: "key" as const }, "b"],
    ["/a/b", { inner: { from: 5, to: 9 } }, "text"],
    ["/a/c/0", undefined, "x"],
    ["/a/c/1/d", { inner: { from: 3, to: 4 } }, "s"],
    ["/a/c/1/d", { inner: { from: 2, to: 4 } }, "''s"],
    ["/a/f", { inner: { from: 4, to: 7 } }, "two"],
    ["/a/e", undefined, "e"],
    ["/a", undefined, "b: some text"],
    ["/a/missing/deeper", undefined, "a"],
    ["/g~0~1h", { on: "key" as const }, "g~/h"],
    ["", { inner: { from: 0, to: 1 } }, "a"],
  ])("%s %j covers %j", (pointer, options, expected) => {
    expect(covered(text, pointer, options)).toBe(expected);
  });

  test("inside quotes, folds and line ends of both kinds are exact where the text allows it", () => {
    expect(covered('a: "x > \\"y\\""', "/a", { inner: { from: 5, to: 6 } })).toBe("y");
    expect(covered('a: "x\\u0041y"', "/a", { inner: { from: 2, to: 3 } })).toBe('"x\\u0041y"');
    expect(covered("a: one\n  two\n", "/a", { inner: { from: 4, to: 7 } })).toBe("two");
    expect(covered("a: >-\r\n  one\r\n  two\r\n", "/a", { inner: { from: 4, to: 7 } })).toBe("two");
    expect(covered("a: |\r\n  one\r\n  two\r\n", "/a", { inner: { from: 4, to: 7 } })).toBe("two");
    expect(covered("a: 'é😀x'\n", "/a", { inner: { from: 3, to: 4 } })).toBe("x");
  });

  test("count lines and columns from 1, a byte order mark not counted", () => {
    const at = (source: string, pointer: string) => {
      const { line, column } = readDocument(source, "f.yaml").locate(pointer);
      return `${line}:${column}`;
    };
    expect(at("a: 1\r\nb: 2", "/b")).toBe("2:4");
    expect(at("\uFEFFa: 1", "/a")).toBe("1:4");
  });

  test("every inner range of any single-line scalar covers its own characters", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z(][a-z0-9 ()'"*+<>=.,]{0,30}[a-z)]$/),
        fc.nat(31),
        fc.constantFrom("plain", "single"),
        (value, at, style) => {
          const source = style === "plain" ? value : `'${value.replaceAll("'", "''")}'`;
          const document = readDocument(`- ${source}\n`, "f.yaml");
          const index = at % value.length;
          const { from, to } = document.locate("/0", { inner: { from: index, to: index + 1 } });
          expect(document.text.slice(from, to).replace("''", "'")).toBe(value[index]);
        },
      ),
    );
  });
});
