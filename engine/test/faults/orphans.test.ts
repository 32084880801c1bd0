import { afterAll, beforeAll, expect, it } from "vitest";
import { descendants, exists } from "../support/processes.ts";
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

/** A run that has committed a batch, and its Spark JVM. */
async function running(): Promise<{ engine: EngineProcess; spark: number }> {
  const engine = start(["run", spec]);
  await engine.event("batch");
  const jvm = descendants(engine.child.pid ?? 0).find(({ command }) => command.includes("SparkSubmit"));
  if (jvm === undefined) throw new Error("no Spark JVM below the engine");
  return { engine, spark: jvm.pid };
}

async function kill({ child, ended }: EngineProcess): Promise<void> {
  child.kill("SIGKILL");
  await ended;
}

const gone = (pid: number) => expect.poll(() => exists(pid), { timeout: 60_000, interval: 50 }).toBe(false);

it("what a killed engine leaves behind is adopted or ended, and listens on this machine alone", async () => {
  const first = await running();
  const services = await status();
  const pids = [first.spark, ...descendants(first.spark).map(({ pid }) => pid), first.engine.child.pid ?? 0];
  const addresses = [...pids, services.kafka?.pid ?? 0, services.mongodb?.pid ?? 0].flatMap(listeningAddresses);
  // Kafka has two, mongod one, Spark at least its gateway and the block manager.
  expect(addresses.length).toBeGreaterThan(4);
  expect(addresses.filter((address) => !isLoopback(address))).toEqual([]);

  // The job notices that nobody speaks to it any more, and ends after its batch.
  await kill(first.engine);
  await gone(first.spark);

  // One that cannot notice, as in a long batch, is ended before the next job starts.
  const second = await running();
  expect(await status()).toEqual(services);
  const workers = descendants(second.spark).map(({ pid }) => pid);
  expect(workers.length).toBeGreaterThan(0);
  process.kill(second.spark, "SIGSTOP");
  await kill(second.engine);
  const third = start(["run", spec, "--records", "500"]);
  await third.event("query");
  expect([second.spark, ...workers].filter(exists)).toEqual([]);
  expect(await status()).toEqual(services);

  // Whom the services were left to stops them.
  summaryOf(await third.ended);
  expect(await status()).toEqual({ kafka: null, mongodb: null });
});
