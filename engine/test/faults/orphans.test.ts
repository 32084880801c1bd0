import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { commandsWith, descendants, exists } from "../support/processes.ts";
import { createProject, type EngineProcess, runEngine, startEngine, summaryOf, type TestProject } from "../support/project.ts";
import { isLoopback, listeningAddresses } from "../support/sockets.ts";

const env = { RETAIL_API_URL: "demo://retail?seed=1&rate=200" };
const engines: EngineProcess[] = [];
let project: TestProject;
let spec: string;

beforeAll(async () => {
  project = await createProject();
  spec = await project.retailAs("orphans");
});

afterAll(async () => {
  for (const { child } of engines) child.kill("SIGKILL");
  await Promise.all(engines.map(({ ended }) => ended));
  await runEngine(project, ["stack", "down"]);
  await vi.waitUntil(() => commandsWith(project.dir).length === 0, { timeout: 60_000, interval: 50 });
  await project.remove();
});

function start(args: string[]): EngineProcess {
  const engine = startEngine(project, args, env);
  engines.push(engine);
  return engine;
}

interface Status {
  kafka: { pid: number } | null;
  mongodb: { pid: number } | null;
}

async function status(): Promise<Status> {
  return (await runEngine(project, ["stack", "status"])).events[0] as unknown as Status;
}

/** The Spark JVM below an engine, and all that it has started. */
function jobOf({ child }: EngineProcess): number[] {
  const jvm = descendants(child.pid ?? 0).find(({ command }) => command.includes("SparkSubmit"));
  if (jvm === undefined) throw new Error("no Spark JVM below the engine");
  const below = descendants(jvm.pid).map(({ pid }) => pid);
  expect(below.length).toBeGreaterThan(0);
  return [jvm.pid, ...below];
}

/** A run that has committed a batch. */
async function running(): Promise<EngineProcess> {
  const engine = start(["run", spec]);
  await engine.event("batch");
  return engine;
}

async function kill({ child, ended }: EngineProcess): Promise<void> {
  child.kill("SIGKILL");
  await ended;
}

const gone = (pids: number[]) => expect.poll(() => pids.filter(exists), { timeout: 60_000, interval: 50 }).toEqual([]);

it("what a killed engine leaves behind is adopted or ended, and listens on this machine alone", async () => {
  const first = await running();
  const job = jobOf(first);
  const services = await status();
  const pids = [...job, first.child.pid ?? 0, services.kafka?.pid ?? 0, services.mongodb?.pid ?? 0];
  const addresses = pids.flatMap(listeningAddresses);
  // Kafka has two, mongod one, Spark at least its gateway and the block manager.
  expect(addresses.length).toBeGreaterThan(4);
  expect(addresses.filter((address) => !isLoopback(address))).toEqual([]);

  // The job notices that nobody speaks to it any more, and ends after its batch.
  await kill(first);
  await gone(job);

  // With a JVM that dies goes its Python, before the next one starts.
  const second = await running();
  expect(await status()).toEqual(services);
  const died = jobOf(second);
  const batches = second.events.length;
  process.kill(died[0] ?? 0, "SIGKILL");
  await second.event("batch", (event) => second.events.indexOf(event) > batches);
  expect(died.filter(exists)).toEqual([]);

  // A job that cannot notice, as in a long batch, is ended before the next one starts.
  const suspended = jobOf(second);
  process.kill(suspended[0] ?? 0, "SIGSTOP");
  await kill(second);
  const third = start(["run", spec, "--records", "500"]);
  await third.event("query");
  expect(suspended.filter(exists)).toEqual([]);
  expect(await status()).toEqual(services);

  // Whom the services were left to stops them.
  summaryOf(await third.ended);
  expect(await status()).toEqual({ kafka: null, mongodb: null });
});
