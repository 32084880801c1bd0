import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

const bin = fileURLToPath(new URL("../bin/engine.js", import.meta.url));
let project: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "engine-edit-"));
});
afterEach(() => {
  for (const child of started.splice(0)) if (child.exitCode === null) child.kill("SIGKILL");
});
afterAll(() => rm(project, { recursive: true, force: true }));

/** The command as a program starts it: its first line of JSON, and how it ends. */
function edit(...args: string[]) {
  const child = spawn(process.execPath, [bin, "edit", "--no-open", "--format", "json", ...args], {
    cwd: project,
    stdio: ["ignore", "pipe", "inherit"],
  });
  started.push(child);
  const ended = once(child, "exit");
  const first = once(createInterface({ input: child.stdout }), "line").then(([line]) => JSON.parse(line as string));
  return { child, ended, first };
}

test("prints an address that lets one browser in, once, and ends in peace when it is interrupted", async () => {
  const { child, ended, first } = edit("--port", "0");
  const { event, url } = await first;
  expect(event).toBe("editor");
  expect(new URL(url).hostname).toBe("127.0.0.1");
  const opened = await fetch(url, { redirect: "manual" });
  expect(opened.status).toBe(303);
  const cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
  const page = await fetch(new URL("/", url), { headers: { cookie } });
  expect(await page.text()).toContain('<div id="root">');
  expect((await fetch(new URL("/", url))).status).toBe(401);
  expect((await fetch(url, { redirect: "manual" })).status).toBe(401);
  child.kill("SIGINT");
  expect(await ended).toEqual([0, null]);
});

test("says that its port is taken, and by which option to choose another", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const { ended, first } = edit("--port", String(port));
  expect(await first).toMatchObject({
    event: "problem",
    code: "api/port-taken",
    message: `Port ${port} is taken.`,
    hint: expect.stringContaining("--port"),
  });
  expect((await ended)[0]).toBeGreaterThan(0);
  other.close();
});
