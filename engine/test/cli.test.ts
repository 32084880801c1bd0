import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const bin = fileURLToPath(new URL("../bin/engine.js", import.meta.url));
const fixtures = new URL("./errors/", import.meta.url);
const retail = new URL("../../pipelines/retail.yaml", import.meta.url);
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "engine-cli-"));
  await writeFile(join(dir, "retail.yaml"), await readFile(retail));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Runs a command as a user would. Nothing here may start anything, which each call checks. */
async function engine(args: string[], env: Record<string, string> = {}) {
  const end = await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const options = { cwd: dir, env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env } };
    execFile(process.execPath, [bin, ...args], options, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
  expect(existsSync(join(dir, ".engine")), "something was started").toBe(false);
  return end;
}

async function write(name: string, content: string | Buffer): Promise<string> {
  await writeFile(join(dir, name), content);
  return name;
}

async function fixture(name: string): Promise<string> {
  return write(name, await readFile(new URL(name, fixtures)));
}

const SMALL = `version: 1
name: small
nodes:
  - { id: rows, type: source.generator, config: { columns: { n: int! } } }
  - { id: stream, type: kafka.topic, from: rows, config: { topic: small.rows } }
  - { id: large, type: transform.filter, from: stream, config: { where: n > 5 } }
  - { id: stored, type: sink.mongodb, from: large, config: { collection: large, key: n } }
`;

describe("the command line", () => {
  test("without a command shows help, and a typo gets a suggestion", async () => {
    expect(await engine([])).toMatchObject({ code: 1, stderr: expect.stringContaining("engine run pipelines/retail.yaml") });
    expect(await engine(["--help"])).toMatchObject({ code: 0, stdout: expect.stringContaining("Exit codes:") });
    expect(await engine(["rnu"])).toMatchObject({ code: 1, stderr: expect.stringContaining("Did you mean run?") });
    const wrong = await engine(["run", "retail.yaml", "--recrods", "5"]);
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("Did you mean --records?") });
    expect(await engine(["--version"])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

describe("a spec with mistakes", () => {
  test.each(["run", "plan", "validate"])(
    "makes `%s` tell all of them at once, with place, code, value and hint",
    async (command) => {
      const path = await fixture("config.yaml");
      const { code, stdout, stderr } = await engine([command, path]);
      expect(code).toBe(1);
      expect(stdout).toBe("");
      const text = await readFile(join(dir, path), "utf8");
      const lines = text.split("\n").flatMap((line, i) => (line.includes("# error:") ? [i + 1] : []));
      for (const line of lines) expect(stderr).toMatch(new RegExp(`^config\\.yaml:${line}:\\d+ {2}error {2}\\w+/[\\w-]+$`, "m"));
      expect(stderr).toContain("`retention` must be a duration such as 7d, 1h, 2m, 30s or 500ms, not `7 days`.");
      expect(stderr).toContain("hint: did you mean `7d`?");
      expect(stderr).toMatch(/^\d+ errors in config\.yaml$/m);
    },
  );

  test("is told as JSON events on standard output", async () => {
    const { code, stdout } = await engine(["run", await fixture("config.yaml"), "--format=json"]);
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(code).toBe(1);
    expect(new Set(events.map(({ event }) => event))).toEqual(new Set(["diagnostic"]));
    expect(events[0]).toMatchObject({ severity: "error", at: { file: "config.yaml", line: 6, column: expect.any(Number) } });
  });

  test("is told as SARIF for a code host, and nothing else stands on standard output", async () => {
    const { code, stdout } = await engine(["validate", await fixture("config.yaml"), "retail.yaml", "--format", "sarif"]);
    const [run] = JSON.parse(stdout).runs;
    expect(code).toBe(1);
    expect(run.results.length).toBeGreaterThan(20);
    expect(run.results[0].locations[0].physicalLocation.artifactLocation.uri).toBe("config.yaml");
    expect(await engine(["validate", "retail.yaml", "--format", "sarif"])).toMatchObject({ code: 0 });
  });

  const big = `version: 1\nname: big\nnodes:\n${"  - { id: a, type: transform.filter, from: b, config: { where: a > 0 } }\n".repeat(70_000)}`;
  test.each([
    ["that does not exist", undefined, "spec/unreadable"],
    ["that is empty", "", "yaml/empty"],
    ["that is no text", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0x00]), "spec/not-text"],
    ["of 5 MB", big, "yaml/too-large"],
  ])("%s", async (_, content, code) => {
    const name = content === undefined ? "missing.yaml" : await write("odd.yaml", content);
    const end = await engine(["run", name]);
    expect(end).toMatchObject({ code: 1, stderr: expect.stringContaining(code) });
    expect(end.stderr).toContain(name);
    expect(end.stderr.length).toBeLessThan(1000);
  });

  test("that is a folder", async () => {
    expect(await engine(["run", "."])).toMatchObject({ code: 1, stderr: expect.stringContaining("is a folder") });
  });
});

test("`engine validate` takes what a shell finds in pipelines/, tests too", async () => {
  await write("small.yaml", SMALL);
  await write(
    "small.test.yaml",
    "version: 1\ntests:\n  - name: one\n    batches: [{ given: { rows: [{ n: 1 }] }, expect: { large: [] } }]\n",
  );
  const valid = await engine(["validate", "small.test.yaml", "small.yaml"]);
  expect(valid).toMatchObject({ code: 0, stderr: "" });
  expect(valid.stdout).toMatch(/small.test.yaml is valid: 1 test\nsmall.yaml is valid: /);
  await write(
    "small.test.yaml",
    "version: 1\ntests:\n  - name: one\n    batches: [{ given: { rws: [] }, expect: { large: [] } }]\n",
  );
  const misspelt = await engine(["validate", "small.yaml", "small.test.yaml"]);
  expect(misspelt.code).toBe(1);
  expect(misspelt.stderr).toContain("small.test.yaml:4:26");
  await write("small.yaml", SMALL.replace("n > 5", "m > 5"));
  const broken = await engine(["validate", "small.yaml", "small.test.yaml"]);
  expect(broken.code).toBe(1);
  expect(broken.stderr.match(/There is no column `m`/g)).toHaveLength(1);
  expect(broken.stdout).toMatch(/^small\.test\.yaml was not checked: small\.yaml has mistakes/);
  const log = await engine(["validate", "small.test.yaml", "small.yaml", "--format", "sarif"]);
  const results = JSON.parse(log.stdout).runs[0].results.map((result: object) => JSON.stringify(result));
  expect(results.length).toBeGreaterThan(0);
  expect(new Set(results).size).toBe(results.length);
});

describe("`engine preview`", () => {
  const lines = ['{"transaction_id":"a","timestamp":"2024-01-01T11:00:00Z","summary":{"total":0}}', "no record"].join("\n");

  test("shows a node's rows and why others were dropped, by the sample beside the spec or the one that is named", async () => {
    await mkdir(join(dir, "samples"));
    await write("samples/retail.ndjson", lines);
    const [beside, named] = await Promise.all([
      engine(["preview", "retail.yaml", "--node", "stream"]),
      engine(["preview", "retail.yaml", "--node", "sales", "--sample", "transactions=samples/retail.ndjson", "--format", "json"]),
    ]);
    await rm(join(dir, "samples"), { recursive: true });
    expect(beside).toMatchObject({ code: 0, stdout: expect.stringMatching(/out {2}1 row$.*1 {2}record\/not-json/ms) });
    const event = JSON.parse(named.stdout);
    expect(event).toMatchObject({ event: "preview", node: "sales", dropped: [{ why: "filtered", record: 1 }] });
    expect(event.inputs[0].rows[0].values).toMatchObject({ transaction_id: "a", summary: { total: 0 } });
  });

  test("takes the simulator where there is no sample, and refuses what does not exist", async () => {
    const real = { RETAIL_API_URL: "http://127.0.0.1:9/stream" };
    const wrong = [
      [["--node", "salse"], "preview/unknown-node"],
      [["--sample", "nobody=sample.ndjson"], "preview/unknown-source"],
      [["--sample", "missing.ndjson"], "preview/unreadable-sample"],
      [["--sample", "wrong.ndjson"], "preview/wrong-record"],
      [[], "preview/no-sample"],
    ] as const;
    await write("wrong.ndjson", '{"$record":{"transaction_id":"a"},"$kee":"k"}');
    const [simulated, ...refused] = await Promise.all([
      engine(["preview", "retail.yaml", "--node", "store_trend", "--records", "50"]),
      ...wrong.map(([args]) => engine(["preview", "retail.yaml", ...args], real)),
    ]);
    expect(simulated).toMatchObject({ code: 0, stdout: expect.stringMatching(/out {2}\d documents/) });
    refused.forEach((end, at) => {
      expect(end).toMatchObject({ code: 1, stderr: expect.stringContaining(wrong[at]?.[1] ?? "") });
    });
  });
});

describe("`engine test`", () => {
  const tests = (expected: string) =>
    `version: 1\ntests:\n  - name: a refund is no sale\n    given: { transactions: [{ transaction_id: a, timestamp: 2026-01-01T10:00:00Z, summary: { total: 0 } }] }\n    expect: { sales: ${expected} }\n`;

  test("passes, fails with what is missing and what came, and tells a mistake with its line", async () => {
    await write("retail.test.yaml", tests("[]"));
    const passed = await engine(["test", "retail.yaml", "--format", "json"]);
    expect(passed).toMatchObject({ code: 0, stdout: expect.stringContaining('"passed":true') });
    await write("retail.test.yaml", tests("[{ transaction_id: b }]"));
    const failed = await engine(["test", "retail.test.yaml"]);
    expect(failed).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/✗ failed.*1 row missing.*retail\.test\.yaml:5:\d+.*- \{ transaction_id: b \}/s),
    });
    await write("retail.test.yaml", tests("[{ transaction: b }]"));
    const wrong = await engine(["test", "retail.yaml"]);
    expect(wrong).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/retail\.test\.yaml:5:\d+ {2}error {2}test\/unknown-column/),
    });
  });

  test("with `--update` writes what came, and then it passes", async () => {
    await write("retail.test.yaml", tests("[{ transaction_id: b }]"));
    expect((await engine(["test", "retail.yaml", "--update"])).stdout).toMatch(/^-.*transaction_id: b.*^\+.*sales: \[\]/ms);
    expect(await readFile(join(dir, "retail.test.yaml"), "utf8")).toBe(tests("[]"));
    expect(await engine(["test", "missing.yaml"])).toMatchObject({ code: 1, stderr: expect.stringContaining("test/no-tests") });
  });

  test("of a folder names the specs without tests", async () => {
    const folder = join(dir, "some");
    await mkdir(folder);
    await Promise.all(["small.yaml", "other.yaml"].map((name) => writeFile(join(folder, name), SMALL)));
    const text = "version: 1\ntests:\n  - name: one\n    batches: [{ given: { rows: [{ n: 1 }] }, expect: { large: [] } }]\n";
    await writeFile(join(folder, "small.test.yaml"), text);
    const ran = await engine(["test", "some"]);
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/1 passed in 1 file\nno tests: some.other\.yaml\n$/) });
  });
});

describe("`engine infer`", () => {
  test("prints columns for the records of a file, and says what is wrong with one", async () => {
    await write("some.ndjson", '{"id":"a","n":1}\n\n{"id":"b"}\nno record\n');
    await write("none.ndjson", "[1]\n");
    const [found, none, missing] = await Promise.all([
      engine(["infer", "some.ndjson"]),
      engine(["infer", "none.ndjson"]),
      engine(["infer", "missing.ndjson"]),
    ]);
    expect(found).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/2 records.*That is few.*record 3.*columns:\n {2}id: string!\n {2}n: int\n/s),
    });
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining("infer/no-records") });
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining("infer/unreadable") });
  });

  test("reads tables by their name, packed ones too", async () => {
    const rows = ["id;at;total", ...Array.from({ length: 30 }, (_, n) => `o${n};2026-01-05T12:00:00Z;${n}.5`)];
    await write("sales.csv.gz", gzipSync(rows.join("\n")));
    const { code, stdout } = await engine(["infer", "sales.csv.gz"]);
    expect(code).toBe(0);
    expect(stdout).toBe(
      'format: csv\ncsv: { delimiter: ";" }\n# Inferred from 30 records.\ncolumns:\n  id: string!\n  at: timestamp!\n  total: double!\n',
    );
  });
});

describe("`engine explain`", () => {
  test("says why a code is told and how to mend it, and finds the nearest code", async () => {
    const known = await engine(["explain", "dag/cycle"]);
    expect(known).toMatchObject({ code: 0, stdout: expect.stringMatching(/in a circle[\s\S]*Wrong:[\s\S]*Right:/) });
    const event = JSON.parse((await engine(["explain", "dag/cycle", "--format", "json"])).stdout);
    expect(event).toMatchObject({ event: "explanation", code: "dag/cycle", why: expect.any(String), right: expect.any(String) });
    expect(await engine(["explain", "dag/cylce"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("engine explain dag/cycle"),
    });
    expect((await engine(["explain"])).stdout.split("\n").length).toBeGreaterThan(140);
  });
});

describe("`engine render`", () => {
  test("never takes a file that is not its own", async () => {
    await mkdir(join(dir, "mine"));
    await writeFile(join(dir, "mine/README.md"), "mine");
    const refused = await engine(["render", "retail.yaml", "--out", "mine"]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("holds other files") });
    expect(await readdir(join(dir, "mine"))).toEqual(["README.md"]);
    expect(await readFile(join(dir, "mine/README.md"), "utf8")).toBe("mine");
  });

  test("renders again into its folder, and leaves what else lies there", async () => {
    expect(await engine(["render", "retail.yaml", "--out", "job"])).toMatchObject({ code: 0 });
    await writeFile(join(dir, "job/notes.txt"), "mine");
    await writeFile(join(dir, "job/stream_job/old.py"), "");
    expect(await engine(["render", "retail.yaml", "--out", "job"])).toMatchObject({ code: 0 });
    expect(await readFile(join(dir, "job/notes.txt"), "utf8")).toBe("mine");
    expect(existsSync(join(dir, "job/stream_job/old.py"))).toBe(false);
    expect(existsSync(join(dir, "job/job.py"))).toBe(true);
  });
});

describe("what a reference leads to", () => {
  test("is looked at before anything starts", async () => {
    const text = await readFile(retail, "utf8");
    const path = await write("unset.yaml", text.replace(/url: .*/, "url: ${env:NOT_SET}/stream"));
    expect(await engine(["run", path])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("variable NOT_SET is not set"),
    });
    const typo = await engine(["run", "retail.yaml"], { RETAIL_API_URL: "demo://retail?rte=3" });
    expect(typo).toMatchObject({ code: 1, stderr: expect.stringContaining("rte") });
    const nonsense = await engine(["run", "retail.yaml"], { RETAIL_API_URL: "hunter2" });
    expect(nonsense).toMatchObject({ code: 1, stderr: expect.stringContaining("`url` of transactions") });
    expect(nonsense.stderr).not.toContain("hunter2");
  });
});

describe("targets.yaml", () => {
  const withTargets = async (text: string, args: string[], env = {}) => {
    await write("targets.yaml", text);
    try {
      return await engine(args, env);
    } finally {
      await rm(join(dir, "targets.yaml"));
    }
  };
  const services = (mongo: string, security = "null") =>
    `version: 1\ndefault: prod\ntargets:\n  prod:\n    kind: services\n    kafka: { bootstrap: "127.0.0.1:1", security: ${security} }\n    mongodb: { uri: "${mongo}", database: d }\n`;

  test("has its mistakes told like a spec's", async () => {
    const text = "version: 1\ndefault: locl\ntargets:\n  local: { kind: local, x: 1 }\n  bad: { kind: servces }\n";
    const { code, stderr } = await withTargets(text, ["run", "retail.yaml"]);
    expect(code).toBe(1);
    for (const place of ["2:10  error  target/unknown", "4:25  error  schema/unknown-key", "5:16  error  target/unknown-kind"])
      expect(stderr).toContain(`targets.yaml:${place}`);
    expect(stderr).toContain("hint: did you mean `services`?");
  });

  test("says whether code of the user's is allowed", async () => {
    const node =
      "  - { id: own, type: transform.python, from: stream, config: { file: own.py, function: f, inputs: { x: store_id }, columns: { y: int } } }\n";
    const text = (await readFile(retail, "utf8"))
      .replace("  - id: sales\n", `${node}  - id: sales\n`)
      .replace("from: stream\n    config: { where", "from: own\n    config: { where");
    const path = await write("own.yaml", text);
    await write("own.py", "def f(x):\n    return {'y': x}\n");
    for (const command of ["run", "plan"]) {
      const end = await withTargets(services("mongodb://h/"), [command, path]);
      expect(end).toMatchObject({ code: 1, stderr: expect.stringContaining("error  target/code-not-allowed") });
      expect(end.stderr).toContain("`own` runs code of yours, and the target `prod` allows none.");
    }
    const none = "version: 1\ntargets: { local: { kind: local, code: false } }\n";
    expect((await withTargets(none, ["plan", path])).stderr).toContain("the target `local` allows none");
    expect(await withTargets("version: 1\ntargets: { local: { kind: local } }\n", ["plan", path])).toMatchObject({ code: 0 });
    const rendered = await engine(["render", path, "--out", join(dir, "own")]);
    expect(rendered.code, rendered.stderr).toBe(0);
    expect(await readFile(join(dir, "own/files/own.py"), "utf8")).toContain("return {'y': x}");
    const last = await engine(["preview", path, "--node", "own", "--records", "1"]);
    expect(last.code, last.stderr).toBe(0);
  });

  test("is asked for a target by its name", async () => {
    const end = await withTargets("version: 1\ntargets: { local: { kind: local } }\n", [
      "run",
      "retail.yaml",
      "--target",
      "lcal",
    ]);
    expect(end).toMatchObject({ code: 1, stderr: expect.stringContaining("did you mean `local`?") });
  });

  test.each([
    [
      "a password of Kafka",
      services("mongodb://h/", "{ protocol: SASL_SSL, mechanism: PLAIN, username: me, password: hunter2 }"),
    ],
    ["a password beside another mistake", services("mongodb://h/", "{ protcol: SASL_SSL, password: hunter2, username: me }")],
    ["a password of another type", services("mongodb://h/", "{ protocol: SASL_SSL, username: me, password: 4815162342 }")],
    ["a password of MongoDB", services("mongodb://me:hunter2@h/")],
    ["an unescaped password of MongoDB", services("mongodb://me:hun/ter2@h/")],
    ["a password before a mistake of YAML", services("mongodb://me:hunter2@h/").replace("database: d }", "database: [ }")],
  ])("with %s is refused, and never quotes it", async (_, text) => {
    // In this format both the events and the text for people are printed.
    const { code, stdout, stderr } = await withTargets(text, ["plan", "retail.yaml", "--format", "json"]);
    expect(code).toBe(1);
    expect(stdout).toContain('"event":"diagnostic"');
    expect(stdout + stderr).not.toMatch(/hunter2|ter2|4815162342/);
  });

  test("with an address that is none ends with 2, and never quotes it", async () => {
    const env = { PASSWORD: "hunt/er2" };
    const end = await withTargets(services("mongodb://me:${env:PASSWORD}@h/"), ["plan", "retail.yaml"], env);
    expect(end).toMatchObject({ code: 2, stderr: expect.stringContaining("mongodb/bad-uri") });
    expect(end.stderr).not.toContain("er2");
  });
});

test("a spec with secrets is refused, and none is quoted", async () => {
  const path = await fixture("secrets.yaml");
  const { code, stdout, stderr } = await engine(["validate", path, "--format", "json"]);
  expect(code).toBe(1);
  expect(stderr).toContain("secret/literal");
  expect(stdout + stderr).not.toContain("hunter2");
});
