import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fakeSetUpPython } from "../../../test/support/fake-toolchain.ts";
import { exists } from "../../../test/support/processes.ts";
import { EnvironmentProblem } from "../environment-problem.ts";
import { build } from "./build.ts";
import type { Locks } from "./lock.ts";
import type { Progress } from "./progress.ts";

const ALL = ["venv", "tools", "download", "unpack", "install", "ivy"];
const sha256 = createHash("sha256").update("jar").digest("hex");

let dir: string;
let fake: ReturnType<typeof fakeSetUpPython>;
let locks: Locks;
let told: Progress[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "build-"));
  fake = fakeSetUpPython(dir);
  told = [];
  const requirement = (name: string) => ({ name, version: "1", text: `${name}==1 --hash=sha256:00` });
  const jar = (artifact: string, version: string) => ({ set: "kafka" as const, group: "g", artifact, version, sha256 });
  locks = {
    requirements: ["pip", "setuptools", "pyspark", "pymongo"].map(requirement),
    jars: [jar("a", "1"), jar("b", "2")],
    versions: { spark: "4", kafka: "4", kafkaClients: "3", mongodb: "6", java: "25", scala: "2" },
    hash: "h",
  };
});

afterEach(() => rmSync(dir, { recursive: true }));

function attempt(signal?: AbortSignal): Promise<void> {
  const python = { executable: fake.python, version: "3.12" };
  return build({ dir: join(dir, "partial"), locks, python, env: {}, report: (progress) => told.push(progress), signal });
}

/** What was called since the last look. */
function calls(): string[] {
  const lines = readFileSync(fake.calls, "utf8").split("\n").filter(Boolean);
  writeFileSync(fake.calls, "");
  return lines.sort();
}

async function problemOf(work: Promise<unknown>): Promise<EnvironmentProblem> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof EnvironmentProblem) return error;
  throw new Error(`not a problem of the environment: ${error}`);
}

it("does each step once, and nothing when all is there", async () => {
  await attempt();
  expect(calls()).toEqual([...ALL].sort());
  await attempt();
  expect(calls()).toEqual([]);
});

it("shows every step to its end, and none as ended before", async () => {
  await attempt();
  const ends = told.filter(({ done, total }) => total > 0 && done >= total);
  expect(ends.map(({ step }) => step).sort()).toEqual(["jars", "packages", "pip", "python", "spark"]);
  for (const end of ends) expect(end.label).toBe(told.find(({ step }) => step === end.step)?.label);
});

describe.each([
  ["venv", ["download", "install", "ivy", "tools", "unpack", "venv"]],
  ["tools", ["download", "install", "ivy", "tools", "unpack", "venv"]],
  ["download", ["download", "ivy", "unpack"]],
  ["unpack", ["ivy", "unpack"]],
  ["install", ["install", "ivy"]],
  ["ivy", ["ivy"]],
])("a set-up that fails at %s", (call, rest) => {
  it("goes on there", async () => {
    // The neighbour that runs at the same time is let come to its end, or it would be broken off at any moment.
    const neighbour = { download: "packages", unpack: "packages", install: "spark" }[call];
    const mark = join(dir, "partial/marks", neighbour ?? "");
    const fault = fake.fault(call, neighbour ? `while [ ! -f ${mark} ]; do sleep 0.01; done; exit 1` : "exit 1");
    await expect(attempt()).rejects.toThrow(EnvironmentProblem);
    rmSync(fault);
    calls();
    await attempt();
    expect(calls()).toEqual([...rest].sort());
  });

  it("says that the disk is full, when that is why", async () => {
    fake.fault(call, 'echo "OSError: [Errno 28] No space left on device" >&2; exit 1');
    expect(await problemOf(attempt())).toMatchObject({
      code: "environment/disk-full",
      hint: expect.stringContaining("ENGINE_TOOLCHAIN"),
    });
  });
});

/** A process that has let go of its pipes may need a moment more to be gone. */
async function expectGone(pidFile: string): Promise<void> {
  const pid = Number(readFileSync(pidFile, "utf8"));
  await expect.poll(() => exists(pid), { timeout: 3_000, interval: 5 }).toBe(false);
}

it.each(ALL)("leaves no process behind when it is interrupted at %s", async (call) => {
  const pidFile = join(dir, "pid");
  // A process of a process, and one that does not listen: the whole group must go.
  fake.fault(call, `sleep 1000 & echo $! > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; wait`);
  const interrupt = new AbortController();
  const work = attempt(interrupt.signal);
  while (!existsSync(pidFile)) await new Promise((go) => setTimeout(go, 5));
  interrupt.abort(new Error("interrupted"));
  await expect(work).rejects.toThrow("interrupted");
  await expectGone(pidFile);
});

it("breaks off the one when the other of two that run together fails", async () => {
  const pidFile = join(dir, "pid");
  fake.fault("install", `echo $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; sleep 1000`);
  fake.fault("download", `while [ ! -f ${pidFile} ]; do sleep 0.01; done; echo "ERROR: gone" >&2; exit 1`);
  expect(await problemOf(attempt())).toMatchObject({ message: expect.stringContaining("gone") });
  await expectGone(pidFile);
});

it("refuses a jar that is not the one in the lock, and fetches it anew the next time", async () => {
  const wrong = "0".repeat(64);
  locks.jars[1] = { set: "kafka", group: "g", artifact: "b", version: "2", sha256: wrong };
  const problem = await problemOf(attempt());
  expect(problem.code).toBe("environment/hash-mismatch");
  expect(problem.message).toBe(`g:b:2 is not the file in the lock: its SHA-256 is ${sha256}, not ${wrong}.`);
  expect(existsSync(join(dir, "partial/jars"))).toBe(false);
  calls();
  locks.jars[1] = { set: "kafka", group: "g", artifact: "b", version: "2", sha256 };
  await attempt();
  expect(calls()).toEqual(["ivy"]);
});

it("does not keep a jar that was half copied when an attempt was killed", async () => {
  const fault = fake.fault(
    "ivy",
    'for last; do :; done; root="${last%/jars/*}"; mkdir -p "$root/jars/kafka"; printf j > "$root/jars/kafka/c-3.jar"; exit 1',
  );
  await expect(attempt()).rejects.toThrow(EnvironmentProblem);
  rmSync(fault);
  await attempt();
  expect(existsSync(join(dir, "partial/jars/kafka/c-3.jar"))).toBe(false);
});
