import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { parse } from "yaml";
import { compile } from "../../src/core.ts";
import { type NodePreview, openPreview } from "../../src/preview/index.ts";
import { filesBeside } from "../../src/runtime/files-beside.ts";
import { type OpenPython, openPreviewPython } from "../../src/runtime/preview-python.ts";
import { ensurePackages, ensureToolchain } from "../../src/runtime/toolchain/index.ts";
import { expectationsOf } from "../../src/testing/expectations.ts";
import type { TypedDag } from "../../src/types.ts";
import { type EngineEnd, runEngine } from "../support/project.ts";

const NODES = `
  - { id: filter, type: transform.filter, from: topic, config: { where: "10 / n > 2" } }
  - { id: select, type: transform.select, from: topic, config: { drop: [l], rename: { n: m }, compute: { ratio: x / n } } }
  - { id: split, type: transform.split, from: topic, config: { outputs: { near: "10 / n > 4", far: "n < 10" }, otherwise: rest } }
  - { id: check, type: transform.check, from: topic, config: { rules: { small: "n < 4", fits: "10 / n < 100" }, else: output } }
  - { id: explode, type: transform.explode, from: topic, config: { list: l, as: e, empty: keep } }
  - { id: looked_up, type: transform.lookup, from: topic, config: { on: { k: name, n: number }, columns: { name: string!, number: long!, boss: string, area: "decimal(8,2)", since: timestamp }, rows: [{ name: a, number: 1, boss: "Ö\\u2028\\"😍", area: 12.5, since: "2024-01-01T09:00:00.5+02:00" }, { name: b, number: 5 }], missing: dead-letter } }
  - { id: near_or_broken, type: transform.union, from: [split.near, check.broken], config: { missing: fill, watermark: { on: at, delay: 1m, maxAhead: 1h } } }
  - { id: clean, type: transform.text_clean, from: topic, config: { text: k, into: plain, html: true, emoji: true, case: upper, whitespace: true } }
  - { id: mood, type: transform.sentiment, from: clean, config: { text: k, label: feeling, neutral: 0.3 } }
  - { id: told, type: transform.language, from: mood, config: { text: k, among: [en, de, fr] } }
  - { id: terms, type: transform.keywords, from: told, config: { text: k, most: 2 } }
  - { id: guessed, type: transform.model, from: topic, config: { model: models/many.onnx, inputs: { basket: [n, x], store: n }, outputs: { sum: { from: sum, type: double }, twice: { from: both, at: 1, type: double }, name: { from: name, type: string } } } }
  - id: totals
    type: transform.aggregate
    from: topic
    config: { by: [k, x], compute: { total: sum(n), share: avg(10 / n), few: "count(*) where n < 3" } }
  - { id: sliding, type: transform.aggregate, from: topic, config: { window: { on: at, size: 2m, slide: 1m, watermark: 2m }, by: [k], compute: { rows: count(*), last: max(n) } } }
  - { id: first, type: transform.top, from: topic, config: { n: 2, lowest: "10 / n", by: [k] } }
  - { id: first_of_minutes, type: transform.top, from: topic, config: { window: { on: at, size: 2m, watermark: 2m }, n: 2, highest: n, rank: place } }
  - { id: once, type: transform.deduplicate, from: topic, config: { key: [k, n], on: at, within: 10m } }
  - { id: sessions, type: transform.aggregate, from: once, config: { window: { on: at, gap: 3m, watermark: 10m }, emit: final, by: [k], compute: { total: sum(n) } } }
  - { id: hours, type: transform.aggregate, from: sessions, config: { window: { on: window_end, size: 1h, watermark: 10m }, emit: final, by: [], compute: { total: sum(total), rows: count(*) } } }
  - { id: rated, type: transform.http, from: topic, config: { url: "http://127.0.0.1:1/{k}", body: { size: n }, columns: { rate: "decimal(9,3)!", who: string }, paths: { who: by.0.name }, whenAway: dead-letter } }
  - { id: bossed, type: transform.lookup, from: rated, config: { on: { k: name }, columns: { name: string!, boss: string, since: date }, rows: [{ name: z }], missing: drop } }
  - { id: by_boss, type: transform.aggregate, from: bossed, config: { by: [boss], compute: { total: sum(rate), rows: count(*) } } }
  - { id: longest, type: transform.top, from: sessions, config: { n: 1, highest: total, emit: final } }`;

/** Streams of rows that keep no state, and of those that do, with what would be the key of a sink. */
const STANDING: Record<string, string> = {
  filter: "k",
  select: "k",
  "split.far": "k",
  "split.rest": "k",
  check: "k",
  explode: "[k, index]",
  looked_up: "k",
  near_or_broken: "k",
  terms: "k",
  guessed: "k",
};
const FLOWING: Record<string, string> = {
  totals: "[k, x]",
  sliding: "[window_start, k]",
  first: "[k, rank]",
  first_of_minutes: "[window_start, place]",
  longest: "[window_end, rank]",
  by_boss: "boss",
  hours: "window_start",
};

const line = (k: string | null, n: number | null, time: string | null, more: object = {}) =>
  JSON.stringify({ k, n, at: time && `2024-01-01T${time}Z`, ...more });
const RECORDS = [
  '{"k":"a","n":1,"at":"2024-01-01T09:00:00Z","x":-0.0,"l":[1,2]}',
  line("a", 1, "09:01:00", { x: 0 }),
  line("b", 0, "09:00:30"),
  line("b", 5, "09:02:00", { l: [null] }),
  line("a", 2, "09:03:59"),
  line("a", 12, "09:07:00", { l: [] }),
  "[1]",
  '{"k":"c","n":1.5}',
  line("<b>Great</b>  prices &amp; I LOVE it 😍", 30, "09:03:00"),
  line("awful \u0000 shop", 31, "09:03:00"),
  line(null, 3, "09:04:00"),
  line("c", 3, null),
  line("b", 5, "09:30:00"),
  line("a", 1, "09:31:00"),
  line("c", 7, "14:00:00"),
  line("c", null, "09:30:01", { x: 1e300 }),
  line("a", 4, "09:05:00"),
  line("d", 9, "11:00:00", { x: 0.1 }),
  line("d", 9, "11:09:00", { x: 0.2 }),
  line("d", 3, "11:03:00", { x: 0.1 }),
];

const SINKS = Object.entries({ ...STANDING, ...FLOWING }).map(
  ([from, key], at) => `
  - { id: s${at}, type: sink.mongodb, from: ${from}, config: { collection: s${at}, key: ${key} } }`,
);
const SPEC = `version: 1
name: p
nodes:
  - { id: source, type: source.http, config: { url: "demo://retail", columns: { k: string, n: int, x: double, at: timestamp, l: [int] } } }
  - { id: topic, type: kafka.topic, from: source, config: { topic: p.t } }${NODES}
  - { id: masked, type: transform.mask, from: topic, config: { hash: [k], salt: "${"$"}{env:NOWHERE}" } }
  - { id: gone, type: sink.mongodb, from: topic, config: { collection: gone, key: k, delete: "10 / n > 5" } }
  - { id: series, type: sink.mongodb, from: masked, config: { collection: series, mode: insert, timeSeries: { timeField: at } } }
  - { id: sent, type: sink.kafka, from: topic, config: { topic: "t-{n}", topics: [t-1, t-2, t-3], key: n } }
  - { id: kept, type: sink.file, from: topic, config: { path: kept, format: parquet, partitionBy: [k] } }
  - { id: seen, type: sink.console, from: topic, config: {} }${SINKS.join("")}`;

const isStateful = (node: string) => ["once", "sessions", ...Object.keys(FLOWING)].includes(node);

/** Has the evaluator write what comes of the records as expectations. */
async function evaluated(typed: TypedDag, python: OpenPython, batches: string[][], shows: (node: NodePreview) => boolean) {
  const pipeline = openPreview(typed, python);
  const arrived = BigInt(Date.parse("2024-01-01T12:00:00Z")) * 1000n;
  const written: object[] = [];
  for (const given of batches) {
    const nodes = await pipeline.run({ samples: new Map([["source", given]]), arrived });
    const expectations = Object.entries(expectationsOf(nodes, shows)).filter(([stream]) =>
      nodes.some((node) => node.node === stream.split(".")[0] && shows(node)),
    );
    written.push({ given: { source: given }, expect: Object.fromEntries(expectations) });
  }
  return { arrived: "2024-01-01T12:00:00Z", batches: written };
}

/** Where the files lie that nodes name. */
const BESIDE = fileURLToPath(new URL("../beside/", import.meta.url));
const pipelines = fileURLToPath(new URL("../../../pipelines/", import.meta.url));
const project = { dir: await mkdtemp(join(tmpdir(), "pipeline-tests-")) };
/** Where `engine test` looks by itself. */
const folder = join(project.dir, "pipelines");
afterAll(() => rm(project.dir, { recursive: true, force: true }));

/** A test of which little holds, to compare how that is told. */
const WRONG = {
  name: "wrong",
  batches: [
    {
      given: { source: RECORDS.slice(0, 5) },
      expect: { filter: { rows: [{ k: "z" }], filtered: [{ record: 1 }] }, sliding: { open: 7 } },
    },
    { given: { source: [line("a", 1, "08:00:00")] }, expect: { sliding: { late: 2 }, s0: [{ _id: "b" }], topic: { dead: 1 } } },
  ],
};

/** What nodes ask elsewhere, given batch by batch: above a step that keeps state too. */
const GIVEN = {
  name: "given",
  batches: [
    {
      given: {
        source: [line("a", 1, null), line("b", 5, null), line("c", 7, null), line(null, 3, null), line("d", 9, null)],
        rated: [
          { when: { k: "a" }, answer: { rate: 1.5, by: [{ name: "Ö" }] } },
          { when: { k: "b", n: 5 }, answer: '{"rate": 2.12345, "by": 1}' },
          { when: { k: "c" }, status: 404 },
          { answer: "<html>" },
        ],
        bossed: [
          { name: "a", boss: "x", since: "2024-01-01" },
          { name: "b", boss: "x" },
        ],
      },
      expect: {
        rated: {
          rows: [
            { k: "a", rate: 1.5, who: "Ö" },
            { k: "b", rate: "2.123", who: null },
            { n: 3, rate: null },
          ],
          dead: [
            { record: 3, code: "http/refused", message: "status 404" },
            { record: 5, code: "http/unreadable", message: "no JSON object" },
          ],
        },
        bossed: { rows: [{ k: "a", boss: "x", since: "2024-01-01" }, { k: "b" }], filtered: 1 },
        by_boss: [{ boss: "x", total: "3.623", rows: 2 }],
      },
    },
    {
      given: {
        source: [line("a", 1, null), line("b", 2, null)],
        rated: [{ when: { n: 2 }, status: 503 }, { answer: { rate: 10 } }],
        bossed: [{ name: "a", boss: "y" }],
      },
      expect: {
        rated: { rows: [{ k: "a", rate: 10 }], dead: [{ record: 7, code: "http/away", message: "status 503" }] },
        by_boss: [{ boss: "y", total: 10, rows: 1 }],
      },
    },
    { given: { source: [line("a", 1, null)] }, expect: { bossed: [{ boss: "y" }], by_boss: [{ boss: "y", total: 20 }] } },
  ],
};
const LACKING = {
  name: "lacking",
  given: { source: [line("a", 1, null)], rated: [{ when: { k: "b" }, answer: {} }] },
  expect: { rated: [] },
};

it("what the evaluator says of every type, and the tests of every pipeline, hold in one Spark", async () => {
  const { typed, plan, diagnostics } = compile(SPEC, "p.yaml", filesBeside(join(BESIDE, "p.yaml")));
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const packages = plan?.packages ?? [];
  await ensurePackages(await ensureToolchain(), packages);
  const python = openPreviewPython(packages, BESIDE);
  if (typed === undefined || python === undefined) throw new Error("the toolchain is not there");
  const batches = Array.from({ length: 4 }, (_, at) => RECORDS.slice(at * 5, (at + 1) * 5));
  const standing = await evaluated(
    typed,
    python,
    [RECORDS],
    ({ node, missing }) => missing === undefined && !isStateful(node) && !/^s1\d$/.test(node),
  );
  const flowing = await evaluated(typed, python, batches, ({ node, missing }) => missing === undefined && isStateful(node));
  python.close();
  const masked = {
    given: { source: [line("a", 1, null)] },
    expect: { masked: [{ k: { $regex: "^[0-9a-f]{64}$" } }], series: { dead: [{ code: "mongodb/null-time" }] } },
  };
  const ordered = { given: { source: [] }, expect: { totals: { rows: [], match: "ordered" } } };
  const tests = [
    { name: "standing", ...standing },
    { name: "flowing", ...flowing },
    { name: "masked", ...masked },
    { name: "ordered", ...ordered },
  ];
  await cp(BESIDE, folder, { recursive: true });
  await cp(pipelines, folder, { recursive: true });
  await write("p", tests);
  await write("q", [WRONG, GIVEN, LACKING]);

  const found = await runEngine(project, ["test", "--engine", "spark"]);
  const outcomes = outcomesOf(found);
  const isOwn = ({ file }: Outcome) => /^pipelines.[pq]\./.test(file);
  const own = new Map(outcomes.filter(isOwn).map((each) => [each.name, each]));
  const theirs = outcomes.filter((each) => !isOwn(each));
  expect(theirs.map(({ name, failures, notRun }) => ({ name, failures, notRun }))).toEqual(
    (await namesOfTests()).map((name) => ({ name, failures: [] })),
  );
  for (const name of ["standing", "flowing", "masked"]) expect(own.get(name)?.failures, name).toEqual([]);
  expect(own.get("ordered")?.notRun).toContain("have none in Spark");
  expect(found.code).toBe(1);

  const told = outcomesOf(await runEngine(project, ["test", "pipelines/q.yaml"]));
  expect(told.map(({ failures }) => failures.length)).toEqual([5, 0, 1]);
  expect(withoutReasons(own.get("wrong"))).toEqual(withoutReasons(told[0]));
  expect(own.get("given")?.failures).toEqual([]);
  expect(told[2]?.failures).toMatchObject([{ stream: "rated", message: 'no answer is given for {"k":"a","n":1}' }]);
  expect(own.get("lacking")?.failures).toEqual(told[2]?.failures);
});

async function write(name: string, tests: object[]): Promise<void> {
  await writeFile(join(folder, `${name}.yaml`), SPEC);
  await writeFile(join(folder, `${name}.test.yaml`), JSON.stringify({ version: 1, tests }));
}

interface Outcome {
  file: string;
  name: string;
  notRun?: string;
  failures: object[];
}

/** Spark does not say why it drops a row. */
function withoutReasons(outcome: Outcome | undefined): unknown {
  return JSON.parse(JSON.stringify(outcome?.failures), (_, value: { record?: number; message?: string }) =>
    value?.record === undefined ? value : { ...value, message: undefined },
  );
}

function outcomesOf({ events }: EngineEnd): Outcome[] {
  return (events as { event: string }[]).filter(({ event }) => event === "test") as unknown as Outcome[];
}

/** The names of the tests of all pipelines, in the order of their files. Every pipeline has tests. */
async function namesOfTests(): Promise<string[]> {
  const specs = (await readdir(pipelines)).filter((name) => /^[^.]+\.yaml$/.test(name)).sort();
  expect(specs.length).toBeGreaterThan(3);
  const texts = await Promise.all(specs.map((name) => readFile(join(pipelines, name.replace(".yaml", ".test.yaml")), "utf8")));
  return texts.flatMap((text) => (parse(text) as { tests: { name: string }[] }).tests.map(({ name }) => name));
}
