import { execFile } from "node:child_process";
import { connect } from "node:net";
import type { ServicesTarget } from "@pipeline-engine/schemas/types";
import { MongoClient } from "mongodb";
import { EnvironmentProblem } from "./environment-problem.ts";

const PATIENCE_MS = 5_000;

interface Place {
  host: string;
  port: number;
}

/** Throws an EnvironmentProblem where nothing listens at a target's addresses: within seconds, and before anything is set up or tried again. */
export async function requireAnswers(name: string, target: ServicesTarget): Promise<void> {
  const services = [
    { service: "Kafka", places: brokers(target.kafka.bootstrap) },
    { service: "MongoDB", places: members(name, target.mongodb.uri) },
  ];
  const silent = await Promise.all(
    services.map(async ({ service, places }) => {
      const answers = await Promise.all(places.map(listens));
      return places.length === 0 || answers.includes(true) ? [] : [`${service} at ${places.map(shown).join(", ")}`];
    }),
  );
  const unanswered = silent.flat();
  if (unanswered.length === 0) return;
  const problem = new EnvironmentProblem(
    "target/unanswered",
    `The target ${name} does not answer: ${unanswered.join(" and ")}.`,
    "start what is missing, or choose another target with --target",
  );
  throw await withStartAdvice(problem, target.start);
}

/** The problem with what mends it: the target's own start command, and that Docker is missing where that command needs it. */
export async function withStartAdvice(problem: EnvironmentProblem, start: string | null): Promise<EnvironmentProblem> {
  if (start === null) return problem;
  const missing = /\bdocker\b/.test(start) ? await missingDocker() : undefined;
  if (missing === undefined) return new EnvironmentProblem(problem.code, problem.message, start);
  const hint = `${missing.hint}, then ${start}; or use the engine's own stack: --target local`;
  return new EnvironmentProblem(problem.code, `${problem.message} ${missing.message}`, hint);
}

/** What this machine lacks to run containers, undefined where a Docker engine answers. */
async function missingDocker(): Promise<{ message: string; hint: string } | undefined> {
  const error = await new Promise<{ code?: string | number | null } | null>((resolve) => {
    execFile("docker", ["version", "--format", "{{.Server.Version}}"], { timeout: PATIENCE_MS }, resolve);
  });
  if (error === null) return undefined;
  return error.code === "ENOENT"
    ? { message: "There is no Docker on this machine.", hint: "install Docker" }
    : { message: "Docker is installed here, but no Docker engine answers.", hint: "start the Docker engine" };
}

function brokers(bootstrap: string): Place[] {
  if (bootstrap.trim() === "")
    throw new EnvironmentProblem("target/no-kafka", "The target names no Kafka broker.", "set `kafka.bootstrap` in targets.yaml");
  return bootstrap.split(",").map((text) => {
    const [, host = text.trim(), port = "9092"] = /^\s*\[?(.+?)\]?:(\d+)\s*$/.exec(text) ?? [];
    return { host, port: Number(port) };
  });
}

/** None for an address that only the driver can resolve. */
function members(name: string, uri: string): Place[] {
  try {
    const { hosts, srvHost, proxyHost } = new MongoClient(uri).options;
    if (srvHost !== undefined || proxyHost !== undefined) return [];
    return hosts.flatMap(({ host, port }) => (host === undefined ? [] : [{ host, port: port ?? 27017 }]));
  } catch {
    // The driver's own words would quote the address with its password.
    throw new EnvironmentProblem(
      "mongodb/bad-uri",
      `\`mongodb.uri\` of the target ${name} is no connection string that MongoDB's driver understands.`,
      "write it as mongodb://host:27017/?replicaSet=rs0, with % codes for special characters in a password",
    );
  }
}

function listens({ host, port }: Place): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PATIENCE_MS });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}

function shown({ host, port }: Place): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
