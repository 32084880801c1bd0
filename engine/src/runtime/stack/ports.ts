import { randomInt } from "node:crypto";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/**
 * Below the ports that systems give to outgoing connections (32768 and up). Else a client that calls a dead service again and again is given that
 * very port one day, talks to itself and holds it, and the service cannot come back where its clients look for it.
 */
const [LOWEST, HIGHEST] = [20_000, 32_000];
const TRIES = 200;
const POLL_MS = 50;

/** True when nobody listens on the port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  return (await tryListen(port)) !== undefined;
}

/** A port of 127.0.0.1 that is free now: the wanted one if it is, else any that is below those of outgoing connections. */
export async function freePort(wanted?: number): Promise<number> {
  const port = (wanted === undefined ? undefined : await tryListen(wanted)) ?? (await anyPort());
  if (port === undefined) throw new Error("the system has no free port on 127.0.0.1");
  return port;
}

/** Waits until nobody holds the port of 127.0.0.1; false when it is still held after so many ms. Looks at least once if there is any time. */
export async function untilFree(port: number, withinMs: number): Promise<boolean> {
  for (const deadline = performance.now() + withinMs; performance.now() < deadline; await pause(POLL_MS)) {
    if (await isFree(port)) return true;
  }
  return false;
}

/** The process that holds a local TCP port, as far as this user may see it; undefined where the system does not tell. */
export function holderOf(port: number): { pid: number; command: string } | undefined {
  const sockets = new Set(["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) => socketsOn(table, port)));
  if (sockets.size === 0) return undefined;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const held = quietly(() => readdirSync(`/proc/${pid}/fd`), []);
    const link = (fd: string) => quietly(() => readlinkSync(`/proc/${pid}/fd/${fd}`), "");
    if (!held.some((fd) => sockets.has(link(fd)))) continue;
    return { pid: Number(pid), command: quietly(() => readFileSync(`/proc/${pid}/comm`, "utf8").trim(), "unknown") };
  }
  return undefined;
}

/** The sockets bound to the port, as `/proc/PID/fd` names them; a row is `sl local remote state … inode`. */
function socketsOn(table: string, port: number): string[] {
  const rows = quietly(() => readFileSync(table, "utf8"), "")
    .split("\n")
    .slice(1);
  const fields = rows.map((row) => row.trim().split(/\s+/));
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return fields.filter(([, local]) => local?.endsWith(`:${hex}`)).map((row) => `socket:[${row[9]}]`);
}

/** What is read may be gone, or not for us to see. */
function quietly<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

async function anyPort(): Promise<number | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = await tryListen(randomInt(LOWEST, HIGHEST));
    if (port !== undefined) return port;
  }
  return tryListen(0);
}

function tryListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : undefined;
      server.close(() => resolve(bound));
    });
  });
}
