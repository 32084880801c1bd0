import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { MongoClient } from "mongodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { identityOf } from "../../src/runtime/process-identity.ts";
import { commandsWith, exists } from "../support/processes.ts";
import { createProject, runEngine, startEngine, type TestProject } from "../support/project.ts";

interface Status {
  kafka: { bootstrap: string; pid: number } | null;
  mongodb: { uri: string; pid: number } | null;
}

interface State {
  ports: { kafka: { port: number; controllerPort: number }; mongodb: number };
  processes: { kafka?: { pid: number; start: string }; mongodb?: { pid: number; start: string } };
  owner: { pid: number; start: string } | null;
  users: unknown[];
}

const projects: TestProject[] = [];
const servers: Server[] = [];
const sleepers: ChildProcess[] = [];
let project: TestProject;

beforeEach(async () => {
  project = await newProject();
});

afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  for (const one of projects.splice(0)) {
    await runEngine(one, ["stack", "down"]);
    expect(commandsWith(one.dir)).toEqual([]);
    await one.remove();
  }
  for (const sleeper of sleepers.splice(0)) sleeper.kill("SIGKILL");
});

async function newProject(): Promise<TestProject> {
  const made = await createProject();
  projects.push(made);
  return made;
}

async function status(of = project): Promise<Status> {
  return (await runEngine(of, ["stack", "status"])).events[0] as unknown as Status;
}

async function up(of = project): Promise<Required<Status>> {
  const end = await runEngine(of, ["stack", "up"]);
  expect({ code: end.code, stderr: end.stderr }).toEqual({ code: 0, stderr: "" });
  return status(of);
}

const stateFile = () => join(project.dir, ".engine/stack/stack.json");
const state = () => JSON.parse(readFileSync(stateFile(), "utf8")) as State;

/** Takes a port as another program would, one that hangs up when it does not understand. */
async function occupy(port: number): Promise<void> {
  const server = createServer((socket) => socket.on("error", () => {}).once("data", () => socket.destroy())).listen(
    port,
    "127.0.0.1",
  );
  servers.push(server);
  await new Promise((resolve, reject) => server.once("listening", resolve).once("error", reject));
}

/** What `work` finds in the stack's MongoDB. */
async function inMongo<T>({ mongodb }: Status, work: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = await new MongoClient(mongodb?.uri ?? "").connect();
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

it("comes up, stays, moves away from ports that are taken, keeps its data, and goes", async () => {
  expect(await runEngine(project, ["stack", "down"])).toMatchObject({ code: 0, events: [{ event: "stack", stopped: false }] });
  expect(await runEngine(project, ["stack", "status"])).toMatchObject({ code: 2, events: [{ kafka: null, mongodb: null }] });
  const first = await up();
  expect(await up()).toEqual(first);
  await inMongo(first, (client) => client.db("kept").collection<{ _id: number }>("kept").insertOne({ _id: 1 }));

  expect(await runEngine(project, ["stack", "down"])).toMatchObject({ code: 0, events: [{ event: "stack", stopped: true }] });
  expect(await status()).toEqual({ kafka: null, mongodb: null });
  const { ports } = state();
  for (const port of [ports.kafka.port, ports.kafka.controllerPort, ports.mongodb]) await occupy(port);
  const moved = await runEngine(project, ["stack", "up"]);
  expect(moved).toMatchObject({ code: 0 });
  expect(moved.stdout).toContain(`port ${ports.mongodb} is taken by another program`);
  const second = await status();
  expect(second.kafka?.bootstrap).not.toBe(first.kafka?.bootstrap);
  expect(second.mongodb?.uri).not.toBe(first.mongodb?.uri);
  expect(await inMongo(second, (client) => client.db("kept").collection("kept").countDocuments())).toBe(1);
});

it("runs beside another project's", async () => {
  const other = await newProject();
  const [here, there] = await Promise.all([up(), up(other)]);
  expect(here.kafka?.bootstrap).not.toBe(there.kafka?.bootstrap);
  expect(here.mongodb?.uri).not.toBe(there.mongodb?.uri);
  await runEngine(project, ["stack", "down"]);
  expect(await status(other)).toEqual(there);
});

it("chooses another port when one is taken after the look at it", async () => {
  const properties = join(project.dir, ".engine/stack/kafka.properties");
  const engine = startEngine(project, ["stack", "up"]);
  // Written before Kafka's folder is formatted: there is more than a second until the broker takes its port.
  const chosen = () => /^listeners=.*?:(\d+),/m.exec(existsSync(properties) ? readFileSync(properties, "utf8") : "")?.[1];
  while (chosen() === undefined) await delay(2);
  const port = Number(chosen());
  await occupy(port);
  expect(await engine.ended).toMatchObject({ code: 0 });
  expect((await status()).kafka?.bootstrap).not.toBe(`127.0.0.1:${port}`);
});

describe.each(["SIGINT", "SIGTERM"] as const)("%s during `stack up`", (signal) => {
  it.each(["mongodb", "kafka"])("ends what was begun when %s is starting", async (service) => {
    const engine = startEngine(project, ["stack", "up"]);
    await engine.event("service", (news) => news.service === service && news.state === "starting");
    while (!existsSync(stateFile()) || state().processes.mongodb === undefined) await delay(2);
    engine.child.kill(signal);
    expect((await engine.ended).code).toBe(130);
    expect(commandsWith(project.dir)).toEqual([]);
  });

  it("leaves alone what ran before", async () => {
    const before = await up();
    process.kill(before.kafka?.pid ?? 0, "SIGKILL");
    const engine = startEngine(project, ["stack", "up"]);
    await engine.event("service", (news) => news.service === "kafka" && news.state === "starting");
    engine.child.kill(signal);
    expect((await engine.ended).code).toBe(130);
    expect(await status()).toEqual({ kafka: null, mongodb: before.mongodb });
  });
});

it("is not taken down under an engine that uses it", async () => {
  const before = await up();
  const user = identityOf(process.pid);
  writeFileSync(stateFile(), JSON.stringify({ ...state(), users: [user] }));
  const down = await runEngine(project, ["stack", "down"]);
  expect(down).toMatchObject({ code: 2, events: [{ event: "problem", code: "stack/in-use" }] });
  expect(down.stderr).toContain(`kill ${process.pid}`);
  expect(await status()).toEqual(before);
  writeFileSync(stateFile(), JSON.stringify({ ...state(), users: [] }));
});

it("says so when its folder cannot be written", async () => {
  writeFileSync(join(project.dir, ".engine"), "");
  const end = await runEngine(project, ["stack", "up"]);
  expect(end).toMatchObject({
    code: 2,
    events: [{ event: "problem", code: "stack/folder", hint: expect.stringContaining("chown") }],
  });
  expect(end.stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
});

it("what a killed `stack up` left behind is adopted by the next", async () => {
  const engine = startEngine(project, ["stack", "up"]);
  await engine.event("service", ({ service, state }) => service === "mongodb" && state === "ready");
  while (state().processes.kafka === undefined) await delay(2);
  engine.child.kill("SIGKILL");
  await engine.ended;
  const { processes } = state();
  const next = await up();
  expect([next.kafka?.pid, next.mongodb?.pid]).toEqual([processes.kafka?.pid, processes.mongodb?.pid]);
});

it("never touches a process that only has the number of a service that is gone", async () => {
  const first = await up();
  await runEngine(project, ["stack", "down"]);
  const sleeper = spawn("sleep", ["1000"], { stdio: "ignore" });
  sleepers.push(sleeper);
  const stranger = { pid: sleeper.pid ?? 0, start: "1", boot: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim() };
  const written = { ...state(), processes: { kafka: stranger, mongodb: stranger }, owner: stranger, users: [stranger] };
  writeFileSync(stateFile(), JSON.stringify(written));
  expect(await runEngine(project, ["stack", "down"])).toMatchObject({ code: 0, events: [{ stopped: false }] });
  const second = await up();
  expect(second.kafka?.pid).not.toBe(stranger.pid);
  expect(second.kafka?.pid).not.toBe(first.kafka?.pid);
  await runEngine(project, ["stack", "down"]);
  expect(exists(stranger.pid)).toBe(true);
});
