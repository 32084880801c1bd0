import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { identityOf, isAlive, startOfStat } from "./process-identity.ts";
import { isFree } from "./stack/ports.ts";

/** A line of /proc/PID/stat: number, name, state, sixteen more fields of which the last but two is the count of threads, start. */
const stat = (state: string, threads: number) =>
  `12 (a) b (c)) ${state} 1 12 12 0 -1 4194304 9 0 0 0 3 4 0 0 20 0 ${threads} 0 777 1000 20`;

it.each([
  ["S", 1, "777"],
  ["Z", 1, undefined],
  ["Z", 0, undefined],
  ["X", 1, undefined],
  // Killed, but some of its threads still hold what it had open.
  ["Z", 2, "777"],
])("in state %s with %i threads a process started at %s", (state, threads, start) => {
  expect(startOfStat(stat(state, threads))).toBe(start);
});

const LISTENER = `const memory = Buffer.alloc(300_000_000, 1);
require("node:net").createServer().listen(0, "127.0.0.1", function () { console.log(this.address().port, memory.length); });`;

it.runIf(process.platform === "linux")("what a killed process listened on is free when it counts as gone", async () => {
  const child = spawn(process.execPath, ["-e", LISTENER], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const identity = identityOf(child.pid ?? 0);
  child.kill("SIGKILL");
  // In one breath: as long as this loop runs nobody takes the zombie away.
  while (identity !== undefined && isAlive(identity));
  expect(await isFree(Number.parseInt(String(line), 10))).toBe(true);
  await once(child, "close");
});
