import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { withLock } from "./file-lock.ts";

const seed = Number(process.env.LOCK_SEED ?? Date.now() % 1_000_000);
const children: ChildProcess[] = [];
let dir: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "lock-"));
  file = join(dir, "thing");
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(dir, { recursive: true });
});

const lockModule = new URL("../../../dist/runtime/toolchain/file-lock.js", import.meta.url);

/** A process that takes the lock, says `held`, and holds it until it is killed, or for some milliseconds, again and again. */
function holder(script: string): ChildProcess {
  const code = `import { withLock } from ${JSON.stringify(lockModule.href)}; import { appendFileSync } from "node:fs";
    const file = ${JSON.stringify(file)}; const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms)); ${script}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  return child;
}

const holdForEver = `await withLock({ file }, async () => { console.log("held"); await pause(1e6); });`;

async function heldByAnother(): Promise<ChildProcess> {
  const child = holder(holdForEver);
  await once(child.stdout as NodeJS.ReadableStream, "data");
  return child;
}

it("lets one in at a time", async () => {
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 5 }, () =>
      withLock({ file }, async () => {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside--;
      }),
    ),
  );
  expect(most).toBe(1);
});

it("gives the lock back when the work fails", async () => {
  await expect(withLock({ file }, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await withLock({ file }, async () => 1)).toBe(1);
});

it("takes the lock of a process that was killed", async () => {
  const child = await heldByAnother();
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(await withLock({ file }, async () => "mine")).toBe("mine");
});

it("waits for a holder that is only suspended, however old its lock, and names it", async () => {
  const child = await heldByAnother();
  child.kill("SIGSTOP");
  const lock = readdirSync(dir).find((name) => name.includes(".lock.")) ?? "";
  utimesSync(join(dir, lock), 1, 1);
  const stop = new AbortController();
  const holders: string[] = [];
  const asked = withLock(
    { file, signal: stop.signal, waiting: (name) => holders.push(name) && stop.abort() },
    async () => "robbed",
  );
  await expect(asked).rejects.toThrow();
  expect(holders).toEqual([`process ${child.pid}`]);
});

it("does not take a number that another process has by now for the holder", async () => {
  const child = await heldByAnother();
  const lock = join(dir, readdirSync(dir).find((name) => name.includes(".lock.")) ?? "");
  child.kill("SIGKILL");
  await once(child, "exit");
  const holder = JSON.parse(readFileSync(lock, "utf8")) as { process: { pid: number } };
  writeFileSync(lock, JSON.stringify({ ...holder, process: { ...holder.process, pid: process.pid } }));
  expect(await withLock({ file }, async () => "mine")).toBe("mine");
});

it("believes a process of another machine as long as it touches its lock", async () => {
  const lock = `${file}.lock.1`;
  writeFileSync(lock, JSON.stringify({ process: { pid: 1, start: "1", boot: "x" }, where: "elsewhere" }));
  const stop = new AbortController();
  const asked = withLock({ file, signal: stop.signal, waiting: () => stop.abort() }, async () => "robbed");
  await expect(asked).rejects.toThrow();
  utimesSync(lock, 1, 1);
  expect(await withLock({ file }, async () => "mine")).toBe("mine");
});

it("is held by one at a time while processes take it, work and are killed at random", async () => {
  console.log(`LOCK_SEED=${seed}`);
  const log = join(dir, "log");
  const turn = `for (;;) await withLock({ file, retryMs: 0 }, async () => {
    appendFileSync(${JSON.stringify(log)}, process.pid + " in\\n"); await pause(1); appendFileSync(${JSON.stringify(log)}, process.pid + " out\\n"); });`;
  const workers = Array.from({ length: 4 }, () => holder(turn));
  let state = seed;
  for (let kills = 0; kills < 6; kills++) {
    const entries = existsSync(log) ? readFileSync(log, "utf8").length : 0;
    // Each victim dies only after the lock has changed hands, so that every kill meets a running system.
    while (!existsSync(log) || readFileSync(log, "utf8").length < entries + 1_000) await new Promise((go) => setTimeout(go, 5));
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const at = state % workers.length;
    const victim = workers[at] as ChildProcess;
    victim.kill("SIGKILL");
    await once(victim, "exit");
    appendFileSync(log, `${victim.pid} dead\n`);
    workers[at] = holder(turn);
  }
  expect(overlaps(readFileSync(log, "utf8"))).toEqual([]);
});

/** The lines at which somebody came in while another was inside who went on afterwards. */
function overlaps(log: string): string[] {
  const lines = log.trim().split("\n");
  let inside: string | undefined;
  return lines.flatMap((line, at) => {
    const [pid, word] = line.split(" ");
    if (word === "out" && pid === inside) inside = undefined;
    if (word !== "in") return [];
    const before = inside;
    inside = pid;
    const wentOn =
      before !== undefined && lines.slice(at).some((later) => /^\d+ (in|out)$/.test(later) && later.startsWith(`${before} `));
    return wentOn ? [`${at}: ${pid} beside ${before}`] : [];
  });
}
