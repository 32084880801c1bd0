import { describe, expect, test } from "vitest";
import { compile } from "../src/core.ts";
import { testable } from "../src/testing/stand-ins.ts";
import { readTests } from "../src/testing/test-file.ts";

const MB = 1024 * 1024;
const many = (times: number, piece: (i: number) => string) => Array.from({ length: times }, (_, i) => piece(i)).join("");
const spec = (nodes: string, more = "") => `version: 1\nname: hostile\n${more}nodes:\n${nodes}`;
const filter = (i: number, from: string, where = "a > 0") =>
  `  - { id: n${i}, type: transform.filter, from: ${from}, config: { where: ${where} } }\n`;
const source = (columns: string, more = "") =>
  `  - id: a\n    type: source.http\n    config:\n      url: demo://retail\n      columns: ${columns}\n${more}`;

/** Texts that break loaders, each with a code that it must earn. */
const TEXTS: [string, string, string][] = [
  [
    "aliases that grow by ten a line",
    `a: &a [x,x,x]\n${many(9, (i) => `b${i}: &b${i} [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n`)}`,
    "yaml/alias",
  ],
  ["an alias to itself", "a: &a [*a]", "yaml/alias"],
  ["a duplicate key in a node", spec("  - { id: a, id: b, type: kafka.topic, config: { topic: t } }\n"), "yaml/duplicate-key"],
  ["20,000 duplicate keys", many(20_000, () => "a: 1\n"), "yaml/duplicate-key"],
  ["a tab before a key", "version: 1\nnodes:\n\t- id: a\n", "yaml/tab"],
  ["100,000 open brackets", "[".repeat(100_000), "yaml/too-deep"],
  ["100,000 open braces", "{a: ".repeat(100_000), "yaml/too-deep"],
  ["10,000 lists in one line", `${"- ".repeat(10_000)}a`, "yaml/too-deep"],
  ["10,000 questions in one line", `${"? ".repeat(10_000)}a`, "yaml/too-deep"],
  ["1,400 steps of indentation", many(1_400, (i) => `${" ".repeat(i)}a:\n`), "yaml/too-deep"],
  ["10,000 tags", `a: ${"!a ".repeat(10_000)}b`, "yaml/too-deep"],
  ["10 MB of nodes", spec(many(130_000, (i) => filter(i, "a"))), "yaml/too-large"],
  ["10 MB in one line", `a: ${"b".repeat(10 * MB)}`, "yaml/too-large"],
  ["10 MB of blanks", " ".repeat(10 * MB), "yaml/too-large"],
  ["2 MB of line ends", "\n".repeat(2 * MB), "yaml/too-large"],
  ["1 MB of comments", "#\n".repeat(MB / 2), "yaml/too-large"],
  ["NUL", "version: 1\nname: a\0b\n", "yaml/control-character"],
  ["half of a surrogate pair", "version: 1\nname: a\uD800b\n", "yaml/control-character"],
  ["__proto__ as a key", "__proto__: { polluted: yes }\n", "yaml/key"],
  ["__proto__ as a column", spec(source("{ __proto__: string, id: string }")), "yaml/key"],
  ["constructor as a header", spec(source("{ id: string }", "      headers: { constructor: x }\n")), "yaml/key"],
  ["toString as a type", spec("  - { id: a, type: toString, config: {} }\n"), "schema/unknown-node-type"],
  ["hasOwnProperty as an input", spec(filter(1, "hasownproperty")), "dag/unknown-input"],
  [
    "toString as a column and a function",
    spec(`${source("{ toString: int }")}${filter(1, "a", "toString(valueOf) > 0")}`),
    "expression/unknown-function",
  ],
  ["2,000 nodes that are no YAML", spec(many(2_000, () => "  - { id: a, ] }\n")), "yaml/syntax"],
  ["600 inputs that do not exist", spec(many(600, (i) => filter(i, `zz${i * 7919}`))), "dag/unknown-input"],
  ["1,000 circles", spec(many(2_000, (i) => filter(i, `n${i ^ 1}`))), "dag/cycle"],
  ["a circle of 2,000", spec(many(2_000, (i) => filter(i, `n${(i + 1) % 2_000}`))), "dag/cycle"],
  [
    "an expression of 3,000 brackets",
    spec(filter(1, "a", `'${"(".repeat(3_000)}1${")".repeat(3_000)} > 0'`)),
    "expression/syntax",
  ],
];

describe("a text that breaks loaders", () => {
  test.each(TEXTS)("%s is told", (_, text, code) => {
    expect(compile(text, "hostile.yaml").diagnostics.map((diagnostic) => diagnostic.code)).toContain(code);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

/** A pipeline of one source and one sink, whose tests the hostile texts pretend to be. */
const { typed: small } = compile(
  spec(
    `${source("{ id: string }")}  - { id: k, type: kafka.topic, from: a, config: { topic: t } }\n  - { id: s, type: sink.console, from: k }\n`,
  ),
  "small.yaml",
);
const tests = (body: string) => `version: 1\ntests:\n${body}`;

/** Files of tests that break loaders, those above that are no YAML at all among them. */
const TEST_FILES: [string, string, string][] = [
  ...TEXTS.filter(([, , code]) => code.startsWith("yaml/")),
  ["a test that is a list of itself", tests(many(50, () => "  - [[]]\n")), "schema/wrong-type"],
  [
    "2,000 tests of one name",
    tests(many(2_000, () => "  - { name: a, given: { a: [] }, expect: { s: [] } }\n")),
    "test/repeated-name",
  ],
  [
    "500 nodes that do not exist",
    tests(`  - name: one\n    given: { a: [] }\n    expect: { ${many(500, (i) => `zz${i * 7919}: [], `)} }\n`),
    "test/unknown-node",
  ],
  ["toString as a node", tests("  - { name: one, given: { toString: [] }, expect: { s: [] } }\n"), "test/unknown-source"],
  [
    "hasOwnProperty as a column",
    tests("  - { name: one, given: { a: [] }, expect: { s: [{ hasOwnProperty: 1 }] } }\n"),
    "test/unknown-column",
  ],
  [
    "__proto__ as a column",
    tests("  - { name: one, given: { a: [{ __proto__: { polluted: yes } }] }, expect: { s: [] } }\n"),
    "yaml/key",
  ],
];

describe("a file of tests that breaks loaders", () => {
  if (small === undefined) throw new Error("no types");
  test.each(TEST_FILES)("%s is told", (_, text, code) => {
    const { diagnostics } = readTests(text, "hostile.test.yaml", testable(small));
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain(code);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
