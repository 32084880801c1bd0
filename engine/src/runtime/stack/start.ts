import { EnvironmentProblem } from "../environment-problem.ts";
import type { ProcessIdentity } from "../process-identity.ts";
import type { Toolchain } from "../toolchain/index.ts";
import { type BrokerPorts, startBroker } from "./kafka-broker.ts";
import { startMongo } from "./mongo-server.ts";
import { freePort, holderOf, untilFree } from "./ports.ts";
import { endService, NAMES, type ServiceName, type ServiceNews } from "./service.ts";
import { changeState, readState } from "./state-file.ts";

/** All services of a stack. */
export const SERVICES: readonly ServiceName[] = ["kafka", "mongodb"];

/** What services are started with. Whoever starts or ends one holds the lock of the folder. */
export interface Request {
  toolchain: Toolchain;
  dir: string;
  report: (news: ServiceNews) => void;
  signal?: AbortSignal | undefined;
  /** How long a restart waits for its port, in ms. */
  portPatienceMs: number;
}

const PORT_ATTEMPTS = 3;

/** Starts those of the services that do not run, all at once, on any port. What it started is ended again when one fails. */
export async function startMissing(request: Request, services: readonly ServiceName[]): Promise<void> {
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
      if (attempt === PORT_ATTEMPTS || !isPortTaken(error)) throw error;
    }
  }
}

/**
 * Starts a service that died on the port on which its clients look for it: none of a run's can follow it to another. Throws an EnvironmentProblem
 * when another program keeps the port.
 */
export async function startAgain(request: Request, service: ServiceName): Promise<void> {
  const { dir, portPatienceMs } = request;
  const { ports, processes } = readState(dir);
  const port = service === "kafka" ? ports.kafka?.port : ports.mongodb;
  // Another engine that uses the stack may have been quicker.
  if (port === undefined || processes[service] !== undefined) return startMissing(request, [service]);
  const deadline = performance.now() + portPatienceMs;
  while (await untilFree(port, deadline - performance.now())) {
    try {
      return await startOne(request, service, async () => port);
    } catch (error) {
      if (!isPortTaken(error)) throw error;
    }
  }
  throw portHeld(service, port, portPatienceMs);
}

function isPortTaken(error: unknown): boolean {
  return error instanceof EnvironmentProblem && error.code === "stack/port-taken";
}

function portHeld(service: ServiceName, port: number, waitedMs: number): EnvironmentProblem {
  const holder = holderOf(port);
  const who = holder === undefined ? "another program" : `process ${holder.pid} (${holder.command})`;
  const end = holder === undefined ? `find that program with \`ss -tnap | grep :${port}\` and end it` : "end that process";
  return new EnvironmentProblem(
    "stack/port-held",
    `${NAMES[service]} cannot come back: ${who} has held its port ${port} for ${Math.round(waitedMs / 1000)} s.`,
    `${end}, then run again: nothing acknowledged is lost`,
  );
}

/** `choosePort` is given the port that the service had. */
async function startOne(
  { toolchain, dir, report, signal }: Request,
  service: ServiceName,
  choosePort: (before?: number) => Promise<number> = freePort,
): Promise<void> {
  const { ports, processes } = readState(dir);
  const running = processes[service];
  if (running === undefined) report({ service, state: "starting" });
  if (service === "kafka") {
    const chosen = running && ports.kafka ? ports.kafka : await brokerPorts(ports.kafka, choosePort);
    reportMove(report, service, ports.kafka?.port, chosen.port);
    const launched = (kafka: ProcessIdentity) =>
      changeState(dir, (state) => ({
        ...state,
        ports: { ...state.ports, kafka: chosen },
        processes: { ...state.processes, kafka },
      }));
    await startBroker({ toolchain, dir, ports: chosen, running, launched, signal });
  } else {
    const port = running && ports.mongodb ? ports.mongodb : await choosePort(ports.mongodb);
    reportMove(report, service, ports.mongodb, port);
    const launched = (mongodb: ProcessIdentity) =>
      changeState(dir, (state) => ({
        ...state,
        ports: { ...state.ports, mongodb: port },
        processes: { ...state.processes, mongodb },
      }));
    await startMongo({ toolchain, dir, port, running, launched, signal });
  }
  report({ service, state: "ready" });
}

async function brokerPorts(
  before: BrokerPorts | undefined,
  choosePort: (before?: number) => Promise<number>,
): Promise<BrokerPorts> {
  const port = await choosePort(before?.port);
  let controllerPort = await freePort(before?.controllerPort);
  while (controllerPort === port) controllerPort = await freePort();
  return { port, controllerPort };
}

function reportMove(report: Request["report"], service: ServiceName, before: number | undefined, now: number): void {
  if (before === undefined || before === now) return;
  report({ service, state: "starting", message: `port ${before} is taken by another program; using ${now}` });
}

/** Ends the services and with them the ownership of the stack. */
export async function endAll(dir: string, services: readonly ServiceName[] = SERVICES): Promise<void> {
  const { processes } = readState(dir);
  await Promise.all(
    services.map(async (service) => {
      const identity = processes[service];
      if (identity) await endService(identity);
    }),
  );
  changeState(dir, (state) => ({ ...state, owner: null }));
}
