import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { EnvironmentProblem } from "../environment-problem.ts";
import { isAlive, type ProcessIdentity, sameProcess, thisProcess } from "../process-identity.ts";
import { withLock } from "../toolchain/file-lock.ts";
import type { Toolchain } from "../toolchain/index.ts";
import { clusterIdOf } from "./kafka-broker.ts";
import { mongoUri } from "./mongo-server.ts";
import type { ServiceName, ServiceNews } from "./service.ts";
import { endAll, type Request, SERVICES, startAgain, startMissing } from "./start.ts";
import { changeState, readState, writeState } from "./state-file.ts";
import { watchServices } from "./watch.ts";

/** The addresses and processes of a running stack. */
export interface StackStatus {
  kafka: { bootstrap: string; pid: number; clusterId: string };
  mongodb: { uri: string; pid: number };
}

/** A running Kafka broker and mongod on 127.0.0.1. */
export interface Stack extends StackStatus {
  /** True while another engine, or nobody (`stack up`), is to stop it. May turn false when that engine ends before this one. */
  readonly adopted: boolean;
  /** Stops both services, kafka last, unless another engine still uses them: then it is left to that one. */
  stop(): Promise<void>;
  /** Gives up ownership: the services run on when this process ends. */
  detach(): Promise<void>;
  /** Told once for every death of a service that was not asked for. Returns the way to unsubscribe. */
  onExit(listener: (exit: { service: ServiceName }) => void): () => void;
  /**
   * Brings a dead service back on its port with its data; rejects with an EnvironmentProblem when another program holds the port. Does nothing
   * when it runs.
   */
  restart(service: ServiceName): Promise<void>;
}

/** What a stack is started with. */
export interface StackRequest {
  toolchain: Toolchain;
  /** Holds data, logs and state; survives restarts. */
  dir: string;
  report?: (news: ServiceNews) => void;
  signal?: AbortSignal | undefined;
  /** How long a restart waits for its port, in ms; 20 seconds by default. */
  portPatienceMs?: number;
}

const lockFile = (dir: string) => `${dir}/stack`;

/**
 * Starts what does not run yet, both at once, and takes over what does. Of two callers at once the second waits and shares.
 * Throws an EnvironmentProblem; then what this call started is stopped again.
 */
export async function startStack(given: StackRequest): Promise<Stack> {
  const request = { portPatienceMs: 20_000, ...given, dir: resolve(given.dir), report: given.report ?? (() => {}) };
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
      await withLock({ file: lockFile(dir) }, async () => changeState(dir, (state) => ({ ...state, owner: null })));
    },
    async restart(service) {
      await withLock({ file: lockFile(dir) }, () => startAgain({ ...request, signal: undefined }, service));
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
    changeState(dir, (state) => ({ ...state, owner: heir ?? null, users: others }));
    return heir === undefined;
  });
}
