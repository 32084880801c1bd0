import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { recordProcess, stopOrphans } from "./orphans.ts";
import { identityOf } from "./process-identity.ts";

let dir: string;
let sleeper: ChildProcess;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "orphans-"));
  sleeper = spawn("sleep", ["1000"], { stdio: "ignore" });
  await once(sleeper, "spawn");
});

afterEach(() => {
  sleeper.kill("SIGKILL");
  rmSync(dir, { recursive: true });
});

/** Makes the only record say something else. */
function rewrite(edit: (record: { process: { start: string }; owner: { start: string } }) => void): void {
  const file = join(dir, "processes", readdirSync(join(dir, "processes"))[0] ?? "");
  const record = JSON.parse(readFileSync(file, "utf8"));
  edit(record);
  writeFileSync(file, JSON.stringify(record));
}

const lives = () => identityOf(sleeper.pid ?? 0) !== undefined;

it("leaves the process of a running engine alone", async () => {
  recordProcess(dir, "job", sleeper.pid ?? 0);
  expect(await stopOrphans(dir)).toEqual([]);
  expect(lives()).toBe(true);
});

it("ends the process of an engine that is gone, once", async () => {
  recordProcess(dir, "job", sleeper.pid ?? 0);
  rewrite(({ owner }) => {
    owner.start = "0";
  });
  expect(await stopOrphans(dir)).toEqual(["job"]);
  expect(lives()).toBe(false);
  expect(await stopOrphans(dir)).toEqual([]);
});

it("ends what such a process has started itself", async () => {
  const pidFile = join(dir, "pid");
  const shell = spawn("sh", ["-c", `sleep 1000 & echo $! > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; wait`], {
    detached: true,
  });
  await expect.poll(() => existsSync(pidFile)).toBe(true);
  recordProcess(dir, "job", shell.pid ?? 0);
  rewrite(({ owner }) => {
    owner.start = "0";
  });
  expect(await stopOrphans(dir)).toEqual(["job"]);
  await expect.poll(() => identityOf(Number(readFileSync(pidFile, "utf8")))).toBeUndefined();
});

it("never ends a process that only has the number of the recorded one", async () => {
  recordProcess(dir, "job", sleeper.pid ?? 0);
  rewrite((record) => {
    record.owner.start = "0";
    record.process.start = "1";
  });
  expect(await stopOrphans(dir)).toEqual([]);
  expect(lives()).toBe(true);
  expect(readdirSync(join(dir, "processes"))).toEqual([]);
});

it("survives a torn record and a folder that is not there", async () => {
  recordProcess(dir, "job", sleeper.pid ?? 0);
  writeFileSync(join(dir, "processes", "1.json"), '{"name": "jo');
  expect(await stopOrphans(dir)).toEqual([]);
  expect(readdirSync(join(dir, "processes"))).toEqual([`${sleeper.pid}.json`]);
  expect(await stopOrphans(join(dir, "missing"))).toEqual([]);
});

it("forgets a process that has ended", () => {
  const forget = recordProcess(dir, "job", sleeper.pid ?? 0);
  forget();
  expect(readdirSync(join(dir, "processes"))).toEqual([]);
});
