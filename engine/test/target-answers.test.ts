import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runEngine } from "./support/project.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const START = "sh docker/make-secrets.sh && docker compose up -d kafka mongodb simulator";

/** The project's own target `compose`, on a machine where nothing of it was ever started. */
let dir = "";
let silent: Record<string, string> = {};
let kafka: Server;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "target-answers-"));
  await cp(join(root, "targets.yaml"), join(dir, "targets.yaml"));
  await cp(join(root, "pipelines"), join(dir, "pipelines"), { recursive: true });
  for (const [name, script] of Object.entries({ missing: "", stopped: "exit 1", running: "exit 0" })) {
    await mkdir(join(dir, name));
    if (script === "") continue;
    await writeFile(join(dir, name, "docker"), `#!/bin/sh\n${script}\n`);
    await chmod(join(dir, name, "docker"), 0o755);
  }
  kafka = createServer((socket) => socket.end());
  const port = await listening(kafka);
  const closed = createServer();
  const free = await listening(closed);
  closed.close();
  silent = { KAFKA_BOOTSTRAP_SERVERS: `127.0.0.1:${port}`, MONGODB_HOST: `127.0.0.1:${free}` };
});
afterAll(async () => {
  kafka.close();
  await rm(dir, { recursive: true });
});

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
}

async function problemOf(command: string, docker: string, env: Record<string, string> = {}) {
  const end = await runEngine({ dir }, [command, "pipelines/retail.yaml", "--target", "compose"], {
    ...env,
    PATH: join(dir, docker),
  });
  expect(end.code).toBe(2);
  expect(end.stderr).not.toMatch(/^\s+at /m);
  const { code, message, hint } = end.events.find(({ event }) => (event as string) === "problem") as unknown as Record<
    string,
    string
  >;
  expect(`${message}${hint}`).not.toContain("\n");
  return { code, message, hint };
}

describe("a target whose services were never started", () => {
  const secret = "docker/secrets/mongodb_engine_password";
  const unresolved = `The target compose refers to what is not there: \${file:${secret}} (${secret} cannot be read: there is no such file).`;

  test("is told in one line, with the command that starts it", async () => {
    expect(await problemOf("run", "running")).toEqual({ code: "reference/unresolved", message: unresolved, hint: START });
  });

  test("is told that there is no Docker", async () => {
    const { message, hint } = await problemOf("run", "missing");
    expect(message).toBe(`${unresolved} There is no Docker on this machine.`);
    expect(hint).toBe(`install Docker, then ${START}; or use the engine's own stack: --target local`);
  });
});

describe("a target whose services are down", () => {
  beforeAll(async () => {
    await mkdir(join(dir, "docker/secrets"), { recursive: true });
    await writeFile(join(dir, "docker/secrets/mongodb_engine_password"), "0123456789abcdef\n");
  });

  test.each(["run", "status"])("is told by `engine %s` which of them", async (command) => {
    const { code, message, hint } = await problemOf(command, "stopped", silent);
    expect(code).toBe("target/unanswered");
    expect(message).toBe(
      `The target compose does not answer: MongoDB at ${silent.MONGODB_HOST}. Docker is installed here, but no Docker engine answers.`,
    );
    expect(hint).toBe(`start the Docker engine, then ${START}; or use the engine's own stack: --target local`);
  });

  test("does not show the password of an address that cannot be read", async () => {
    const end = await problemOf("status", "running", { MONGODB_HOST: "no[host" });
    expect(end.code).toBe("mongodb/bad-uri");
    expect(JSON.stringify(end)).not.toContain("0123456789abcdef");
  });
});
