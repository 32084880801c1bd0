import { describe, expect, it } from "vitest";
import { compile } from "../../core.ts";
import { toPlain } from "../../expression/index.ts";
import { readTests } from "../test-file.ts";
import { behindWatermark } from "./behind-watermark.ts";
import { runTestInSpark, type SparkBatch, testableInSpark } from "./index.ts";
import { planTest, type SparkRequest } from "./request.ts";
import { rowFrom } from "./rows.ts";

const SPEC = `version: 1
name: p
nodes:
  - { id: source, type: source.http, config: { url: "demo://retail", columns: { k: string!, n: int, at: timestamp } } }
  - { id: topic, type: kafka.topic, from: source, config: { topic: p.t } }
  - { id: few, type: transform.filter, from: topic, config: { where: n < 10 } }
  - { id: masked, type: transform.mask, from: few, config: { hash: [k], salt: "\${env:SALT}" } }
  - { id: sums, type: transform.aggregate, from: few, config: { window: { on: at, size: 1m, watermark: 1m }, by: [k], compute: { n: sum(n) } } }
  - { id: big, type: transform.filter, from: sums, config: { where: n > 5 } }
  - { id: stored, type: sink.mongodb, from: big, config: { collection: a, key: [window_start, k] } }
  - { id: kept, type: sink.mongodb, from: masked, config: { collection: b, key: k } }`;

const compiled = compile(SPEC, "p.yaml");
const [typed, plan] = [compiled.typed, compiled.plan];
if (typed === undefined || plan === undefined) throw new Error("the spec has mistakes");
const PIPELINE = { typed, plan, folder: "/specs" };

/** The one test of a file, whose parts are given in one line each. */
function testOf(...parts: string[]) {
  const text = `version: 1\ntests:\n  - name: it\n${parts.map((part) => `    ${part}\n`).join("")}`;
  const { tests, diagnostics } = readTests(text, "p.test.yaml", testableInSpark(typed as never));
  expect(diagnostics).toEqual([]);
  return tests[0] ?? expect.fail("no test");
}

const requestOf = (...parts: string[]) => planTest(PIPELINE, testOf(...parts)).request;

/** Runs the test on an answer of Spark's. */
const run = (answer: { batches?: SparkBatch[]; error?: string }, ...parts: string[]) =>
  runTestInSpark(PIPELINE, testOf(...parts), async () => answer);

const row = (
  offset: number | null,
  text: string | null,
  rejects: SparkBatch["streams"][string]["rows"][number]["rejects"] = [],
) => ({
  row: text,
  place: `p.t|0|${offset}`,
  element: null,
  rejects,
});

describe("Spark is asked", () => {
  const named = ({ calls }: SparkRequest) => calls.map(({ call, node }) => `${call} ${node}`);

  it("for what leads to the expectations, and for nothing else", () => {
    const request = requestOf("given: { source: [{ k: a }] }", "expect: { few: [] }");
    expect(named(request)).toEqual(["read topic", "apply few"]);
    expect(request).toMatchObject({
      taps: ["few"],
      stateful: [],
      sinks: [],
      batches: [[{ topic: "p.t", partition: 0, offset: 0, timestamp: null, key: null, headers: [], value: '{"k":"a"}' }]],
    });
  });

  it("for what went in where something is dropped, and for the guard of a stateful step", () => {
    const request = requestOf("expect: { few: { filtered: 1 }, sums: { dead: 1 } }");
    expect(named(request)).toEqual(["read topic", "apply few", "guard sums", "apply sums"]);
    expect(request.taps).toEqual(["topic", "few", "sums"]);
    expect(request.stateful).toEqual([{ node: "sums", mode: "update", names: true }]);
  });

  it("for the stateful step above a sink, whose secret has a stand-in", () => {
    const request = requestOf("expect: { stored: [], kept: [] }");
    expect(request.stateful).toEqual([{ node: "sums", mode: "update", names: false }]);
    expect(request.sinks.map(({ node, from }) => [node, from])).toEqual([
      ["kept", "masked"],
      ["stored", "big"],
    ]);
    expect(request.secrets).toEqual({ masked: { salt: "the salt of a test" } });
  });
});

describe("what Spark answers", () => {
  const given = "given: { source: [{ k: a, n: 1 }, { k: b, n: 20 }, { n: 1 }] }";
  const batch: SparkBatch = {
    streams: {
      topic: {
        rows: [
          row(0, '{"k":"a","n":1,"at":null}'),
          row(1, '{"k":"b","n":20,"at":null}'),
          row(2, null, [{ node: "topic", code: "record/missing-required", message: "column `k`" }]),
        ],
        filtered: 0,
      },
      few: { rows: [row(0, '{"k":"a","n":1,"at":null}')], filtered: 1 },
    },
    steps: {},
    sinks: {
      kept: [
        { place: "p.t|0|0", document: '{"_id":"x","k":"x","n":1}', rejects: [] },
        { place: "p.t|0|1", deleted: true, rejects: [] },
      ],
    },
  };
  const holds =
    "{ topic: { dead: [{ record: 3, code: record/missing-required }] }, few: { rows: [{ k: a }], filtered: [{ record: 2 }] }, kept: { rows: [{ _id: x }], filtered: [{ record: 2 }] } }";

  it("is held against the expectations", async () => {
    expect((await run({ batches: [batch] }, given, `expect: ${holds}`)).failures).toEqual([]);
  });

  it("is told as the evaluator's is where it differs", async () => {
    const { failures } = await run(
      { batches: [batch] },
      given,
      "expect: { few: { rows: [{ k: b }], filtered: [{ record: 1 }] }, topic: { dead: 2 } }",
    );
    expect(failures.map(({ stream, message }) => `${stream}: ${message}`)).toEqual([
      "few: 1 row missing, 1 row not expected",
      "few: 1 filtered row missing, 1 filtered row not expected",
      "topic: 1 instead of 2 dead letters",
    ]);
  });

  it("is a failure with what Spark died of", async () => {
    const { failures } = await run({ error: "AnalysisException: no" }, given, "expect: { few: [] }");
    expect(failures).toMatchObject([{ stream: "Spark", message: "AnalysisException: no", pointer: "/tests/0" }]);
  });

  it("is not asked for where a step would ask somebody else", async () => {
    const asked = SPEC.replace(
      "  - { id: sums",
      '  - { id: asked, type: transform.http, from: few, config: { url: "http://127.0.0.1:1/{k}", columns: { rate: double } } }\n  - { id: rates, type: sink.mongodb, from: asked, config: { collection: c, key: k } }\n  - { id: sums',
    );
    const found = compile(asked, "p.yaml");
    const never = async () => expect.fail("Spark was asked");
    if (found.typed === undefined || found.plan === undefined) throw new Error(JSON.stringify(found.diagnostics));
    const pipeline = { typed: found.typed, plan: found.plan, folder: "/" };
    const text = "version: 1\ntests: [{ name: it, expect: { rates: [] } }]\n";
    const [test] = readTests(text, "p.test.yaml", testableInSpark(found.typed)).tests;
    if (test === undefined) throw new Error("no test");
    expect((await runTestInSpark(pipeline, test, never)).notRun).toBe(
      "`asked` cannot be run: a test asks no endpoint, and gives it no answers",
    );
  });

  it("cannot be compared with an order of groups, nor with why a row was filtered", async () => {
    const never = async () => expect.fail("Spark was asked");
    const why = async (expected: string) => (await runTestInSpark(PIPELINE, testOf(given, `expect: ${expected}`), never)).notRun;
    expect(await why("{ big: { rows: [], match: ordered } }")).toContain("`big` is expected in an order");
    expect(await why("{ few: { filtered: [{ message: too many }] } }")).toContain("why rows are filtered");
  });
});

describe("rows behind the watermark", () => {
  const step = { late: 1, repeats: 0, open: 0, watermark: "2026-01-01T10:00:00.000Z", overlapping: false };
  const at = (text: string) => Date.parse(`2026-01-01T${text}Z`) * 1000;
  const came = [
    ["r0", at("09:59:00")],
    ["r1", at("09:59:30")],
    ["r2", at("10:00:01")],
  ] as [string, number][];

  it.each([
    ["are named, though Spark counts those of a group once", { ...step, came }, { late: ["r0", "r1"], repeats: [] }],
    ["are none where Spark dropped none", { ...step, late: 0, came }, { late: [], repeats: [] }],
    ["are counted where no names are known", { ...step, late: 2, came: null }, { late: [null, null], repeats: [] }],
    [
      "are counted where Spark dropped more than lie behind it",
      { ...step, late: 3, came },
      { late: [null, null, null], repeats: [] },
    ],
    [
      "are none where only some windows of a row are behind it",
      { ...step, came: [["r2", at("10:00:01")]] as [string, number][], overlapping: true },
      { late: [], repeats: [] },
    ],
  ])("%s", (_, told, found) => {
    expect(behindWatermark(told, ["r2"])).toEqual(found);
  });

  it("are told from repeats, which came in time and did not come out", () => {
    expect(behindWatermark({ ...step, late: 2, repeats: 1, came: [...came, ["r3", at("10:30:00")]] }, ["r2"])).toEqual({
      late: ["r0", "r1"],
      repeats: ["r3"],
    });
    expect(behindWatermark({ ...step, late: 2, repeats: 2, came }, ["r2"])).toEqual({
      late: ["r0", "r1"],
      repeats: [null, null],
    });
  });
});

it("a row keeps every digit, and what a sink writes in another form is read in the type of its column", () => {
  const columns = [
    { name: "l", type: { kind: "long" } },
    { name: "d", type: { kind: "decimal", precision: 20, scale: 2 } },
    { name: "x", type: { kind: "double" } },
    { name: "on", type: { kind: "date" } },
    { name: "s", type: { kind: "struct", fields: [{ name: "i", type: { kind: "int" }, required: false }] } },
    { name: "m", type: { kind: "map", value: { kind: "long" } } },
    { name: "b", type: { kind: "boolean" } },
  ].map((column) => ({ ...column, required: false })) as never;
  const text =
    '{"l":9007199254740993,"d":123456789012345678.90,"x":"NaN","on":"2026-01-02T00:00:00Z","s":"{\\"i\\":1}","m":{"a":9007199254740993},"b":"true"}';
  expect(toPlain({ kind: "struct", fields: columns }, rowFrom(text, columns))).toEqual({
    ...{
      l: "9007199254740993",
      d: "123456789012345678.90",
      x: "NaN",
      on: "2026-01-02",
      s: { i: 1 },
      m: { a: "9007199254740993" },
      b: true,
    },
  });
  expect(() => rowFrom('{"l":"x"}', columns)).toThrow("cannot be read");
});
