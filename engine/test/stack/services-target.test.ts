import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { startDemo } from "../../src/demo/index.ts";
import { mongodArguments } from "../../src/runtime/stack/mongo-server.ts";
import { freePort } from "../../src/runtime/stack/ports.ts";
import { ensureToolchain } from "../../src/runtime/toolchain/index.ts";
import { createProject, runEngine, summaryOf, type TestProject } from "../support/project.ts";
import { readTopic } from "../support/truth.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const SECRET = "docker/secrets/mongodb_engine_password";
const NAME = "retail-services";
const RECORDS = 2_000;
const SOURCE = { seed: 7, rate: 0, spacing: 20, start: Date.now() - 600_000 };

/** What docker-compose.yml brings, without its containers: the shared Kafka, and a mongod that asks everybody for a password. */
let project: TestProject;
let mongod: ChildProcess;
let data: string;
let services: Record<string, string>;
let admin: MongoClient;

beforeAll(async () => {
  project = await createProject();
  await cp(join(root, "targets.yaml"), join(project.dir, "targets.yaml"));
  data = await mkdtemp(join(tmpdir(), "engine-mongod-"));
  const port = await freePort();
  mongod = await guardedMongod(data, port);
  services = { KAFKA_BOOTSTRAP_SERVERS: inject("kafka"), MONGODB_HOST: `127.0.0.1:${port}` };
  const password = randomBytes(16).toString("hex");
  admin = await makeUsers(port, password);
  await mkdir(join(project.dir, "docker/secrets"), { recursive: true });
  await writeFile(join(project.dir, SECRET), `${password}\n`);
});

afterAll(async () => {
  await admin?.close();
  mongod.kill();
  if (mongod.exitCode === null) await once(mongod, "exit");
  await rm(data, { recursive: true });
  await project.remove();
});

async function guardedMongod(folder: string, port: number): Promise<ChildProcess> {
  const keyFile = join(folder, "keyfile");
  await writeFile(keyFile, randomBytes(32).toString("hex"), { mode: 0o400 });
  await mkdir(join(folder, "db"));
  const { mongod: file } = await ensureToolchain();
  return spawn(file, [...mongodArguments(join(folder, "db"), port), "--keyFile", keyFile], { stdio: "ignore" });
}

/** Begins the replica set and makes the engine's user, with the very roles that docker/mongodb/ready.js gives. */
async function makeUsers(port: number, password: string): Promise<MongoClient> {
  const first = await new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`).connect();
  await first.db("admin").command({ replSetInitiate: { _id: "rs0", members: [{ _id: 0, host: `127.0.0.1:${port}` }] } });
  await first.close();
  const stranger = await new MongoClient(`mongodb://127.0.0.1:${port}/?replicaSet=rs0`).connect();
  await stranger.db("admin").command({ createUser: "root", pwd: password, roles: ["root"] });
  await stranger.close();
  const known = await new MongoClient(`mongodb://root:${password}@127.0.0.1:${port}/?replicaSet=rs0`).connect();
  const ready = await readFile(join(root, "docker/mongodb/ready.js"), "utf8");
  const roles = JSON.parse(/const roles = (\[.*?\])/.exec(ready)?.[1] ?? "[]") as string[];
  await known.db("retail").command({ createUser: "engine", pwd: password, roles: roles.map((role) => ({ role, db: "retail" })) });
  return known;
}

describe("target compose", () => {
  it("runs retail on services that somebody else started", async () => {
    const spec = await project.retailAs(NAME);
    const url = `demo://retail?seed=7&rate=0&spacing=20&start=${new Date(SOURCE.start).toISOString()}&malformed=0.01`;
    const end = await runEngine(project, ["run", spec, "--target", "compose", "--records", String(RECORDS)], {
      ...services,
      RETAIL_API_URL: url,
    });
    const summary = summaryOf(end);
    const demo = await startDemo({ ...SOURCE, malformed: 0.01 });
    const sent = [...demo.sent(0, RECORDS)];
    await demo.stop();
    const good = sent.filter(({ kind, filtered }) => kind !== "malformed" && !filtered).map((record) => record.transaction_id);
    const stored = await admin.db("retail").collection("sales").distinct("_id");
    expect(new Set(stored.map(String))).toEqual(new Set(good));
    const letters = await readTopic(inject("kafka"), `${NAME}.dead-letters`);
    expect(summary).toMatchObject({
      read: RECORDS,
      deadLettered: letters.length,
      sinks: { store_sales: { written: good.length } },
    });
    expect(good.length + letters.length + summary.filtered).toBe(RECORDS);
    expect(existsSync(join(project.dir, ".engine/stack"))).toBe(false);
  });

  it("says that MongoDB refuses a wrong password, without showing it", async () => {
    await writeFile(join(project.dir, SECRET), "not-the-password\n");
    // From elsewhere: the secret's path counts from the project.
    const spec = join(project.dir, `pipelines/${NAME}.yaml`);
    const end = await runEngine({ dir: tmpdir() }, ["status", spec, "--target", "compose"], services);
    expect(end.code).toBe(2);
    expect(end.stdout).toContain('"code":"mongodb/refused"');
    expect(end.stdout + end.stderr).not.toContain("not-the-password");
  });
});
