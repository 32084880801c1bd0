import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { EnvironmentProblem } from "../environment-problem.ts";
import { isAlive, type ProcessIdentity, sameProcess, thisProcess } from "../process-identity.ts";
import { withLock } from "../toolchain/file-lock.ts";
import type { Toolchain } from "../toolchain/index.ts";
import { type BrokerPorts, clusterIdOf, startBroker } from "./kafka-broker.ts";
import { mongoUri, startMongo } from "./mongo-server.ts";
import { freePort } from "./ports.ts";
import { endService, type ServiceName, type ServiceNews } from "./service.ts";
import { readState, type StackState, writeState } from "./state-file.ts";
import { watchServices } from "./watch.ts";

/** The addresses and processes of a running stack. */
export interface StackStatus {
  kafka: { bootstrap: string; pid: number; clusterId: string };
  mongodb: { uri: string; pid: number };
}

/** A running Kafka broker and mongod on 127.0.0.1. Its addresses are current: they follow a restart. */
export interface Stack extends StackStatus {
  /** True while another engine, or nobody (`stack up`), is to stop it. May turn false when that engine ends before this one. */
  readonly adopted: boolean;
  /** Stops both services, kafka last, unless another engine still uses them: then it is left to that one. */
  stop(): Promise<void>;
  /** Gives up ownership: the services run on when this process ends. */
  detach(): Promise<void>;
  /** Told once for every death of a service that was not asked for. Returns the way to unsubscribe. */
  onExit(listener: (exit: { service: ServiceName }) => void): () => void;
  /** Brings a dead service back on its port with its data. Does nothing when it runs. */
  restart(service: ServiceName): Promise<void>;
}

/** What a stack is started with. */
export interface StackRequest {
  toolchain: Toolchain;
  /** Holds data, logs and state; survives restarts. */
  dir: string;
  report?: (news: ServiceNews) => void;
  signal?: AbortSignal | undefined;
}

const PORT_ATTEMPTS = 3;
const SERVICES: readonly ServiceName[] = ["kafka", "mongodb"];

const lockFile = (dir: string) => `${dir}/stack`;

/**
 * Starts what does not run yet, both at once, and takes over what does. Of two callers at once the second waits and shares.
 * Throws an EnvironmentProblem; then what this call started is stopped again.
 */
export async function startStack(given: StackRequest): Promise<Stack> {
  const request = { ...given, dir: resolve(given.dir), report: given.report ?? (() => {}) };
  await requireFolder(request.dir);
  return withLock({ file: lockFile(request.dir), signal: request.signal }, async () => {
    const before = readState(request.dir);
    const ran = before.processes.kafka !== undefined || before.processes.mongodb !== undefined;
    await startMissing(request, SERVICES);
    const me = thisProcess();
    const state = readState(request.dir);
    // The services of an engine that crashed belong to whom finds them.
    const orphaned = before.owner !== null && !isAlive(before.owner);
    const owner = ran && !orphaned ? before.owner : me;
    const users = [...state.users.filter((user) => !sameProcess(user, me)), me];
    writeState(request.dir, { ...state, owner, users });
    return makeStack(request);
  });
}

/** The addresses of the stack of this folder, undefined unless both services run. Starts and changes nothing. */
export async function findStack(dir: string): Promise<StackStatus | undefined> {
  return addresses(resolve(dir));
}

/** The services of this folder that run, one, both or none, at once. */
export function stackStatus(dir: string): Partial<StackStatus> {
  const folder = resolve(dir);
  const { ports, processes } = readState(folder);
  const status: Partial<StackStatus> = {};
  if (ports.kafka && processes.kafka) {
    const bootstrap = `127.0.0.1:${ports.kafka.port}`;
    status.kafka = { bootstrap, pid: processes.kafka.pid, clusterId: clusterIdOf(folder) ?? "" };
  }
  if (ports.mongodb && processes.mongodb) status.mongodb = { uri: mongoUri(ports.mongodb), pid: processes.mongodb.pid };
  return status;
}

/**
 * Stops the stack of this folder, whoever started it; returns whether anything ran. The data stays. Throws an EnvironmentProblem while
 * an engine uses it, which would only start it again.
 */
export async function stopStack(dir: string): Promise<boolean> {
  const folder = resolve(dir);
  const { processes } = readState(folder);
  if (processes.kafka === undefined && processes.mongodb === undefined) return false;
  return withLock({ file: lockFile(folder) }, async () => {
    const [user] = readState(folder).users;
    if (user !== undefined) throw stackInUse(user);
    await endAll(folder);
    return true;
  });
}

function stackInUse({ pid }: ProcessIdentity): EnvironmentProblem {
  const hint = `End it first: engine stop SPEC, Ctrl-C in its terminal, or kill ${pid}.`;
  return new EnvironmentProblem("stack/in-use", `The engine of process ${pid} still uses Kafka and MongoDB.`, hint);
}

function addresses(dir: string): StackStatus | undefined {
  const { kafka, mongodb } = stackStatus(dir);
  return kafka && mongodb && { kafka, mongodb };
}

async function requireFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true });
    await access(dir, constants.W_OK);
  } catch (error) {
    const hint = `Make it writable: sudo chown -R "$USER" ${dir}`;
    throw new EnvironmentProblem("stack/folder", `The stack cannot keep its data in ${dir}: ${(error as Error).message}`, hint);
  }
}

type Request = Required<Pick<StackRequest, "toolchain" | "dir" | "report">> & { signal?: AbortSignal | undefined };

async function startMissing(request: Request, services: readonly ServiceName[]): Promise<void> {
  const { dir } = request;
  const { processes } = readState(dir);
  const started = services.filter((service) => processes[service] === undefined);
  const results = await Promise.allSettled(services.map((service) => startOnFreePort(request, service)));
  const failed = results.find((result) => result.status === "rejected");
  if (failed === undefined) return;
  await endAll(dir, started);
  throw failed.reason;
}

/** Another program may take a port between the look at it and the service's start. */
async function startOnFreePort(request: Request, service: ServiceName): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOne(request, service);
    } catch (error) {
      if (attempt === PORT_ATTEMPTS || !(error instanceof EnvironmentProblem) || error.code !== "stack/port-taken") throw error;
    }
  }
}

async function startOne({ toolchain, dir, report, signal }: Request, service: ServiceName): Promise<void> {
  const { ports, processes } = readState(dir);
  const running = processes[service];
  if (running === undefined) report({ service, state: "starting" });
  if (service === "kafka") {
    const chosen = running && ports.kafka ? ports.kafka : await brokerPorts(ports.kafka);
    reportMove(report, service, ports.kafka?.port, chosen.port);
    const launched = (kafka: ProcessIdentity) =>
      change(dir, (state) => ({ ...state, ports: { ...state.ports, kafka: chosen }, processes: { ...state.processes, kafka } }));
    await startBroker({ toolchain, dir, ports: chosen, running, launched, signal });
  } else {
    const port = running && ports.mongodb ? ports.mongodb : await freePort(ports.mongodb);
    reportMove(report, service, ports.mongodb, port);
    const launched = (mongodb: ProcessIdentity) =>
      change(dir, (state) => ({
        ...state,
        ports: { ...state.ports, mongodb: port },
        processes: { ...state.processes, mongodb },
      }));
    await startMongo({ toolchain, dir, port, running, launched, signal });
  }
  report({ service, state: "ready" });
}

async function brokerPorts(before: BrokerPorts | undefined): Promise<BrokerPorts> {
  const port = await freePort(before?.port);
  let controllerPort = await freePort(before?.controllerPort);
  while (controllerPort === port) controllerPort = await freePort();
  return { port, controllerPort };
}

function reportMove(report: Request["report"], service: ServiceName, before: number | undefined, now: number): void {
  if (before === undefined || before === now) return;
  report({ service, state: "starting", message: `port ${before} is taken by another program; using ${now}` });
}

function change(dir: string, update: (state: StackState) => StackState): void {
  writeState(dir, update(readState(dir)));
}

async function endAll(dir: string, services: readonly ServiceName[] = SERVICES): Promise<void> {
  const { processes } = readState(dir);
  await Promise.all(
    services.map(async (service) => {
      const identity = processes[service];
      if (identity) await endService(identity);
    }),
  );
  change(dir, (state) => ({ ...state, owner: null }));
}

function makeStack(request: Request): Stack {
  const { dir, report } = request;
  const me = thisProcess();
  let last = addresses(dir);
  if (last === undefined) throw new Error(`the stack in ${dir} does not run after its start`);
  const current = () => {
    last = addresses(dir) ?? last;
    if (last === undefined) throw new Error("unreachable: the stack ran when this was made");
    return last;
  };
  const watch = watchServices(dir, SERVICES);
  return {
    get kafka() {
      return current().kafka;
    },
    get mongodb() {
      return current().mongodb;
    },
    get adopted() {
      const { owner } = readState(dir);
      return owner === null || !sameProcess(owner, me);
    },
    onExit: watch.onExit,
    async stop() {
      watch.close();
      const stopped = await leave(dir);
      if (stopped) for (const service of SERVICES) report({ service, state: "stopped" });
    },
    async detach() {
      watch.close();
      await withLock({ file: lockFile(dir) }, async () => change(dir, (state) => ({ ...state, owner: null })));
    },
    async restart(service) {
      await withLock({ file: lockFile(dir) }, () => startMissing({ ...request, signal: undefined }, [service]));
      watch.watchAgain(service);
    },
  };
}

/** Stops the services, or hands them to another engine that uses them. Returns whether they were stopped. */
async function leave(dir: string): Promise<boolean> {
  const me = thisProcess();
  return withLock({ file: lockFile(dir) }, async () => {
    const others = readState(dir).users.filter((user) => !sameProcess(user, me));
    const heir = others[0];
    if (heir === undefined) await endAll(dir);
    change(dir, (state) => ({ ...state, owner: heir ?? null, users: others }));
    return heir === undefined;
  });
}
