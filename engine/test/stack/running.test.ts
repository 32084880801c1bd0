import { readdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Demo, startDemo } from "../../src/demo/index.ts";
import { descendants } from "../support/processes.ts";
import { createProject, runEngine, startEngine, type TestProject } from "../support/project.ts";

const mongo = new MongoClient(inject("mongodb"));
const name = `running-${process.pid}`;
const db = mongo.db(name);
const secrets = {
  CANARY_HEADER: "canary-h3ader",
  CANARY_URL: "canary-url7",
  CANARY_MONGO: "canary-m0ngo",
  CANARY_KAFKA: "canary-kafk4",
};
const user = `reader${process.pid}`;
let project: TestProject;
let demo: Demo;
let path: string;

beforeAll(async () => {
  project = await createProject();
  await mongo.connect();
  demo = await startDemo({ seed: 3, rate: 500 });
  const roles = [{ role: "readWrite", db: name }, "dbAdminAnyDatabase"];
  await mongo.db("admin").command({ createUser: user, pwd: secrets.CANARY_MONGO, roles });
  const { host } = new URL(inject("mongodb"));
  await writeFile(
    join(project.dir, "targets.yaml"),
    `version: 1
targets:
  local: { kind: local }
  guarded:
    kind: services
    kafka:
      bootstrap: ${inject("kafka")}
      security: { protocol: PLAINTEXT, username: me, password: "\${env:CANARY_KAFKA}" }
    mongodb:
      uri: mongodb://${user}:\${env:CANARY_MONGO}@${host}/?authSource=admin&directConnection=true
      database: ${name}
`,
  );
  const address = demo.url.replace("http://", `http://me:\${env:CANARY_URL}@`);
  path = await project.retailAs(name, (text) =>
    text.replace(/url: .*\n/, `url: "${address}/stream"\n      headers: { x-api-key: "\${env:CANARY_HEADER}" }\n`),
  );
});

afterAll(async () => {
  await mongo.db("admin").command({ dropUser: user });
  await db.dropDatabase();
  await Promise.all([mongo.close(), demo.stop(), project.remove()]);
});

const target = ["--target", "guarded"];

/** The canaries that a text holds. */
const sung = (text: string) => Object.values(secrets).filter((secret) => text.includes(secret));

async function filesWithSecrets(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, "latin1").catch(() => "")));
  return files.filter((_, at) => sung(texts[at] ?? "").length > 0);
}

test("one run on a guarded target: seen, held, stopped, and no secret in sight", async () => {
  const idle = await runEngine(project, ["status", path, ...target], secrets);
  expect(idle.events.at(-1)).toMatchObject({ event: "status", running: false, holder: null });
  const out = `rendered-${name}`;
  const before = [
    await runEngine(project, ["plan", path, ...target], secrets),
    await runEngine(project, ["render", path, "--out", out], secrets),
  ];
  expect(before.map(({ code }) => code)).toEqual([0, 0]);

  const engine = startEngine(project, ["run", path, ...target], secrets);
  await engine.event("batch");
  const commands = descendants(engine.child.pid ?? 0).map(({ command }) => command);
  expect(commands.length).toBeGreaterThan(1);

  const second = await runEngine(project, ["run", path, ...target], secrets);
  expect(second.code).toBe(2);
  expect(second.stderr).toContain(`process ${engine.child.pid} on ${hostname()}`);
  const status = await runEngine(project, ["status", path, ...target], secrets);
  expect(status.events.at(-1)).toMatchObject({ running: true, holder: { pid: engine.child.pid, host: hostname() } });
  const stop = await runEngine(project, ["stop", path, ...target], secrets);
  expect(stop).toMatchObject({ code: 0, events: [{ event: "stop", stopped: true }] });
  const end = await engine.ended;
  expect(end.code).toBe(0);
  const summary = end.events.find((event) => event.event === "summary");
  expect(summary?.read).toBe((await db.collection("sales").countDocuments()) + (summary?.filtered ?? 0));
  expect(await runEngine(project, ["stop", path, ...target], secrets)).toMatchObject({ code: 0, events: [{ stopped: false }] });

  expect(commands.flatMap(sung)).toEqual([]);
  for (const { stdout, stderr } of [idle, ...before, second, status, stop, end]) expect(sung(stdout + stderr)).toEqual([]);
  expect(await filesWithSecrets(join(project.dir, ".engine"))).toEqual([]);
  expect(await filesWithSecrets(join(project.dir, out))).toEqual([]);
  expect(sung(JSON.stringify(await db.collection("_engine").find().toArray()))).toEqual([]);
});
