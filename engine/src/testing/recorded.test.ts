import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { newFile, type WrittenTest, withTest } from "./append.ts";
import { recordText } from "./given.ts";
import { givenOf } from "./recorded.ts";

const TEST: WrittenTest = {
  name: "2 records: it",
  arrived: "2026-01-01T10:00:00.000Z",
  given: { source: [{ k: "a", n: 1 }, '{"k": ', { "#": "- x" }], empty: [] },
  expect: { stored: [{ _id: "a" }], topic: { dead: [{ record: 2, code: "record/not-json" }], late: 1 }, other: [] },
};

describe("a test is written at the end of the list", () => {
  const BLOCK = "# head\nversion:   1\ntests:\n  - name: one # kept\n    expect: { few: [] }\n";
  it.each([
    ["of lines", BLOCK],
    ["of lines, without a last line end", BLOCK.trimEnd()],
    ["of lines, with a comment behind", `${BLOCK}\n# the end\n`],
    ["of lines that are not indented", "version: 1\ntests:\n- name: one\n  expect:\n    few:\n    - k: |\n        text\n"],
    ["with other lines below", `${BLOCK}\n# what follows\nx-more: [1,  2]\n`],
    ["in brackets", "version: 1\ntests: [{ name: one, expect: { few: [] } }] # all\nx-a: 1\n"],
    ["that is empty", "version: 1\ntests: []\n"],
    ["of JSON", '{"version": 1, "tests": [{"name": "one"}]}'],
    ["of lines that end as in Windows", BLOCK.replaceAll("\n", "\r\n")],
  ])("%s", (_, text) => {
    const changed = withTest(text, TEST) ?? expect.fail("it was not written");
    const before = parse(text) as { tests: unknown[] };
    expect(parse(changed)).toEqual({ ...before, tests: [...before.tests, TEST] });
    let [from, to] = [0, 0];
    while (from < text.length && changed[from] === text[from]) from += 1;
    while (to < text.length - from && changed.at(-1 - to) === text.at(-1 - to)) to += 1;
    expect(from + to).toBe(text.length);
    if (text.includes("\r\n")) expect(changed.replaceAll("\r\n", "")).not.toContain("\n");
  });

  it.each([
    "version: 1\ntests:\n",
    "version: 1\n",
    "tests: - a\n",
    "version: 1\ntests: [{ name: one },]\n...\n---\nmore: 1\n",
    "tests: &a []\n",
  ])("or not at all: %j", (text) => {
    const changed = withTest(text, TEST);
    if (changed !== undefined) expect((parse(changed) as { tests: unknown[] }).tests.at(-1)).toEqual(TEST);
    else expect(changed).toBeUndefined();
  });

  it("of a file that was not there", () => {
    expect(parse(newFile("../tests.json", TEST))).toEqual({ version: 1, tests: [TEST] });
    expect(newFile("../tests.json", TEST)).toMatch(/^# yaml-language-server: \$schema=\.\.\/tests\.json\nversion: 1\n/);
    expect(newFile("", TEST)).toMatch(/^version: 1\n/);
  });
});

describe("a record is given", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const record = (value: string, more: object = {}) => ({
    ...{
      value: bytes(value),
      key: bytes("k"),
      timestamp: 1_767_261_600_000,
      partition: 1,
      offset: 5,
      headers: new Map<string, Uint8Array>(),
    },
    ...more,
  });

  it("as a map where that says all, else as its text", () => {
    expect(givenOf(record('{ "a": 1.5, "b": ["x"] }'), [])).toEqual({ a: 1.5, b: ["x"] });
    for (const text of ['{"a":1.50}', '{"a":12345678901234567890}', '{"a":1,"a":2}', "[1]", "no JSON", "", '{"__proto__":1}'])
      expect(recordText(givenOf(record(text), [])), text).toBe(text);
  });

  it("with the facts that the pipeline reads, and not where they are no text", () => {
    const headers = new Map([["trace", bytes("t")]]);
    expect(
      givenOf(record('{"a":1}', { headers }), ["timestamp", "key", "header.trace", "header.none", "offset", "topic"]),
    ).toEqual({
      $record: { a: 1 },
      ...{ $timestamp: "2026-01-01T10:00:00Z", $key: "k", $offset: 5, $headers: { trace: "t", none: null } },
    });
    expect(givenOf(record('{"$record":1}'), [])).toEqual({ $record: '{"$record":1}' });
    expect(givenOf(record("{}", { key: Uint8Array.of(255) }), ["key"])).toBeUndefined();
    expect(givenOf({ ...record(""), value: Uint8Array.of(255) }, [])).toBeUndefined();
  });

  it("so that its source would send the same value, whatever it is", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.object().map((value) => JSON.stringify(value)),
        ),
        (text) => {
          const given = givenOf(record(text), []) as { $record?: unknown };
          const sent = recordText(given !== null && typeof given === "object" && "$record" in given ? given.$record : given);
          if (typeof given === "object") expect(JSON.parse(sent)).toEqual(JSON.parse(text));
          else expect(sent).toBe(text);
        },
      ),
    );
  });
});
