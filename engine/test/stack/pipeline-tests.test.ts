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
import { FLOWING, line, NODES, RECORDS, STANDING, sinksOf } from "../support/every-node.ts";
import { type EngineEnd, runEngine } from "../support/project.ts";

const MORE = `
  - { id: rated, type: transform.http, from: topic, config: { url: "http://127.0.0.1:1/{k}", body: { size: n }, columns: { rate: "decimal(9,3)!", who: string }, paths: { who: by.0.name }, whenAway: dead-letter } }
  - { id: bossed, type: transform.lookup, from: rated, config: { on: { k: name }, columns: { name: string!, boss: string, since: date, more: { big: long, much: "decimal(9,3)", few: double, at: timestamp, bytes: binary, by: map(int) }, list: [date] }, collection: bosses, missing: drop } }
  - { id: by_boss, type: transform.aggregate, from: bossed, config: { by: [boss], compute: { total: sum(rate), rows: count(*) } } }`;

/** The streams that are compared, with what would be the key of a sink. */
const READ = { ...STANDING, ...FLOWING, by_boss: "boss" };

const SPEC = `version: 1
name: p
nodes:
  - { id: source, type: source.http, config: { url: "demo://retail", columns: { k: string, n: int, x: double, at: timestamp, l: [int] } } }
  - { id: topic, type: kafka.topic, from: source, config: { topic: p.t } }${NODES}${MORE}
  - { id: masked, type: transform.mask, from: topic, config: { hash: [k], salt: "${"$"}{env:NOWHERE}" } }
  - { id: gone, type: sink.mongodb, from: topic, config: { collection: gone, key: k, delete: "10 / n > 5" } }
  - { id: series, type: sink.mongodb, from: masked, config: { collection: series, mode: insert, timeSeries: { timeField: at } } }
  - { id: sent, type: sink.kafka, from: topic, config: { topic: "t-{n}", topics: [t-1, t-2, t-3], key: n } }
  - { id: kept, type: sink.file, from: topic, config: { path: kept, format: parquet, partitionBy: [k] } }
  - { id: seen, type: sink.console, from: topic, config: {} }${sinksOf(READ)}`;

const isStateful = (node: string) => ["once", "sessions", "by_boss", ...Object.keys(FLOWING)].includes(node);

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

/** A document in a document, which only a collection's table may hold. */
const INSIDE = {
  big: "9223372036854775807",
  much: "123456.789",
  few: 1e-300,
  at: "2024-01-01T00:00:00.123456Z",
  bytes: "AAE=",
  by: { 'ä "1"': 1, b: null },
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
          { name: "a", boss: "x", since: "2024-01-01", more: INSIDE, list: ["2024-02-29", null] },
          { name: "b", boss: "x", more: { few: "NaN", much: 0.5 } },
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
        bossed: {
          rows: [
            { k: "a", boss: "x", since: "2024-01-01", more: INSIDE, list: ["2024-02-29", null] },
            { k: "b", more: { big: null, few: "NaN", much: "0.500" }, list: null },
          ],
          filtered: 1,
        },
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
}, 600_000);

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
