import { describe, expect, it } from "vitest";
import { compile } from "../core.ts";
import { pair } from "./pair.ts";
import { runTest } from "./run-tests.ts";
import { testable } from "./stand-ins.ts";
import { readTests } from "./test-file.ts";
import { updatedText } from "./update.ts";

const SPEC = `version: 1
name: p
nodes:
  - { id: source, type: source.http, config: { url: "demo://retail", columns: { k: string!, n: int, d: double, at: timestamp, l: [int], s: { x: double }, m: map(int) } } }
  - { id: topic, type: kafka.topic, from: source, config: { topic: p.t } }
  - { id: few, type: transform.filter, from: topic, config: { where: n < 10 } }
  - { id: sizes, type: transform.split, from: topic, config: { outputs: { small: n < 10, large: n >= 10 } } }
  - { id: hash, type: transform.filter, from: topic, config: { where: "regexp_like(k, '(a)\\\\1')" } }
  - { id: stored, type: sink.mongodb, from: few, config: { collection: a, key: k } }
  - { id: large, type: sink.mongodb, from: sizes.large, config: { collection: b, key: k } }
  - { id: hashed, type: sink.mongodb, from: hash, config: { collection: c, key: k } }`;

function typed(spec: string) {
  const found = compile(spec, "p.yaml").typed;
  if (found === undefined) throw new Error("the spec has mistakes");
  return found;
}

const read = (text: string, spec = SPEC) => readTests(text, "p.test.yaml", testable(typed(spec)));

/** The file with one test, whose parts are given in one line each. */
const file = (...parts: string[]) => `version: 1\ntests:\n  - name: it\n${parts.map((part) => `    ${part}\n`).join("")}`;

const failures = (...parts: string[]) => failuresIn(SPEC, ...parts);

async function failuresIn(spec: string, ...parts: string[]) {
  const { tests, diagnostics } = read(file(...parts), spec);
  expect(diagnostics).toEqual([]);
  const [test] = tests;
  if (test === undefined) throw new Error("no test");
  return (await runTest(typed(spec), test)).failures;
}

const GIVEN =
  "given: { source: [{ k: a, n: 1, d: 0.3, at: 2026-01-01T10:00:00Z, l: [1, 2], s: { x: 1 }, m: { p: 1 } }, { k: b, n: 20 }, { n: 1 }] }";

it("a topic that is there already is given records, and its rows are expected", async () => {
  const spec = SPEC.replace(
    / {2}- \{ id: source.*\n.*\n/,
    "  - { id: topic, type: source.kafka, config: { topic: t, columns: { k: string!, n: int } } }\n",
  );
  const given = "given: { topic: [{ k: a, n: 1 }, { n: 1 }, no JSON] }";
  const dead = "[{ record: 2, code: record/missing-required }, { record: 3, code: record/not-json }]";
  expect(await failuresIn(spec, given, `expect: { topic: { rows: [{ k: a }], dead: ${dead} }, few: [{ k: a }] }`)).toEqual([]);
});

it("a join waits until the watermarks of both sides have passed", async () => {
  const input = (id: string) =>
    `  - { id: ${id}, type: source.http, config: { url: "demo://retail", columns: { k: string, at: timestamp!, n: int } } }
  - { id: ${id}_stream, type: kafka.topic, from: ${id}, config: { topic: p.${id} } }\n`;
  const time = "{ time: at, watermark: 1m }";
  const spec = `version: 1\nname: p\nnodes:\n${input("orders")}${input("payments")}
  - { id: paid, type: transform.join, from: { left: orders_stream, right: payments_stream }, config: { kind: left, on: { k: k }, after: 5m, left: ${time}, right: ${time}, prefix: p_ } }
  - { id: s, type: sink.mongodb, from: paid, config: { collection: s, key: k } }`;
  const row = (k: string, n: number, at: string) => `{ k: ${k}, n: ${n}, at: 2026-01-01T${at}Z }`;
  const one = `given: { orders: [${row("a", 1, "10:00:00")}, ${row("b", 2, "10:00:00")}], payments: [${row("a", 3, "10:05:00")}] }`;
  const two = `given: { orders: [${row("c", 4, "10:20:00")}] }`;
  const three = `given: { payments: [${row("d", 5, "10:10:00")}, { n: 6, at: 2026-01-01T10:00:00Z }] }`;
  const four = `given: { payments: [${row("b", 7, "10:04:00")}] }`;
  const batches = [
    `{ ${one}, expect: { paid: [{ k: a, n: 1, p_n: 3 }] } }`,
    `{ ${two}, expect: { paid: [] } }`,
    `{ ${three}, expect: { paid: { rows: [{ k: b, n: 2, p_n: null }], dead: [{ record: 3, code: join/null-key }] } } }`,
    `{ ${four}, expect: { paid: { rows: [], late: 1 } } }`,
  ];
  expect(await failuresIn(spec, `batches: [${batches.join(", ")}]`)).toEqual([]);
});

describe("what Kafka knows of a record", () => {
  const withFacts = (facts: string) => SPEC.replace("m: map(int) } }", `m: map(int) }, metadata: { ${facts} } }`);
  const told = (facts: string, ...parts: string[]) =>
    read(file(...parts, "expect: { few: [] }"), withFacts(facts)).diagnostics.map(({ code, hint, at }) => [code, hint, at.line]);

  it("is given beside it", async () => {
    const spec = withFacts("who: key, trace: header.t, came: timestamp");
    const given =
      "given: { source: [{ $record: { k: a, n: 1 }, $key: x, $headers: { t: u }, $timestamp: 2026-01-05T12:00:00Z }] }";
    const expected = "expect: { few: [{ k: a, who: x, trace: u, came: 2026-01-05T12:00:00Z }], large: [] }";
    expect(await failuresIn(spec, given, expected)).toEqual([]);
  });

  it.each([
    ["$keey: 1", "there are"],
    ["$key: 1", "it is text, or null"],
    ["$timestamp: noon", "it is an ISO 8601 time"],
    ["$partition: -1", "it is a whole number"],
    ["$headers: { t: 1 }", "it is a map of names to texts"],
  ])("is told where it is given as { %s }", (fact, hint) => {
    const found = told("who: key", `given: { source: [{ $record: { k: a }, ${fact} }] }`);
    expect(found).toEqual([["test/wrong-record", expect.stringContaining(hint), 4]]);
  });

  it("must be said where it is a time", () => {
    const given = "given: { source: [{ k: a }, { $record: { k: b }, $timestamp: 2026-01-05T12:00:00Z }] }";
    expect(told("came: timestamp", given).map(([code]) => code)).toEqual(["test/no-arrival"]);
    expect(told("came: timestamp", "arrived: 2026-01-05T12:00:00Z", given)).toEqual([]);
    expect(told("who: key", given)).toEqual([]);
  });
});

describe("what a node asks elsewhere", () => {
  const asking = (settings: string) => `version: 1\nname: p\nnodes:
  - { id: source, type: source.http, config: { url: "demo://retail", columns: { k: string, n: int, s: { x: int } } } }
  - { id: topic, type: kafka.topic, from: source, config: { topic: t } }
  - { id: rated, type: transform.http, from: topic, config: { url: "http://127.0.0.1:1/{k}/{s.x}", columns: { rate: double! }, paths: { rate: all.1.rate }, ${settings} } }
  - { id: found, type: transform.lookup, from: rated, config: { on: { k: name }, columns: { name: string!, boss: string }, rows: [{ name: z }], missing: drop } }
  - { id: stored, type: sink.mongodb, from: found, config: { collection: a, key: k } }`;
  const KEEP = asking("onError: keep, whenAway: dead-letter");
  const answer = (rate: unknown) => `{ when: { k: a, s.x: 1 }, answer: { all: [0, { rate: ${rate} }] } }`;
  const source = "source: [{ k: a, s: { x: 1 } }, { k: b, s: { x: 2 } }, { k: c, s: { x: 3 } }, { n: 4 }]";

  it("is given: answers, what comes in place of one, and rows in place of the table", async () => {
    const rated = `rated: [${answer(1.5)}, { when: { s.x: 2 }, status: 404 }, { status: 503 }]`;
    const given = `given: { ${source}, ${rated}, found: [{ name: a, boss: x }] }`;
    const rows = "[{ k: a, rate: 1.5 }, { k: b, rate: null }, { n: 4, rate: null }]";
    const dead = "[{ record: 3, code: http/away, message: status 503 }]";
    const expected = `expect: { rated: { rows: ${rows}, dead: ${dead} }, found: { rows: [{ k: a, boss: x }], filtered: 2 } }`;
    expect(await failuresIn(KEEP, given, expected)).toEqual([]);
  });
  it("stays from one batch to the next until something else is given", async () => {
    const one = `{ given: { source: [{ k: a, s: { x: 1 } }], rated: [${answer(1)}], found: [{ name: a, boss: x }] }, expect: { found: [{ rate: 1, boss: x }] } }`;
    const two =
      "{ given: { source: [{ k: a, s: { x: 1 } }], found: [{ name: a, boss: y }] }, expect: { found: [{ rate: 1, boss: y }] } }";
    const three = `{ given: { source: [{ k: a, s: { x: 1 } }], rated: [${answer(3)}] }, expect: { found: [{ rate: 3, boss: y }] } }`;
    expect(await failuresIn(KEEP, `batches: [${one}, ${two}, ${three}]`)).toEqual([]);
  });
  it("fails the test where nothing is given for it", async () => {
    const [failure, ...others] = await failuresIn(KEEP, `given: { ${source}, rated: [${answer(1)}] }`, "expect: { rated: [] }");
    expect(others).toEqual([]);
    expect(failure).toMatchObject({ stream: "rated", message: 'no answer is given for {"k":"b","s.x":2}' });
  });
  it.each([
    ["test/wrong-answer", "rated: [{}]", "{}"],
    ["test/wrong-answer", "rated: [{ answer: {}, status: 404 }]", "{ answer: {}, status"],
    ["test/wrong-answer", "rated: [{ answer: { all: [0, { rate: much }] } }]", "{ all"],
    ["test/wrong-answer", "rated: [{ status: 500 }]", "500"],
    ["schema/wrong-value", "rated: [{ status: 200 }]", "200"],
    ["schema/unknown-key", "rated: [{ anser: {} }]", "anser"],
    ["test/unknown-column", "rated: [{ when: { n: 1 }, answer: { all: [0, { rate: 1 }] } }]", "n: 1"],
    ["test/unknown-column", "rated: [{ when: { kk: 1 }, answer: { all: [0, { rate: 1 }] } }]", "kk"],
    ["test/wrong-value", "rated: [{ when: { s.x: one }, answer: { all: [0, { rate: 1 }] } }]", "one"],
    ["lookup/unknown-column", "found: [{ name: a, bos: x }]", "x"],
    ["lookup/wrong-value", "found: [{ boss: x }]", "{ boss"],
    ["lookup/duplicate-key", "found: [{ name: a }, { name: a }]", "{ name: a }]"],
    ["schema/wrong-type", "found: [a]", "a]"],
    ["test/unknown-source", "topic: []", "topic"],
    ["test/no-preview", "found: []", "found"],
  ])("%s is told at its place: %s", (code, given, at) => {
    const { diagnostics, document } = read(file(`given: { ${given} }`, "expect: { found: [] }"), asking("onError: fail"));
    const told = diagnostics.filter(({ code: each }) => each === code || each !== "test/no-preview");
    expect(told.map(({ code: each }) => each)).toEqual([code]);
    const [{ at: place } = { at: { from: 0, to: 0 } }] = told;
    expect(document.text.slice(place.from)).toMatch(new RegExp(`^${at.replace(/[[\]{}]/g, "\\$&")}`));
  });
});

describe("an expectation", () => {
  it.each([
    "{ few: [{ k: a }] }",
    "{ few: [{ k: a, n: 1, d: 0.3, at: 2026-01-01T12:00:00+02:00, l: [1, 2], s: { x: 1 }, m: { p: 1 } }] }",
    "{ few: [{ k: { $regex: ^a$ }, n: { $gte: 1, $lt: 2 }, d: { $near: [0.31, 0.02] }, s: { x: { $ne: 2 } }, at: { $any: true } }] }",
    "{ topic: [{ k: b, l: null, at: { $any: false } }, { k: { $in: [a, c] } }] }",
    "{ topic: { rows: [{ k: a }, { k: b }], match: ordered, dead: [{ record: 3, code: record/missing-required, message: required }] } }",
    "{ topic: { rows: [{ k: b }], match: some, dead: 1, late: 0, repeats: 0 } }",
    "{ few: { filtered: [{ record: 2 }] }, sizes.large: [{ k: b }], stored: [{ _id: a }] }",
    "{ few: { open: 0 } }",
  ])("%s holds", async (expected) => {
    expect(await failures(GIVEN, `expect: ${expected}`)).toEqual([]);
  });

  it.each([
    ["{ few: [] }", "1 row not expected", 0, 1],
    ["{ few: [{ k: a }, { k: a }] }", "1 row missing", 1, 0],
    ["{ few: [{ k: a, n: 2 }] }", "1 row missing, 1 row not expected", 1, 1],
    ["{ few: [{ l: [1] }] }", "1 row missing, 1 row not expected", 1, 1],
    ["{ few: [{ m: { p: 2 } }] }", "1 row missing, 1 row not expected", 1, 1],
    ["{ few: [{ k: { $regex: b } }] }", "1 row missing, 1 row not expected", 1, 1],
    ["{ few: [{ d: { $near: [0.4, 0.01] } }] }", "1 row missing, 1 row not expected", 1, 1],
    ["{ few: [{ n: { $gt: 1 } }] }", "1 row missing, 1 row not expected", 1, 1],
    ["{ topic: { rows: [{ k: b }, { k: a }], match: ordered } }", "from row 1 on the rows come otherwise", 2, 2],
    ["{ topic: { rows: [{ k: c }], match: some } }", "1 row missing", 1, 2],
    ["{ topic: { dead: 2 } }", "1 instead of 2 dead letters", 0, 1],
    ["{ topic: { dead: [{ record: 2 }] } }", "1 dead letter missing, 1 dead letter not expected", 1, 1],
    ["{ few: { filtered: 0 } }", "1 instead of 0 filtered rows", 0, 1],
    ["{ few: { open: 1 } }", "0 instead of 1 open window", 0, 0],
  ])("%s fails: %s", async (expected, message, missing, unexpected) => {
    const [failure, ...others] = await failures(GIVEN, `expect: ${expected}`);
    expect(others).toEqual([]);
    expect(failure).toMatchObject({ message });
    expect([failure?.missing.length, failure?.unexpected.length]).toEqual([missing, unexpected]);
  });

  it("of a later batch knows what came before, and is told with its number", async () => {
    const one = '{ given: { source: [{ k: a, n: 1 }, "{"] }, expect: { few: [{ k: a }], topic: { dead: [{ record: 2 }] } } }';
    const two = '{ given: { source: [{ k: b, n: 2 }, "{"] }, expect: { few: [{ k: c }], topic: { dead: [{ record: 4 }] } } }';
    expect(await failures(`batches: [${one}, ${two}]`)).toMatchObject([
      { batch: 2, stream: "few", pointer: "/tests/0/batches/1/expect/few" },
    ]);
  });
});

describe("mistakes in a file of tests", () => {
  it.each([
    ["test/unknown-node", "expect: { fex: [] }", "fex"],
    ["test/unknown-node", "expect: { sizes.smal: [] }", "sizes.smal"],
    ["test/unknown-node", "expect: { source: [] }", "source"],
    ["test/unknown-source", "given: { sourc: [] }\n    expect: { few: [] }", "sourc"],
    ["test/unknown-column", "expect: { few: [{ kk: a }] }", "kk"],
    ["test/unknown-column", "expect: { few: [{ s: { y: 1 } }] }", "y"],
    ["test/unknown-operator", "expect: { few: [{ n: { $great: 1 } }] }", "$great"],
    ["test/wrong-value", "expect: { few: [{ n: one }] }", "one"],
    ["test/wrong-value", "expect: { few: [{ at: soon }] }", "soon"],
    ["test/wrong-value", "expect: { few: [{ n: { $regex: a } }] }", "a"],
    ["test/wrong-value", "expect: { few: [{ k: { $near: [1, 2] } }] }", "[1, 2]"],
    ["test/wrong-value", "arrived: noon\n    expect: { few: [] }", "noon"],
    ["test/no-preview", "expect: { hash: [] }", "hash"],
    ["test/nothing-expected", "given: { source: [] }", "name: it"],
    ["test/beside-batches", "batches: [{ expect: { few: [] } }]\n    expect: { few: [] }", "expect"],
    ["schema/unknown-key", "expect: { few: { rowz: [] } }", "rowz"],
    ["schema/wrong-type", "expect: { few: { dead: some } }", "some"],
    ["schema/wrong-type", "expect: { few: [5] }", "5"],
    ["schema/unknown-key", "expcet: { few: [] }", "expcet"],
  ])("%s is told at its place: %s", (code, part, at) => {
    const { tests, diagnostics, document } = read(file(part));
    expect(tests).toEqual([]);
    expect(diagnostics.map((one) => one.code)).toEqual([code]);
    const [{ at: place, message } = { at: { from: 0, to: 0 }, message: "" }] = diagnostics;
    expect(document.text.slice(place.from, place.to).startsWith(at)).toBe(true);
    expect(message).toMatch(/\.$/);
  });

  it("are all told at once, and two tests have two names", () => {
    const text = `${file("expect: { fex: [], few: [{ kk: 1 }] }")}  - { name: it, expect: { few: [] } }\n`;
    expect(read(text).diagnostics.map(({ code }) => code)).toEqual([
      "test/unknown-node",
      "test/unknown-column",
      "test/repeated-name",
    ]);
  });

  it("of YAML are those of any file", () => {
    expect(read("version: 1\ntests: [").diagnostics[0]?.code).toMatch(/^yaml\//);
  });
});

it("an update puts the rows that came where others were expected, and changes nothing else", async () => {
  const text = `version: 1 # kept
tests:
  - name:   it
    ${GIVEN}
    expect:
      few:   # so few
        - { k: z }
      topic: { rows: [{ n: 7 }], dead: 1 } # all
      stored: [{ _id: a }]
      large: []
`;
  const { tests } = read(text);
  const results = await Promise.all(tests.map((test) => runTest(typed(SPEC), test)));
  const changed = updatedText(text, tests, results);
  const again = read(changed);
  expect(again.diagnostics).toEqual([]);
  const [test] = again.tests;
  expect(test && (await runTest(typed(SPEC), test)).failures).toEqual([]);
  expect(changed).toContain("version: 1 # kept\ntests:\n  - name:   it\n");
  expect(changed).toContain("      stored: [{ _id: a }]\n");
  expect(changed).toContain("# all\n");
  expect(changed).toContain("\n        - { k: a }\n");
});

it("pairs as many as can be, where one that fits several gives way", () => {
  const fits = (l: number[], r: number) => l.includes(r);
  expect(pair([[1, 2], [1], [3, 1]], [1, 2, 3], fits)).toEqual({ left: [], right: [] });
  expect(pair([[1], [1]], [1, 4], fits)).toEqual({ left: [[1]], right: [4] });
});
