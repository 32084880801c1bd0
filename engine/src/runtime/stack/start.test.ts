import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Toolchain } from "../toolchain/index.ts";
import { startAgain } from "./start.ts";
import { readState, writeState } from "./state-file.ts";

let dir: string;
let port: number;
let holder: Server;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "stack-"));
  holder = createServer();
  port = await new Promise((resolve) => {
    holder.listen(0, "127.0.0.1", () => resolve((holder.address() as { port: number }).port));
  });
  writeState(dir, { ports: { mongodb: port }, processes: {}, owner: null, users: [] });
});

afterEach(async () => {
  holder.close();
  await rm(dir, { recursive: true });
});

/** A mongod that cannot be started, which shows that it was tried. */
const request = (portPatienceMs: number) => {
  const toolchain = { mongod: join(dir, "absent") } as Toolchain;
  return { toolchain, dir, report: () => {}, portPatienceMs };
};

it("a service whose port another program keeps does not move: the problem names the port and who holds it", async () => {
  const problem = await startAgain(request(100), "mongodb").catch((error: unknown) => error);
  expect(problem).toMatchObject({
    name: "EnvironmentProblem",
    code: "stack/port-held",
    hint: expect.stringContaining("run again"),
  });
  expect((problem as Error).message).toContain(`port ${port}`);
  if (process.platform === "linux") expect((problem as Error).message).toContain(`process ${process.pid} (`);
  expect(readState(dir).ports.mongodb).toBe(port);
});

it("a port that is let go in time is taken up again", async () => {
  const starting = startAgain(request(60_000), "mongodb");
  holder.close();
  await expect(starting).rejects.toMatchObject({ code: "stack/mongodb", message: expect.stringContaining("ENOENT") });
  expect(readState(dir).ports.mongodb).toBe(port);
});
