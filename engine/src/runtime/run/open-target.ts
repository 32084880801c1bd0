import { join } from "node:path";
import type { ServicesTarget, Target } from "@pipeline-engine/schemas/types";
import { EnvironmentProblem } from "../environment-problem.ts";
import type { Listener } from "../events.ts";
import type { Project } from "../project.ts";
import type { OpenedTarget, ServiceHealth, Services } from "../services.ts";
import { type Stack, startStack } from "../stack/index.ts";
import { requireAnswers } from "../target-answers.ts";
import { ensurePackages, ensureToolchain, type Progress, siteOf, type Toolchain } from "../toolchain/index.ts";

const MAX_RESTARTS = 3;

/** What a target is opened with. `database` is the pipeline's name, used where the target names none. */
export interface TargetRequest {
  name: string;
  target: Target;
  project: Project;
  database: string;
  /** The sets of Python packages that the pipeline needs. */
  packages: readonly string[];
  listener: Listener;
  signal: AbortSignal;
}

/** Sets the toolchain up where it is missing, and begins to find or start the services of a target. */
export async function openTarget(request: TargetRequest): Promise<OpenedTarget> {
  const { listener, signal, name, target } = request;
  if (target.kind === "services") await requireAnswers(name, target);
  const report = (progress: Progress) => listener({ event: "setup", ...progress });
  const toolchain = await ensureToolchain({ report, signal });
  // Somebody else's Spark has a Python of its own.
  const hasOwnPython = target.kind === "services" && target.spark.submit !== null;
  const folders = hasOwnPython ? [] : await ensurePackages(toolchain, request.packages, { report, signal });
  const pythonPath = folders.map(siteOf);
  if (target.kind === "services") return openServices(target, toolchain, pythonPath);
  const services = openLocal(request, toolchain);
  // Whoever awaits it is told; until then a failure is nobody's unhandled one.
  services.catch(() => {});
  return { spark: { toolchain, master: "local[*,4]", pythonPath }, services };
}

/** Where a project's own stack keeps its data. */
export function stackDir(project: Project): string {
  return join(project.dir, "stack");
}

async function openLocal({ project, database, listener, signal }: TargetRequest, toolchain: Toolchain): Promise<Services> {
  const stack = await startStack({
    toolchain,
    dir: stackDir(project),
    report: ({ service, state, message }) =>
      listener({ event: "service", service, state, ...(message === undefined ? {} : { message }) }),
    signal,
  });
  return {
    kafka: { bootstrap: stack.kafka.bootstrap, options: {} },
    mongodb: { uri: stack.mongodb.uri, database },
    onHealth: (tell) => reviveServices(stack, tell),
    async stop() {
      if (!stack.adopted) await stack.stop();
    },
  };
}

/** Starts a dead service again, a bounded number of times in a run. */
function reviveServices(stack: Stack, tell: Parameters<Services["onHealth"]>[0]): void {
  const restarts = { kafka: 0, mongodb: 0 };
  stack.onExit(async ({ service }) => {
    restarts[service]++;
    if (restarts[service] > MAX_RESTARTS) {
      tell(lost(service, `${service} died ${restarts[service]} times in this run`));
      return;
    }
    tell({ service, state: "degraded", message: `${service} died; starting it again, ${restarts[service]} of ${MAX_RESTARTS}` });
    try {
      await stack.restart(service);
      tell({ service, state: "ready", message: `${service} is back` });
    } catch (error) {
      tell(lost(service, error));
    }
  });
}

function lost(service: ServiceHealth["service"], why: unknown): ServiceHealth {
  const message = why instanceof Error ? why.message : String(why);
  const hint = "see its log below `.engine/stack/logs`, then run again: nothing acknowledged is lost";
  const problem = why instanceof EnvironmentProblem ? why : new EnvironmentProblem(`${service}/lost`, message, hint);
  return { service, state: "lost", message, problem };
}

function openServices({ kafka, mongodb, spark }: ServicesTarget, toolchain: Toolchain, pythonPath: string[]): OpenedTarget {
  const services: Services = {
    kafka: { bootstrap: kafka.bootstrap, options: kafkaOptions(kafka.security) },
    mongodb: { uri: mongodb.uri, database: mongodb.database },
    onHealth: () => {},
    stop: async () => {},
  };
  return {
    spark: {
      toolchain,
      master: spark.master,
      pythonPath,
      ...(spark.submit && { submit: spark.submit }),
      ...(spark.checkpoints && { checkpoints: spark.checkpoints }),
    },
    services: Promise.resolve(services),
  };
}

/** The target's security settings in Java's spelling (Kafka documentation, "Security"). */
export function kafkaOptions(security: ServicesTarget["kafka"]["security"]): Record<string, string> {
  if (security === null) return {};
  const pairs = {
    "security.protocol": security.protocol,
    "sasl.mechanism": security.mechanism,
    "sasl.username": security.username,
    "sasl.password": security.password,
    "ssl.ca.location": security.ca,
  };
  return Object.fromEntries(Object.entries(pairs).filter((pair): pair is [string, string] => pair[1] !== null));
}
