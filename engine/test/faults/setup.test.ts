import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build } from "../../src/runtime/toolchain/build.ts";
import { run } from "../../src/runtime/toolchain/command.ts";
import { installedToolchain, readLocks, type Toolchain } from "../../src/runtime/toolchain/index.ts";
import { fetchArchive, pip } from "../../src/runtime/toolchain/pip.ts";
import { findPython } from "../../src/runtime/toolchain/python.ts";
import { mayMount, onSmallDisk } from "../support/disk.ts";
import { commandsWith, descendants, exists } from "../support/processes.ts";
import { createProject, type EngineEnd, type EngineProcess, startEngine, type TestProject } from "../support/project.ts";

// Everything is fetched once, into a cache folder of its own; the tests below go on with what the first has set up.
let dir: string;
let cache: string;
let projects: TestProject[];
let toolchain: Toolchain;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "setup-"));
  cache = join(dir, "toolchains");
  projects = [await createProject(), await createProject()];
});

afterAll(async () => {
  for (const project of projects) {
    await up(project, ["down"]).ended;
    await project.remove();
  }
  expect(commandsWith(dir)).toEqual([]);
  rmSync(dir, { recursive: true });
});

function up(project: TestProject | undefined, args = ["up"]): EngineProcess {
  return startEngine(project as TestProject, ["stack", ...args], { ENGINE_TOOLCHAIN: cache });
}

/** Whether the next set-up would know of a process of this one. */
function isNoted(pid: number): boolean {
  const partial = readdirSync(cache).find((name) => name.endsWith(".partial"));
  return partial !== undefined && existsSync(join(cache, partial, "processes", `${pid}.json`));
}

/** The steps that a command really worked at. */
const stepsOf = ({ events }: EngineProcess) =>
  new Set(events.flatMap((event) => (event.event === "setup" && event.step !== "wait" ? [event.step] : [])));

it("two at once share one set-up, which goes on where a kill and a Ctrl-C stopped it", async () => {
  const pair = projects.map((project) => up(project));
  const [first, second] = await Promise.race(
    pair.map(async (engine, at) => {
      await engine.event("setup", ({ step }) => step === "wait");
      return [pair[1 - at], engine] as [EngineProcess, EngineProcess];
    }),
  );
  // Killed while Spark is unpacked; the programs it had started must not write beside those of the other.
  await first.event("setup", ({ step, label }) => step === "spark" && label === "unpacking Spark");
  // A program is noted right after its start; of one that is met before that nobody can know.
  const started = () => descendants(first.child.pid ?? 0).filter(({ parent }) => parent === first.child.pid);
  await expect.poll(() => started().every(({ pid }) => isNoted(pid)), { timeout: 5_000 }).toBe(true);
  const orphans = descendants(first.child.pid ?? 0).map(({ pid }) => pid);
  expect(orphans.length).toBeGreaterThan(0);
  // Suspended they cannot notice by themselves that nobody reads what they say any more.
  for (const pid of orphans) process.kill(pid, "SIGSTOP");
  first.child.kill("SIGKILL");
  await second.event("setup", ({ step }) => step === "spark");
  expect(orphans.filter(exists)).toEqual([]);

  await second.event("setup", ({ step, done }) => step === "jars" && done > 0);
  second.child.kill("SIGINT");
  expect((await second.ended).code).toBe(130);
  expect(commandsWith(dir)).toEqual([]);
  expect([...stepsOf(second)].filter((step) => step === "python" || step === "pip")).toEqual([]);
  const labels = second.events.flatMap((event) => (event.event === "setup" && event.step === "spark" ? [event.label] : []));
  expect(labels.filter((label) => label.endsWith(".tar.gz"))).toEqual([]);

  const again = projects.map((project) => up(project));
  const ends = await Promise.all(again.map(({ ended }) => ended));
  for (const { code, stderr } of ends) expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(new Set(again.flatMap((engine) => [...stepsOf(engine)]))).toEqual(new Set(["jars", "publish"]));
  expect(readdirSync(cache).filter((name) => !name.includes(".lock."))).toHaveLength(1);
  const found = installedToolchain({ ...process.env, ENGINE_TOOLCHAIN: cache });
  if (found === undefined) throw new Error("no toolchain after two good ends");
  toolchain = found;
  expect(commandsWith(toolchain.dir).filter((command) => command.includes("kafka.Kafka"))).toHaveLength(2);
}, 180_000);

describe("what is fetched and is not what the lock says", () => {
  it("a package is refused, in words", async () => {
    const wheels = mkdtempSync(join(dir, "wheels-"));
    execFileSync(toolchain.python, ["-c", MAKE_WHEEL, wheels]);
    const requirement = { name: "tiny", version: "1", text: `tiny==1 --hash=sha256:${"0".repeat(64)}` };
    const args = ["install", "--no-index", "--find-links", wheels, "--target", join(wheels, "site")];
    const call = {
      python: toolchain.python,
      run,
      dir: wheels,
      name: "tiny",
      requirements: [requirement],
      args,
      report: () => {},
    };
    await expect(pip(call)).rejects.toMatchObject({
      code: "environment/hash-mismatch",
      message: expect.stringMatching(
        /^A package that pip fetched is not the one in the lock: tiny==1: its SHA-256 is [0-9a-f]{64}, not 0{64}\.$/,
      ),
    });
    expect(readdirSync(wheels)).not.toContain("site");
  });

  it("a jar is refused, in words; it comes through the proxy of the environment", async () => {
    const proxy = await countingProxy();
    const work = fetchJar("0".repeat(64), { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });
    await expect(work).rejects.toMatchObject({
      code: "environment/hash-mismatch",
      message: expect.stringMatching(/ is not the file in the lock: its SHA-256 is [0-9a-f]{64}, not 0{64}\.$/),
    });
    proxy.server.close();
    expect(proxy.tunnels()).toBeGreaterThan(0);
  });
});

it("an archive that is broken off goes on in its middle, in the same call and in the next", async () => {
  const archive = randomBytes(3_000_000);
  const { index, ranges, server } = await cuttingIndex(archive, 400_000);
  const at = mkdtempSync(join(dir, "archive-"));
  const hash = createHash("sha256").update(archive).digest("hex");
  const requirement = { name: "tiny", version: "1", text: `tiny==1 --hash=sha256:${hash}` };
  const env = { PIP_INDEX_URL: index, PIP_FIND_LINKS: "", NO_PROXY: "127.0.0.1" };
  const fetchTiny = () =>
    fetchArchive(
      {
        python: toolchain.python,
        dir: at,
        run: (command) => run({ ...command, env: { ...command.env, ...env } }),
        report: () => {},
      },
      requirement,
      join(at, "tiny.tar.gz"),
    );
  await expect(fetchTiny()).rejects.toMatchObject({ code: "environment/network" });
  await fetchTiny();
  server.close();
  expect(readFileSync(join(at, "tiny.tar.gz")).equals(archive)).toBe(true);
  // Five attempts in the first call, three in the second; none of them begins anew.
  expect(ranges).toEqual([undefined, ...[1, 2, 3, 4, 5, 6, 7].map((n) => `bytes=${n * 400_000}-`)]);
});

describe("without a network", () => {
  const nowhere = { HTTPS_PROXY: "http://127.0.0.1:9", HTTP_PROXY: "http://127.0.0.1:9", NO_PROXY: "", no_proxy: "" };

  it("a set-up ends within seconds and says so", async () => {
    const env = { ...nowhere, PIP_NO_CACHE_DIR: "1", PIP_FIND_LINKS: "", ENGINE_TOOLCHAIN: join(dir, "offline") };
    const end = await startEngine(projects[0] as TestProject, ["stack", "up"], env).ended;
    expectProblem(end, "environment/network", /^pip could not fetch the packages: .*(?:[Cc]onnect)/);
  });

  it("the jars say so, too", async () => {
    await expect(fetchJar("0".repeat(64), nowhere)).rejects.toMatchObject({
      code: "environment/network",
      message: expect.stringContaining("Connection refused"),
      hint: expect.stringContaining("ENGINE_IVY_SETTINGS"),
    });
  });
});

it.runIf(mayMount())("a disk that fills up on the way is said to be full", async () => {
  const small = join(dir, "small");
  mkdirSync(small);
  const name = readdirSync(cache).find((entry) => !entry.includes(".lock.")) ?? "";
  const { executable } = await findPython(process.env);
  // The most of it seems to be there from an attempt before, so that the check for space beforehand lets it pass.
  const before = join(dir, "before", `${name}.partial`);
  mkdirSync(before, { recursive: true });
  writeFileSync(join(before, "interpreter"), executable);
  writeFileSync(join(before, "most"), "");
  truncateSync(join(before, "most"), 2_400_000_000);
  const end = await onSmallDisk(`size=330m`, small, ["stack", "up", "--format", "json"], {
    cwd: projects[0]?.dir ?? "",
    before: `cp -r --sparse=always ${join(dir, "before")}/. ${small}`,
    env: { ENGINE_TOOLCHAIN: small },
  });
  expectProblem(end, "environment/disk-full", /room|No space left|is full/);
});

function expectProblem({ code, stdout, stderr }: Pick<EngineEnd, "code" | "stdout" | "stderr">, name: string, message: RegExp) {
  expect({ code, stderr }).toMatchObject({ code: 2 });
  const problem = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { code: string; message: string; hint: string };
  expect(problem).toMatchObject({ event: "problem", code: name, message: expect.stringMatching(message) });
  expect(stderr).toContain(problem.hint);
  expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
}

/** The last step of a set-up, alone and for one jar, with the finished toolchain's Java. */
async function fetchJar(sha256: string, env: NodeJS.ProcessEnv): Promise<void> {
  const locks = readLocks();
  const [jar] = locks.jars;
  const partial = mkdtempSync(join(dir, "jar-"));
  mkdirSync(join(partial, "marks"));
  for (const mark of ["python", "spark", "packages"]) writeFileSync(join(partial, "marks", mark), "");
  symlinkSync(join(toolchain.dir, "venv"), join(partial, "venv"));
  const version = /lib\/python([\d.]+)\//.exec(toolchain.sparkHome)?.[1] ?? "";
  await build({
    dir: partial,
    locks: { ...locks, jars: jar === undefined ? [] : [{ ...jar, sha256 }] },
    python: { executable: toolchain.python, version },
    env: { ...process.env, ...env },
    report: () => {},
    signal: undefined,
  });
}

/** A proxy for https on this machine that counts whom it served. */
async function countingProxy(): Promise<{ server: Server; port: number; tunnels(): number }> {
  let count = 0;
  const server = createServer((client) => {
    client.on("error", () => {});
    client.once("data", (head) => {
      const [, host = "", port = ""] = /^CONNECT ([^\s:]+):(\d+) /.exec(head.toString()) ?? [];
      count++;
      const onward = connect(Number(port), host, () => {
        client.write("HTTP/1.1 200 OK\r\n\r\n");
        client.pipe(onward).pipe(client);
      });
      onward.on("error", () => client.destroy());
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return { server, port: typeof address === "object" && address !== null ? address.port : 0, tunnels: () => count };
}

/** A package index with one archive, of which each connection gets so many bytes at most. */
async function cuttingIndex(archive: Buffer, bytes: number) {
  const ranges: (string | undefined)[] = [];
  const server = createHttpServer((request, response) => {
    if (request.url?.startsWith("/simple/")) {
      response.setHeader("content-type", "text/html");
      return response.end('<!DOCTYPE html><a href="/tiny-1.tar.gz">tiny-1.tar.gz</a>');
    }
    ranges.push(request.headers.range);
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, { "content-length": archive.length - from });
    const piece = archive.subarray(from, from + bytes);
    return from + bytes >= archive.length ? response.end(piece) : response.write(piece, () => response.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { index: `http://127.0.0.1:${port}/simple`, ranges, server };
}

const MAKE_WHEEL = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1] + "/tiny-1-py3-none-any.whl", "w") as wheel:
    wheel.writestr("tiny.py", "")
    wheel.writestr("tiny-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1\\n")
    wheel.writestr("tiny-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr("tiny-1.dist-info/RECORD", "tiny.py,,\\n")
`;
